using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;

namespace Anteroom.Server.Connections;

/// <summary>Our client at a connection's provider, with the credential of exactly this revision.</summary>
public sealed class UpstreamClients(ConnectionStore connections)
{
    /// <returns>Without a credential where the connection has none.</returns>
    public async Task<UpstreamClient> OfAsync(Connection connection, ProviderDocument document, CancellationToken ct) =>
        new(connection.Settings.ClientId, await connections.ClientSecretAsync(connection, ct));

    /// <summary>The provider's token endpoint, asked on behalf of the connection's organization.</summary>
    public static TokenEndpoint EndpointOf(Connection connection, ProviderDocument document) =>
        new(
            document.Provider,
            document.Metadata.TokenEndpoint,
            document.Metadata.TokenEndpointAuthenticationMethods,
            connection.Organization.ToString()
        );
}
