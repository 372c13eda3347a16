using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>As whom we ask a connection's provider, and whose people come in.</summary>
/// <param name="Tenants">Kind entra: the connection's own tenant, or with the shared app those that are bound to the organization (SEC-061, SEC-063).</param>
public sealed record AppRegistration(string ClientId, IReadOnlyList<Guid> Tenants, bool IsShared)
{
    /// <summary>The tenant whose own authority is asked; null asks the one for all organizations.</summary>
    public Guid? OnlyTenant => Tenants is [var one] ? one : null;
}

/// <summary>Knows whose app registration a connection uses: its own, or the platform's shared one of its cloud (docs/decisions/0025).</summary>
public sealed class AppRegistrations(SharedRegistrations shared, TenantBindings bindings)
{
    /// <returns>The registration as it is now, or <c>shared_app_unavailable</c> where no shared one serves the cloud.</returns>
    public async Task<Result<AppRegistration, ConnectionRefusal>> OfAsync(Connection connection, CancellationToken ct)
    {
        var settings = connection.Settings;
        if (settings.Registration == Registration.Own)
            return new AppRegistration(settings.ClientId, settings.TenantId is { } tenant ? [tenant] : [], IsShared: false);
        var cloud = settings.Cloud!;
        return await shared.ActiveAsync(cloud, ct) is { } registration
            ? new AppRegistration(registration.ClientId, await bindings.TenantsAsync(connection.Organization, cloud, ct), IsShared: true)
            : new ConnectionRefusal(ReasonCodes.SharedAppUnavailable);
    }
}
