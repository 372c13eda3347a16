namespace Anteroom.Server.Connections;

/// <summary>A permission of Microsoft Graph that an application asks for itself (Application permissions), and others that include it.</summary>
/// <param name="Name">The one that asks for least.</param>
public sealed record GraphPermission(string Name, IReadOnlyList<string> Wider)
{
    /// <summary>To read somebody's groups (https://learn.microsoft.com/graph/api/user-list-transitivememberof).</summary>
    public static GraphPermission Groups { get; } =
        new(
            "GroupMember.Read.All",
            ["GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        );

    /// <summary>To read a tenant's domains (https://learn.microsoft.com/graph/api/domain-list).</summary>
    public static GraphPermission Domains { get; } =
        new("Domain.Read.All", ["Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]);

    public bool IsAmong(IReadOnlySet<string> granted) => granted.Contains(Name) || Wider.Any(granted.Contains);
}
