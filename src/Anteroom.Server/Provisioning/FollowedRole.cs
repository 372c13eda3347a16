using Anteroom.Server.Organizations;

namespace Anteroom.Server.Provisioning;

/// <summary>Which role an existing account gets at a sign-in, where the organization lets roles follow groups (docs/decisions/0022). Pure.</summary>
public static class FollowedRole
{
    /// <summary>The key of the role that the account shall have, or null where it keeps its own.</summary>
    /// <remarks>
    /// A role with permissions is never taken by a sign-in, and <see cref="Provisioner"/> gives none (SEC-072). A role that no mapping names
    /// was given by hand: without a mapping that fits it stays.
    /// </remarks>
    public static string? Of(Role current, DirectoryFacts facts)
    {
        if (facts.GovernedRoles.Count == 0 || current.IsAdministrative)
            return null;
        var wanted = facts.MappedRole ?? (facts.GovernedRoles.Contains(current.Key) ? facts.DefaultRole : null);
        return wanted == current.Key ? null : wanted;
    }
}
