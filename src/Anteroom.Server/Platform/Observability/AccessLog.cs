using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Platform.Observability;

/// <summary>One line for each request, with the route's pattern in place of its path: neither queries nor links' secrets are written (SEC-322).</summary>
internal sealed class AccessLog(RequestDelegate next, TimeProvider clock, ILogger<AccessLog> log)
{
    private static readonly PathString[] Unremarkable = ["/health", "/metrics", "/anteroom"];

    public async Task InvokeAsync(HttpContext http)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            if (log.IsEnabled(LogLevel.Information) && !Unremarkable.Any(path => http.Request.Path.StartsWithSegments(path)))
                log.Answered(
                    LogText.Clean(http.Request.Method),
                    (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched",
                    http.Response.StatusCode,
                    (long)clock.GetElapsedTime(started).TotalMilliseconds,
                    http.Network(),
                    http.CorrelationId()
                );
        }
    }
}
