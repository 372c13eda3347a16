using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Finds who was typed into a field: people and groups by the names that people know them by.</summary>
internal static class Principals
{
    /// <summary>A user or group of the tenant by object id, user principal name or group name.</summary>
    public static Guid? Find(EntraDirectory directory, Guid tenant, string typed)
    {
        if (Guid.TryParse(typed, out var id))
            return directory.Users.Find(id)?.TenantId == tenant || directory.Groups.Find(id)?.TenantId == tenant ? id : null;
        if (directory.UsersByName.First(typed) is { } user && user.TenantId == tenant)
            return user.Id;
        return directory
            .GroupsInOrder.From(tenant.ToString(), typed, NameKey.Start)
            .TakeWhile(found => string.Equals(found.Row.DisplayName, typed, StringComparison.OrdinalIgnoreCase))
            .Select(found => (Guid?)found.Row.Id)
            .FirstOrDefault();
    }

    /// <summary>The same, or an application of the tenant by its name, client id or object id.</summary>
    public static Guid? FindWithApplications(EntraDirectory directory, Guid tenant, string typed) =>
        Find(directory, tenant, typed)
        ?? directory
            .ServicePrincipalsByTenant.Find(tenant.ToString())
            .FirstOrDefault(principal =>
                string.Equals(directory.ApplicationOf(principal)?.DisplayName, typed, StringComparison.OrdinalIgnoreCase)
                || (Guid.TryParse(typed, out var id) && (principal.Id == id || principal.AppId == id))
            )
            ?.Id;

    /// <summary>The name of a user, group or application; its id where it is none of these.</summary>
    public static string NameOf(EntraDirectory directory, Guid id) =>
        directory.Users.Find(id)?.DisplayName
        ?? directory.Groups.Find(id)?.DisplayName
        ?? (directory.ServicePrincipals.Find(id) is { } principal ? directory.ApplicationOf(principal)?.DisplayName : null)
        ?? id.ToString();

    /// <summary>Several, one per line.</summary>
    /// <param name="unknown">The first line that names nobody.</param>
    public static List<Guid> FindAll(EntraDirectory directory, Guid tenant, string lines, out string? unknown)
    {
        var found = new List<Guid>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Find(directory, tenant, line) is not { } id)
            {
                unknown = line;
                return found;
            }
            found.Add(id);
        }
        unknown = null;
        return found;
    }
}
