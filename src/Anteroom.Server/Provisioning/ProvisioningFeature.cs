using Anteroom.Server.Platform;

namespace Anteroom.Server.Provisioning;

/// <summary>The life of an account: created, changed, blocked, ended.</summary>
public static class ProvisioningFeature
{
    public static IServiceCollection AddProvisioning(this IServiceCollection services, AnteroomOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton<UserStore>();
        services.AddSingleton<LastAdministrator>();
        services.AddSingleton<Provisioner>();
        services.AddSingleton<Departures>();
        services.AddSingleton<OffBoarding>();
        services.AddSingleton<Blocks>();
        services.AddSingleton<DeleteUser>();
        services.AddSingleton<AdministerUsers>();
        services.AddSingleton<DefineCustomField>();
        services.AddSingleton<Groups>();
        return services;
    }
}
