using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Feeds the request log after each request to the protocol endpoints.</summary>
internal sealed class RequestLogging(RequestDelegate next, RequestLog log)
{
    private static readonly string[] Unlogged = ["/_emulator", "/portal", "/assets"];

    public async Task InvokeAsync(HttpContext http)
    {
        if (Unlogged.Any(prefix => http.Request.Path.StartsWithSegments(prefix)))
        {
            await next(http);
            return;
        }

        // Read before the endpoint, which may lose the body to an aborted answer; the form feature keeps it for the endpoint.
        var form = HttpMethods.IsPost(http.Request.Method)
            ? await Requests.ReadFormAsync(http.Request, http.RequestAborted)
            : FormCollection.Empty;
        try
        {
            await next(http);
        }
        finally
        {
            log.Add(http, Pairs(http.Request.Query), Pairs(form));
        }
    }

    private static List<KeyValuePair<string, string>> Pairs(
        IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values
    ) => [.. values.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.FirstOrDefault() ?? ""))];
}
