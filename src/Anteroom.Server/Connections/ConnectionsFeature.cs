using Anteroom.Entra.Graph;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Anteroom.Server.Connections;

/// <summary>Upstream providers of organizations, and the one way out to them.</summary>
public static class ConnectionsFeature
{
    /// <exception cref="InvalidOperationException">An entry of <see cref="AnteroomOptions.AllowedTargets"/> is no origin; the message is one sentence for the operator.</exception>
    public static IServiceCollection AddConnections(this IServiceCollection services, AnteroomOptions options)
    {
        var outbound = new OutboundOptions
        {
            Allowances = [.. options.AllowedTargets.Select(target => Allow(target, options))],
            TraceTargets = options.OtlpEndpoint is null ? null : options.TraceTargets,
        };
        services.TryAddSingleton(provider => new OutboundHttp(outbound, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new ProviderMetadataCache(
            provider.GetRequiredService<OutboundHttp>(),
            provider.GetRequiredService<TimeProvider>(),
            alert =>
                provider
                    .GetRequiredService<ILogger<ProviderMetadataCache>>()
                    .MetadataFailed(alert.Provider.Key, alert.Fault.Code, alert.Fault.Detail, alert.OldDocumentInUse)
        ));
        services.TryAddSingleton<TokenEndpointClient>();
        services.TryAddSingleton<GraphClient>();
        services.TryAddSingleton<PersonGroups>();
        services.AddSingleton<CloudStore>();
        services.AddSingleton<ConnectionStore>();
        services.AddSingleton<SharedRegistrations>();
        services.AddSingleton<SaveSharedRegistration>();
        services.AddSingleton<TenantBindings>();
        services.AddSingleton<ChangeTenantBindings>();
        services.AddSingleton<AppRegistrations>();
        services.AddSingleton<UpstreamProviders>();
        services.AddSingleton<ConnectionCertificates>();
        services.AddSingleton<UpstreamClients>();
        services.AddSingleton<TenantLookup>();
        services.AddSingleton<TenantDomains>();
        services.AddSingleton<BindByDomain>();
        services.AddSingleton<ProveByTenant>();
        services.AddRecurringJob<RecheckTenantDomains>(RecheckTenantDomains.JobKind, RecheckTenantDomains.Every);
        services.AddSingleton<TestConnection>();
        services.AddSingleton<SeenClaims>();
        services.AddSingleton<SaveConnection>();
        services.AddSingleton<ChangeSignInPolicy>();
        services.AddSingleton<ChangeConnectionState>();
        services.AddSingleton<ChangeSecurity>();
        return services;
    }

    private static OutboundAllowance Allow(string target, AnteroomOptions options)
    {
        var pem =
            options.TrustedAuthorities is { } file && target.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
                ? File.ReadAllText(file)
                : null;
        return OutboundAllowance.TryParse(target, pem, out var allowance, out var fault)
            ? allowance
            : throw new InvalidOperationException($"Anteroom:AllowedTargets: {fault}");
    }
}
