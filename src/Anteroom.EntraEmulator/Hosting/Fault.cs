namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Something that goes wrong on purpose.</summary>
/// <param name="Id">For removal.</param>
/// <param name="Path">A path; <c>*</c> stands for one segment, a trailing <c>**</c> for the rest.</param>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="RetryAfterSeconds">May be a fraction: Graph sends such (graph.md §9.2).</param>
/// <param name="DelayMilliseconds">Of <c>latency</c> before the answer, of <c>slowBody</c> over the whole body.</param>
/// <param name="Times">How many requests it meets; null for all until it is removed.</param>
internal sealed record Fault(
    int Id,
    string Path,
    string Kind,
    string? Method,
    int? Status,
    double? RetryAfterSeconds,
    int? DelayMilliseconds,
    int? Times
)
{
    public const string Latency = "latency";
    public const string StatusCode = "status";
    public const string TruncatedBody = "truncatedBody";
    public const string SlowBody = "slowBody";
    public const string Html = "html";
    public const string WrongContentType = "wrongContentType";

    /// <summary>Tokens are signed by a key that is not the published one of their kid.</summary>
    public const string WrongKey = "wrongKey";

    /// <summary>Tokens carry a kid that is published nowhere.</summary>
    public const string UnknownKid = "unknownKid";

    /// <summary>The key set is an old one: the key that signs is missing.</summary>
    public const string StaleKeys = "staleKeys";

    /// <summary>The key set holds each kid twice, the first time with another key.</summary>
    public const string DuplicateKeys = "duplicateKeys";

    /// <summary>The request takes effect and the connection ends without an answer.</summary>
    public const string LostAnswer = "lostAnswer";

    public static readonly IReadOnlyList<string> Kinds =
    [
        Latency,
        StatusCode,
        TruncatedBody,
        SlowBody,
        Html,
        WrongContentType,
        WrongKey,
        UnknownKid,
        StaleKeys,
        DuplicateKeys,
        LostAnswer,
    ];

    /// <summary>Kinds that let the request go on and change its answer.</summary>
    public bool SpoilsAnswer => Kind is TruncatedBody or SlowBody or Html or WrongContentType or StaleKeys or DuplicateKeys or LostAnswer;

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
