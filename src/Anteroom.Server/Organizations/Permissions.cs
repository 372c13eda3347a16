using System.Collections.Frozen;

namespace Anteroom.Server.Organizations;

/// <summary>What a role or an API key may do. Nobody grants more than they hold (SEC-263).</summary>
public static class Permissions
{
    public const string OrganizationRead = "organization.read";
    public const string OrganizationWrite = "organization.write";
    public const string ConnectionsRead = "connections.read";
    public const string ConnectionsWrite = "connections.write";
    public const string UsersRead = "users.read";
    public const string UsersWrite = "users.write";
    public const string GroupsRead = "groups.read";
    public const string GroupsWrite = "groups.write";
    public const string RolesRead = "roles.read";
    public const string RolesWrite = "roles.write";
    public const string ApplicationsRead = "applications.read";
    public const string ApplicationsWrite = "applications.write";
    public const string ApiKeysRead = "apiKeys.read";
    public const string ApiKeysWrite = "apiKeys.write";
    public const string AuditRead = "audit.read";

    /// <summary>Of the platform alone: making and listing organizations, clouds, approvals.</summary>
    public const string OrganizationsOperate = "organizations.operate";

    public static IReadOnlyList<string> OfOrganizations { get; } =
    [
        OrganizationRead,
        OrganizationWrite,
        ConnectionsRead,
        ConnectionsWrite,
        UsersRead,
        UsersWrite,
        GroupsRead,
        GroupsWrite,
        RolesRead,
        RolesWrite,
        ApplicationsRead,
        ApplicationsWrite,
        ApiKeysRead,
        ApiKeysWrite,
        AuditRead,
    ];

    public static IReadOnlyList<string> OfPlatform { get; } = [.. OfOrganizations, OrganizationsOperate];

    private static readonly FrozenSet<string> Known = OfPlatform.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsKnown(string permission) => Known.Contains(permission);
}
