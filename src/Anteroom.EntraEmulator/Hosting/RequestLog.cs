using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>The last requests to the protocol endpoints: names of all parameters, values of harmless ones. Never a secret, code or token.</summary>
internal sealed class RequestLog
{
    private const int Capacity = 5_000;

    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "claims",
        "prompt",
        "grant_type",
        "login_hint",
        "domain_hint",
        "max_age",
        "code_challenge_method",
        "post_logout_redirect_uri",
        "step",
        "error",
    };

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new(Capacity);
    private long _last;

    public void Add(HttpContext http, IReadOnlyList<KeyValuePair<string, string>> query, IReadOnlyList<KeyValuePair<string, string>> form)
    {
        var ids = RequestIds.Of(http);
        lock (_lock)
        {
            if (_entries.Count == Capacity)
                _entries.Dequeue();
            _entries.Enqueue(
                new Entry(
                    ++_last,
                    ids.At,
                    http.Request.Method,
                    http.Request.Scheme,
                    http.Request.Path.Value ?? "",
                    http.Response.StatusCode,
                    ids.TraceId,
                    Names(query),
                    Names(form),
                    Values([.. query, .. form]),
                    http.Request.Headers.Origin.ToString() is { Length: > 0 } origin ? origin : null
                )
            );
        }
    }

    /// <summary>Entries with a greater number than <paramref name="after"/>, oldest first.</summary>
    public IReadOnlyList<Entry> After(long after, int limit, string? path)
    {
        lock (_lock)
        {
            return
            [
                .. _entries
                    .Where(entry => entry.Id > after && (path is null || entry.Path.Contains(path, StringComparison.OrdinalIgnoreCase)))
                    .Take(limit),
            ];
        }
    }

    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
    }

    private static string[] Names(IEnumerable<KeyValuePair<string, string>> pairs) => [.. pairs.Select(pair => pair.Key).Distinct()];

    private static JsonObject Values(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var values = new JsonObject();
        foreach (var (name, value) in pairs.Where(pair => Shown.Contains(pair.Key)))
            values[name] = value;
        return values;
    }

    internal sealed record Entry(
        long Id,
        DateTimeOffset At,
        string Method,
        string Scheme,
        string Path,
        int Status,
        Guid RequestId,
        IReadOnlyList<string> QueryNames,
        IReadOnlyList<string> FormNames,
        JsonObject Values,
        string? Origin
    );
}
