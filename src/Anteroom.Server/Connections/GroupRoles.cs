using Anteroom.Entra.Requests;

namespace Anteroom.Server.Connections;

/// <summary>What it means for a connection that roles depend on groups: what to ask Entra for, and when a list of groups must be known (SEC-075).</summary>
public static class GroupRoles
{
    public const string Claim = "groups";

    /// <summary>The permission by which people may read their own groups; new app registrations have it from the start.</summary>
    public const string OwnGroups = "User.Read";

    public static bool AreMapped(ConnectionSettings settings) => settings.RoleMappings.Any(mapping => mapping.Claim == Claim);

    /// <summary>Whether all are named by object id, which is all that Graph tells without more permissions.</summary>
    public static bool AreMappedById(ConnectionSettings settings) =>
        settings.RoleMappings.Where(mapping => mapping.Claim == Claim).All(mapping => Guid.TryParseExact(mapping.Value, "D", out _));

    /// <summary>Whether the roles of existing accounts depend on them too.</summary>
    public static bool FollowAlways(ConnectionSettings settings) => settings.RoleMappingApplies == RoleMappingApplies.EverySignIn;

    /// <summary>The <c>scope</c> of a connection's requests: with mapped groups and a code that we redeem, people's own groups too.</summary>
    public static string ScopeOf(Connection connection) =>
        connection.Kind == ConnectionKind.Entra
        && ConnectionFlow.Of(connection.Settings).Redeemer == Redeemer.Server
        && AreMapped(connection.Settings)
            ? $"{AuthorizeRequest.DefaultScope} {OwnGroups}"
            : AuthorizeRequest.DefaultScope;
}
