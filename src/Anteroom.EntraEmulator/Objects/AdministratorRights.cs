using static Anteroom.EntraEmulator.Objects.DirectoryRoleTemplate;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Who may reset whose password, and change sensitive properties of whom (graph.md §6.2).</summary>
internal static class AdministratorRights
{
    /// <summary>Those who may touch everybody.</summary>
    private static readonly Guid[] Everybody = [GlobalAdministrator, PrivilegedAuthenticationAdministrator];

    /// <summary>For each role that a target holds: who may, beside <see cref="Everybody"/>.</summary>
    private static readonly Dictionary<Guid, Guid[]> MayReset = new()
    {
        [DirectoryReaders] = [PasswordAdministrator, HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [GuestInviter] = [PasswordAdministrator, HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [PasswordAdministrator] = [PasswordAdministrator, HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [MessageCenterReader] = [HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [ReportsReader] = [HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [UsageSummaryReportsReader] = [HelpdeskAdministrator, AuthenticationAdministrator, UserAdministrator],
        [HelpdeskAdministrator] = [HelpdeskAdministrator, UserAdministrator],
        [GroupsAdministrator] = [UserAdministrator],
        [UserAdministrator] = [UserAdministrator],
        [AuthenticationAdministrator] = [AuthenticationAdministrator],
    };

    private static readonly Guid[] WithoutRole =
    [
        PasswordAdministrator,
        HelpdeskAdministrator,
        AuthenticationAdministrator,
        UserAdministrator,
    ];

    public static bool MayResetPassword(IReadOnlySet<Guid> held, IReadOnlySet<Guid> ofTarget, bool targetIsInRoleAssignableGroup)
    {
        if (held.Overlaps(Everybody))
            return true;
        if (targetIsInRoleAssignableGroup || ofTarget.Any(role => !MayReset.ContainsKey(role)))
            return false;
        return held.Overlaps(WithoutRole) && ofTarget.All(role => held.Overlaps(MayReset[role]));
    }
}
