using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Audit;

public static class AuditFeature
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromHours(6);

    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services
            .AddSingleton<RefusalLimiter>()
            .AddSingleton<FreshRows>()
            .AddSingleton<AuditTrail>()
            .AddSingleton<AuditReader>()
            .AddSingleton<AuditVerifier>()
            .AddSingleton<AuditSealer>()
            .AddHostedService(provider => provider.GetRequiredService<AuditSealer>())
            .AddRecurringJob<AuditSweep>(AuditSweep.JobKind, SweepEvery)
            .AddRecurringJob<AuditExpiry>(AuditExpiry.JobKind, ExpireEvery);
}
