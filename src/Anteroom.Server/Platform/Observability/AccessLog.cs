using Anteroom.Server.Platform.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Server.Platform.Observability;

/// <summary>One line for each request, with the route's pattern in place of its path: neither queries nor links' secrets are written (SEC-322).</summary>
internal sealed class AccessLog(RequestDelegate next, TimeProvider clock, ILogger<AccessLog> log)
{
    private static readonly PathString[] Unremarkable = ["/health", "/metrics", "/anteroom", "/branding"];

    public async Task InvokeAsync(HttpContext http)
    {
        var started = clock.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "unmatched";
            // The span has neither by itself; it gets its name of them when it ends.
            http.Features.Get<IHttpActivityFeature>()
                ?.Activity.SetTag("http.request.method", LogText.Clean(http.Request.Method))
                .SetTag("http.route", route);
            if (log.IsEnabled(LogLevel.Information) && !Unremarkable.Any(path => http.Request.Path.StartsWithSegments(path)))
                log.Answered(
                    LogText.Clean(http.Request.Method),
                    route,
                    http.Response.StatusCode,
                    (long)clock.GetElapsedTime(started).TotalMilliseconds,
                    http.Network(),
                    http.CorrelationId()
                );
        }
    }
}
