using Anteroom.Entra.Graph;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The groups that a token lists, or that Graph does.</summary>
/// <param name="Failure">Why they could not be looked up, for the record; null where they were, or need not be.</param>
public sealed record GroupsFound(TokenGroups Groups, string? Failure = null);

/// <summary>Looks up groups that did not fit into a token, at the cloud's own Graph (SEC-075). Done before the transaction begins, and nothing of it is remembered.</summary>
/// <remarks>
/// The person's own token asks first: User.Read is enough for one's own groups, and nobody has to grant more. Where there is none, or it may not,
/// the application asks with its credential, which needs GroupMember.Read.All. Whatever else goes wrong is not tried by another way.
/// </remarks>
public sealed class GroupLookup(UpstreamMetadata metadata, CodeExchange exchange, PersonGroups graph, UserStore users, TimeProvider clock)
{
    public async Task<GroupsFound> FindAsync(Connection connection, ProvenAnswer answer, CancellationToken ct)
    {
        var token = answer.Token;
        if (token is not { Groups: TokenGroups.Overage, Identity: EntraIdentity person } || !GroupRoles.AreMapped(connection.Settings))
            return new(token.Groups);
        if (
            !GroupRoles.FollowAlways(connection.Settings)
            && await users.KnowsAsync(connection.Organization, UpstreamPerson.KeyOf(token, connection), ct)
        )
            return new(token.Groups); // nothing depends on them
        if (!GroupRoles.AreMappedById(connection.Settings))
            return new(token.Groups, "group_names"); // Graph tells ids; the mapping names groups in another way
        if (!(await metadata.FindAsync(connection, ct)).TryGet(out var document, out var unavailable))
            return new(token.Groups, unavailable.Reason);

        var asked = clock.GetTimestamp();
        var found = await AskAsync(connection, document, person, answer.AccessToken, ct);
        Telemetry.Called("graph", found.Failure is null ? "success" : "refused", clock.GetElapsedTime(asked));
        return found;
    }

    private async Task<GroupsFound> AskAsync(
        Connection connection,
        ProviderDocument document,
        EntraIdentity person,
        Secret? own,
        CancellationToken ct
    )
    {
        var cloud = ((EntraProvider)document.Provider).Cloud;
        var refused = "graph_no_token";
        if (own is not null)
        {
            var listed = await graph.OfSignedInAsync(AccessWith(own), ct);
            if (listed.TryGet(out var groups, out var failure))
                return new(groups);
            refused = failure.ToString();
            if (!failure.IsPermission)
                return new(new TokenGroups.Overage(), refused);
        }
        var given = await exchange.ForApplicationAsync(connection, document, cloud.GraphScope, ct);
        if (!given.TryGet(out var tokens, out var none))
            return new(new TokenGroups.Overage(), own is null ? none.Reason : refused);
        if (tokens.AccessToken is not { } accessToken)
            return new(new TokenGroups.Overage(), refused);
        var asked = await graph.OfAsync(AccessWith(accessToken), person.ObjectId, ct);
        return asked.TryGet(out var all, out var last) ? new(all) : new(new TokenGroups.Overage(), last.ToString());

        GraphAccess AccessWith(Secret bearer) => new(cloud, person.TenantId, connection.Organization.ToString(), bearer);
    }
}
