namespace Anteroom.Server.Audit;

public static class AuditFeature
{
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<RefusalLimiter>().AddSingleton<FreshRows>().AddSingleton<AuditTrail>();
}
