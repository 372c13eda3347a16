using Anteroom.Entra.Graph;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Reads which domains a connection's tenant has verified, with the application's own permission (Domain.Read.All).</summary>
/// <remarks>https://learn.microsoft.com/graph/api/domain-list: one page, however many there are.</remarks>
public sealed class TenantDomains(
    UpstreamProviders providers,
    ProviderMetadataCache metadata,
    UpstreamClients clients,
    TokenEndpointClient tokens,
    GraphClient graph
)
{
    /// <summary>A tenant has at most so many (https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions).</summary>
    private const int Most = 5_000;

    private const string Path = "domains?$select=id,isVerified";

    /// <summary>Whether the connection has a credential of ours and leads to one tenant.</summary>
    public static bool MayRead(Connection connection) =>
        connection is { Kind: ConnectionKind.Entra, Settings: { TenantId: not null, ClientKind: ClientKind.Confidential } }
        && (connection.SecretLast4 is not null || connection.Settings.Credential != CredentialKind.Secret);

    /// <returns>The names in their normal spelling, or a reason with what exactly was answered.</returns>
    public async Task<Result<IReadOnlySet<string>, ConnectionRefusal>> ReadAsync(Connection connection, CancellationToken ct)
    {
        if (connection.Settings.TenantId is not { } tenant || await providers.OfAsync(connection, tenant, ct) is not EntraProvider entra)
            return Unread("connection");
        if (!(await metadata.GetAsync(entra, ct)).TryGet(out var document, out var fault))
            return Unread(fault.Code);
        if (!(await clients.OfAsync(connection, document, ct)).TryGet(out var client, out var unfit))
            return Unread(unfit);
        var given = await tokens.RequestClientCredentialsAsync(
            UpstreamClients.EndpointOf(connection, document),
            client,
            entra.Cloud.GraphScope,
            ct
        );
        if (!given.TryGet(out var answer, out var refused) || answer.AccessToken is not { } token)
            return Unread((refused as UpstreamTokenError)?.Aadsts?.ToString() ?? refused?.Code ?? "token");
        var listed = await graph.ListAsync(new(entra.Cloud, tenant, connection.Organization.ToString(), token), Path, Most, ct);
        return listed.TryGet(out var list, out var failure) ? Names(list) : Unread(failure.ToString());
    }

    private static Result<IReadOnlySet<string>, ConnectionRefusal> Names(GraphList list)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var item in list.Items)
            if (
                item.TryGetProperty("isVerified", out var verified)
                && verified.ValueKind == System.Text.Json.JsonValueKind.True
                && item.TryGetProperty("id", out var id)
                && id.ValueKind == System.Text.Json.JsonValueKind.String
                && DomainNames.Normalize(id.GetString()) is { } name
            )
                names.Add(name);
        return names;
    }

    private static ConnectionRefusal Unread(string detail) => new(ReasonCodes.TenantDomainsUnread, detail);
}
