using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Who may call an endpoint (graph.md §2): any of these delegated permissions, or any of these application permissions.</summary>
/// <remarks>A delegated call can do no more than its user: writing also needs one of <see cref="Roles"/>.</remarks>
internal sealed record Access(IReadOnlyList<string> Delegated, IReadOnlyList<string> Application)
{
    private const string AsUser = "Directory.AccessAsUser.All";

    /// <summary>Directory roles, any of which the user of a delegated call must hold; empty asks for none.</summary>
    public IReadOnlyList<Guid> Roles { get; init; } = [];

    /// <summary>Delegated permissions that are enough for one's own account.</summary>
    public IReadOnlyList<string> Own { get; init; } = [];

    public static readonly Access Token = new([], []);

    public static readonly Access ReadUsers = Any(
        "User.Read.All",
        "User.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    ) with
    {
        Own = ["User.Read", "User.ReadWrite"],
    };

    public static readonly Access ListUsers = Any(
        "User.ReadBasic.All",
        "User.Read.All",
        "User.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    public static readonly Access WriteUsers = Any("User.ReadWrite.All", "Directory.ReadWrite.All") with
    {
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.UserAdministrator,
            DirectoryRoleTemplate.DirectoryWriters,
        ],
    };

    public static readonly Access ReadGroups = Any(
        "GroupMember.Read.All",
        "GroupMember.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    public static readonly Access WriteGroups = Any("Group.ReadWrite.All", "Directory.ReadWrite.All") with
    {
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.UserAdministrator,
            DirectoryRoleTemplate.GroupsAdministrator,
            DirectoryRoleTemplate.DirectoryWriters,
        ],
    };

    public static readonly Access CreateGroups = WriteGroups with { Application = [.. WriteGroups.Application, "Group.Create"] };

    public static readonly Access WriteMembers = WriteGroups with
    {
        Delegated = [.. WriteGroups.Delegated, "GroupMember.ReadWrite.All"],
        Application = [.. WriteGroups.Application, "GroupMember.ReadWrite.All"],
    };

    public static readonly Access ReadDirectory = Any("Directory.Read.All", "Directory.ReadWrite.All");

    public static readonly Access ReadMemberOf = Any(
        "Directory.Read.All",
        "Directory.ReadWrite.All",
        "GroupMember.Read.All",
        "Group.Read.All",
        "User.Read.All",
        "User.ReadWrite.All"
    ) with
    {
        Own = ["User.Read", "User.ReadWrite"],
    };

    public static readonly Access ReadApplications = Any(
        "Application.Read.All",
        "Application.ReadWrite.All",
        "Application.ReadWrite.OwnedBy",
        "Directory.Read.All",
        "Directory.ReadWrite.All"
    );

    public static readonly Access WriteApplications = Any(
        "Application.ReadWrite.All",
        "Application.ReadWrite.OwnedBy",
        "Directory.ReadWrite.All"
    ) with
    {
        Roles =
        [
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.ApplicationAdministrator,
            DirectoryRoleTemplate.CloudApplicationAdministrator,
            DirectoryRoleTemplate.ApplicationDeveloper,
        ],
    };

    /// <summary>Every delegated permission is accepted beside "access directory as the signed in user".</summary>
    public static Access Any(params string[] permissions) => new([.. permissions, AsUser], permissions);

    public bool Allows(EntraDirectory directory, GraphCaller caller, bool isOwn)
    {
        if (Delegated.Count == 0 && Application.Count == 0)
            return true;
        if (caller.User is null)
            return Application.Any(caller.Permissions.Contains);
        if (isOwn && Own.Any(caller.Permissions.Contains))
            return true;
        return Delegated.Any(caller.Permissions.Contains)
            && (Roles.Count == 0 || directory.DirectoryRolesOf(caller.User.Id).Overlaps(Roles));
    }
}
