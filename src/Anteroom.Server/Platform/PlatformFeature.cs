using Anteroom.Server.Platform.Dns;
using Anteroom.Server.Platform.Events;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Platform;

/// <summary>What every feature stands on: events, outbox, jobs, notifications, logs, health, figures, limits.</summary>
/// <remarks>Needs <c>TimeProvider</c>, <c>AnteroomOptions</c>, <c>NpgsqlDataSource</c> and <c>Database</c> from the caller.</remarks>
public static class PlatformFeature
{
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MonthsEvery = TimeSpan.FromHours(12);

    public static IServiceCollection AddPlatform(this IServiceCollection services, WebApplicationBuilder builder, AnteroomOptions options)
    {
        builder.Logging.AddAnteroomLogging(options);
        return services
            .AddWork()
            .AddObservability()
            .AddDns(options)
            .AddSingleton<ProblemWriter>()
            .AddSingleton<KnownHosts>()
            .AddSecurityHeaders()
            .AddKestrelLimits()
            .Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
    }

    /// <summary>Events, outbox, jobs and notifications, without anything of the web.</summary>
    internal static IServiceCollection AddWork(this IServiceCollection services) =>
        services
            .AddSingleton<EventLog>()
            .AddSingleton<Outbox.Outbox>()
            .AddSingleton<JobQueue>()
            .AddSingleton<Notifications.Notifications>()
            .AddHostedService(provider => provider.GetRequiredService<Notifications.Notifications>())
            .AddHostedService<OutboxWorker>()
            .AddHostedService<JobWorker>()
            .AddSingleton<SignInMonths>()
            .AddRecurringJob<Purge>(Purge.JobKind, PurgeEvery)
            .AddRecurringJob<SignInMonths>(SignInMonths.JobKind, MonthsEvery);

    /// <summary>The outermost middleware, before routing: headers, proxies, access log, last resort, hosts, unknown addresses, form limits.</summary>
    public static IApplicationBuilder UsePlatform(this IApplicationBuilder app, AnteroomOptions options) =>
        app.UseSecurityHeaders(new(options.BaseUri))
            .UseForwarding(options)
            .UseMiddleware<AccessLog>()
            .UseFramingGuard()
            .UseMiddleware<LastResort>()
            .UseMiddleware<HostFilter>()
            .UseMiddleware<UnknownAddresses>()
            .UseFormLimits();

    public static IEndpointRouteBuilder MapPlatform(this IEndpointRouteBuilder routes) => routes.MapObservability();

    /// <summary>What has to be there before the first request. Call it before the host starts.</summary>
    public static Task PreparePlatformAsync(this IServiceProvider services, CancellationToken ct) =>
        services.GetRequiredService<SignInMonths>().MakeAsync(ct);
}
