using Anteroom.Entra.Graph;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>Reads which domains a connection's tenant has verified, with the application's own permission (Domain.Read.All).</summary>
/// <remarks>https://learn.microsoft.com/graph/api/domain-list: one page, however many there are.</remarks>
public sealed class TenantDomains(
    UpstreamProviders providers,
    ProviderMetadataCache metadata,
    UpstreamClients clients,
    SharedRegistrations shared,
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
            return new ConnectionRefusal(ReasonCodes.TenantDomainsUnread, "connection");
        return await ReadAsync(
            entra,
            tenant,
            connection.Organization,
            document => clients.OfAsync(connection, document, ct),
            ReasonCodes.TenantDomainsUnread,
            ct
        );
    }

    /// <summary>The same by the shared app of a cloud, in a tenant that has consented to it.</summary>
    /// <returns>As above; <c>shared_app_unavailable</c>, <c>shared_app_domains_unread</c>.</returns>
    public async Task<Result<IReadOnlySet<string>, ConnectionRefusal>> ReadBySharedAppAsync(
        OrganizationId organization,
        Cloud cloud,
        Guid tenant,
        CancellationToken ct
    )
    {
        if (await shared.ClientAsync(cloud.Key, ct) is not { } client)
            return new ConnectionRefusal(ReasonCodes.SharedAppUnavailable);
        return await ReadAsync(
            new(cloud, tenant),
            tenant,
            organization,
            _ => Task.FromResult<Result<UpstreamClient, string>>(client),
            ReasonCodes.SharedAppDomainsUnread,
            ct
        );
    }

    private async Task<Result<IReadOnlySet<string>, ConnectionRefusal>> ReadAsync(
        EntraProvider entra,
        Guid tenant,
        OrganizationId organization,
        Func<ProviderDocument, Task<Result<UpstreamClient, string>>> clientAt,
        string unread,
        CancellationToken ct
    )
    {
        if (!(await metadata.GetAsync(entra, ct)).TryGet(out var document, out var fault))
            return Unread(fault.Code);
        if (!(await clientAt(document)).TryGet(out var client, out var unfit))
            return Unread(unfit);
        var endpoint = UpstreamClients.EndpointOf(organization, document);
        var given = await tokens.RequestClientCredentialsAsync(endpoint, client, entra.Cloud.GraphScope, ct);
        if (!given.TryGet(out var answer, out var refused) || answer.AccessToken is not { } token)
            return Unread((refused as UpstreamTokenError)?.Aadsts?.ToString() ?? refused?.Code ?? "token");
        var listed = await graph.ListAsync(new(entra.Cloud, tenant, organization.ToString(), token), Path, Most, ct);
        return listed.TryGet(out var list, out var failure) ? Names(list) : Unread(failure.ToString());

        ConnectionRefusal Unread(string detail) => new(unread, detail);
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
}
