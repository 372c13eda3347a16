using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Feeds the request log with each request to the protocol endpoints, before its answer leaves: who has the answer finds it there.</summary>
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
        var isLogged = false;
        http.Response.OnStarting(() =>
        {
            Log();
            return Task.CompletedTask;
        });
        try
        {
            await next(http);
        }
        finally
        {
            Log(); // also what was never answered
        }

        void Log()
        {
            if (!isLogged)
                log.Add(http, Pairs(http.Request.Query), Pairs(form));
            isLogged = true;
        }
    }

    private static List<KeyValuePair<string, string>> Pairs(
        IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values
    ) => [.. values.Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value.FirstOrDefault() ?? ""))];
}
