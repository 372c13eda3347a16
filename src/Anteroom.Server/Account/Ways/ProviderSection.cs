using Anteroom.Server.Account.Access;
using Anteroom.Server.Connections;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Account.Ways;

/// <summary>The providers that the account is linked with. The organization links and unlinks, not the person.</summary>
internal sealed class ProviderSection(UserStore users, ConnectionStore connections) : IWaySection
{
    public async Task<WaySection?> OfAsync(HttpContext http, AccountCaller caller, CancellationToken ct)
    {
        var identities = await users.IdentitiesAsync(caller.Organization.Id, caller.User.Id, ct);
        if (identities.Count == 0)
            return null;
        List<LinkedProvider> linked = [];
        foreach (var identity in identities)
        {
            var connection = identity.LastConnection is { } id ? await connections.FindAsync(caller.Organization.Id, new(id), ct) : null;
            linked.Add(
                new(
                    connection?.Name ?? (identity.Key is EntraKey ? "Microsoft Entra ID" : ((OidcKey)identity.Key).Issuer),
                    identity.CreatedAt,
                    identity.LastUsedAt,
                    connection is null or { State: ConnectionState.Active }
                )
            );
        }
        return new("_Providers", linked);
    }
}

/// <param name="IsOpen">Whether people may sign in by it now.</param>
internal sealed record LinkedProvider(string Name, DateTimeOffset LinkedAt, DateTimeOffset? LastUsedAt, bool IsOpen);
