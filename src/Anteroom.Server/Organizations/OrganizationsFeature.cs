using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Organizations;

/// <summary>Organizations, their names, domains, roles and settings.</summary>
public static class OrganizationsFeature
{
    public static IServiceCollection AddOrganizations(this IServiceCollection services, AnteroomOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton<Routes>();
        services.AddSingleton<OrganizationDirectory>();
        services.AddSingleton<OrganizationHosts>();
        services.AddSingleton<CreateOrganization>();
        services.AddSingleton<ChangeOrganization>();
        services.AddSingleton<ChangeBranding>();
        services.AddSingleton<Logos>();
        services.AddSingleton<ChangeDomains>();
        services.AddSingleton<ProveDomain>();
        services.AddSingleton<DueDomains>();
        services.AddRecurringJob<RecheckDomains>(RecheckDomains.JobKind, RecheckDomains.Every);
        services.AddSingleton<ChangeRoles>();
        services.AddSingleton<ApiKeys>();
        services.AddHostedService<PlatformRoles>();
        services.AddSingleton<InstallationSettings>();
        services.AddHostedService<FollowInstallationSettings>();
        return services;
    }
}
