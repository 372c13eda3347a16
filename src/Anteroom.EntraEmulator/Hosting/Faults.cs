namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Something that goes wrong on purpose.</summary>
/// <param name="Id">For removal.</param>
/// <param name="Path">A path; <c>*</c> stands for one segment, a trailing <c>**</c> for the rest.</param>
/// <param name="Kind">
/// <c>latency</c>, <c>status</c>, <c>truncatedBody</c>, <c>html</c>, <c>wrongContentType</c>, <c>wrongKey</c>, <c>unknownKid</c> or <c>lostAnswer</c>.
/// </param>
/// <param name="Times">How many requests it meets; null for all until it is removed.</param>
internal sealed record Fault(
    int Id,
    string Path,
    string Kind,
    string? Method,
    int? Status,
    int? RetryAfterSeconds,
    int? DelayMilliseconds,
    int? Times
)
{
    public const string Latency = "latency";
    public const string StatusCode = "status";
    public const string TruncatedBody = "truncatedBody";
    public const string Html = "html";
    public const string WrongContentType = "wrongContentType";
    public const string WrongKey = "wrongKey";
    public const string UnknownKid = "unknownKid";
    public const string LostAnswer = "lostAnswer";

    public static readonly IReadOnlyList<string> Kinds =
    [
        Latency,
        StatusCode,
        TruncatedBody,
        Html,
        WrongContentType,
        WrongKey,
        UnknownKid,
        LostAnswer,
    ];

    public bool Meets(HttpRequest request) =>
        (Method is null || string.Equals(Method, request.Method, StringComparison.OrdinalIgnoreCase))
        && MatchesPath(Path.Trim('/').Split('/'), (request.Path.Value ?? "").Trim('/').Split('/'));

    private static bool MatchesPath(string[] pattern, string[] path)
    {
        if (pattern is [.., "**"])
            return path.Length >= pattern.Length - 1 && MatchesPath([.. pattern[..^1]], path[..(pattern.Length - 1)]);
        return pattern.Length == path.Length
            && pattern
                .Zip(path)
                .All(pair => pair.First == "*" || string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>The faults that are set, in the order in which they were set.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private int _last;

    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_lock)
                return [.. _faults];
        }
    }

    public Fault Add(Fault fault)
    {
        lock (_lock)
        {
            var added = fault with { Id = ++_last };
            _faults.Add(added);
            return added;
        }
    }

    public bool Remove(int id)
    {
        lock (_lock)
            return _faults.RemoveAll(fault => fault.Id == id) > 0;
    }

    public void Clear()
    {
        lock (_lock)
            _faults.Clear();
    }

    /// <summary>The faults that this request meets; each one's count goes down.</summary>
    public IReadOnlyList<Fault> Take(HttpRequest request)
    {
        lock (_lock)
        {
            var met = _faults.Where(fault => fault.Meets(request)).ToList();
            foreach (var fault in met.Where(fault => fault.Times is not null))
            {
                var index = _faults.IndexOf(fault);
                if (fault.Times <= 1)
                    _faults.RemoveAt(index);
                else
                    _faults[index] = fault with { Times = fault.Times - 1 };
            }
            return met;
        }
    }
}
