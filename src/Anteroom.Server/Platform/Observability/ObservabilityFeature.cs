using System.Diagnostics;
using System.Net;

namespace Anteroom.Server.Platform.Observability;

public static class ObservabilityFeature
{
    public static IServiceCollection AddObservability(this IServiceCollection services) =>
        services
            .AddSingleton<DistributedContextPropagator, IncomingTraces>()
            .AddSingleton<TelemetryPipeline>()
            .AddHostedService(provider => provider.GetRequiredService<TelemetryPipeline>())
            .AddSingleton<Readiness>()
            .AddSingleton<InstallationState>()
            .AddHostedService<Heartbeat>();

    /// <summary><c>/health/live</c>, <c>/health/ready</c>, <c>/metrics</c>.</summary>
    public static IEndpointRouteBuilder MapObservability(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" })).ExcludeFromDescription();
        routes.MapGet("/health/ready", ReadyAsync).ExcludeFromDescription();
        routes.MapGet("/metrics", Metrics).ExcludeFromDescription();
        return routes;
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        var report = await readiness.CheckAsync(http.RequestAborted);
        var body = new
        {
            status = report.IsReady ? "ready" : "unready",
            database = report.Database,
            schema = report.Schema,
            clock = report.Clock,
        };
        return Results.Json(body, statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Metrics(HttpContext http, TelemetryPipeline pipeline, AnteroomOptions options) =>
        MayReadMetrics(http, options) ? Results.Text(pipeline.Scrape(), "text/plain; version=0.0.4; charset=utf-8") : Results.NotFound();

    /// <summary>The management listener; without one, this machine itself, directly and under a local name: a proxy on the same machine also connects from loopback.</summary>
    internal static bool MayReadMetrics(HttpContext http, AnteroomOptions options)
    {
        if (options.ManagementUrl is { } management)
            return Uri.TryCreate(management, UriKind.Absolute, out var url) && http.Connection.LocalPort == url.Port;
        return http.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote)
            && !http.Request.Headers.ContainsKey("X-Forwarded-For")
            && !http.Request.Headers.ContainsKey("Forwarded")
            && !http.Request.Headers.ContainsKey("X-Original-For")
            && (
                http.Request.Host.Host is "localhost"
                || (IPAddress.TryParse(http.Request.Host.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host))
            );
    }
}
