using Anteroom.Entra.Providers;

namespace Anteroom.Server.Connections;

/// <summary>Turns a connection into the provider that the Entra library knows.</summary>
public sealed class UpstreamProviders(CloudStore clouds)
{
    /// <param name="tenant">Kind entra: whose authority is asked; null asks the one for all organizations.</param>
    /// <returns>Null where the connection's cloud is gone; never for a connection that passed <see cref="ConnectionRules"/>.</returns>
    public async Task<UpstreamProvider?> OfAsync(Connection connection, Guid? tenant, CancellationToken ct)
    {
        var settings = connection.Settings;
        if (connection.Kind == ConnectionKind.Oidc)
            return OidcProvider.TryCreate(settings.Authority ?? "", settings.EndpointHosts, out var provider) ? provider : null;
        return settings.Cloud is { } key && await clouds.FindAsync(key, ct) is { } cloud ? new EntraProvider(cloud, tenant) : null;
    }
}
