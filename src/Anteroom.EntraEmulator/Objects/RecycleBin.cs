using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Deleted users, Microsoft 365 groups and applications stay for 30 days (graph.md §4.5). Restored, they keep their object id.</summary>
/// <remarks>Memberships and assignments of what lies here stay; they are not seen, because nothing resolves the id.</remarks>
internal sealed class RecycleBin(EntraDirectory directory, DirectoryLog log, TimeProvider clock)
{
    public void Delete(User user) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Users, user.Id.ToString());
            changes.Put(directory.DeletedUsers, user with { DeletedDateTime = clock.GetUtcNow() });
        });

    /// <summary>Microsoft 365 groups can be restored; other groups are gone at once.</summary>
    public void Delete(Group group) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Groups, group.Id.ToString());
            if (group.GroupTypes.Contains(Group.Unified))
                changes.Put(directory.DeletedGroups, group with { DeletedDateTime = clock.GetUtcNow() });
            else
                Forget(changes, group.Id);
        });

    public void Delete(Application application) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Applications, application.Id.ToString());
            changes.Put(directory.DeletedApplications, application with { DeletedDateTime = clock.GetUtcNow() });
            if (directory.FindServicePrincipal(application.TenantId, application.AppId) is { } principal)
                Delete(changes, principal);
        });

    public void Delete(Changes changes, ServicePrincipal principal)
    {
        changes.Remove(directory.ServicePrincipals, principal.Id.ToString());
        foreach (var assignment in directory.AssignmentsOf.Find(principal.Id.ToString()))
            changes.Remove(directory.Assignments, assignment.Id);
        foreach (var grant in directory.GrantsOf.Find(principal.Id.ToString()))
            changes.Remove(directory.Grants, grant.Id);
        Forget(changes, principal.Id);
    }

    public User? FindUser(Guid id) => Alive(directory.DeletedUsers.Find(id), user => user.DeletedDateTime);

    public Group? FindGroup(Guid id) => Alive(directory.DeletedGroups.Find(id), group => group.DeletedDateTime);

    public Application? FindApplication(Guid id) =>
        Alive(directory.DeletedApplications.Find(id), application => application.DeletedDateTime);

    public IEnumerable<User> Users(Guid tenantId) =>
        directory.DeletedUsersByTenant.Find(tenantId.ToString()).Where(user => IsAlive(user.DeletedDateTime));

    public IEnumerable<Group> Groups(Guid tenantId) =>
        directory.DeletedGroupsByTenant.Find(tenantId.ToString()).Where(group => IsAlive(group.DeletedDateTime));

    public IEnumerable<Application> Applications(Guid tenantId) =>
        directory.DeletedApplicationsByTenant.Find(tenantId.ToString()).Where(application => IsAlive(application.DeletedDateTime));

    /// <summary>Null when somebody took the user name in the meantime.</summary>
    public User? Restore(User user) =>
        directory.Write(changes =>
        {
            if (directory.UsersByName.Contains(user.UserPrincipalName))
                return null;
            var restored = user with { DeletedDateTime = null };
            changes.Remove(directory.DeletedUsers, user.Id.ToString());
            changes.Put(directory.Users, restored);
            log.Record(changes, user.TenantId, "Restore user", DirectoryLog.Users, DirectoryLog.Target(user));
            return restored;
        });

    public Group Restore(Group group) =>
        directory.Write(changes =>
        {
            var restored = group with { DeletedDateTime = null };
            changes.Remove(directory.DeletedGroups, group.Id.ToString());
            changes.Put(directory.Groups, restored);
            log.Record(changes, group.TenantId, "Restore group", DirectoryLog.Groups, DirectoryLog.Target(group));
            return restored;
        });

    /// <summary>The registration comes back; consent must be given anew.</summary>
    public Application Restore(Application application) =>
        directory.Write(changes =>
        {
            var restored = application with { DeletedDateTime = null };
            changes.Remove(directory.DeletedApplications, application.Id.ToString());
            changes.Put(directory.Applications, restored);
            log.Record(changes, application.TenantId, "Restore application", DirectoryLog.Applications, DirectoryLog.Target(application));
            return restored;
        });

    /// <summary>For good.</summary>
    public void Purge(Guid id) =>
        directory.Write(changes =>
        {
            if (directory.DeletedUsers.Find(id) is { } user)
                log.Record(changes, user.TenantId, "Hard Delete user", DirectoryLog.Users, DirectoryLog.Target(user));
            else if (directory.DeletedGroups.Find(id) is { } group)
                log.Record(changes, group.TenantId, "Hard Delete group", DirectoryLog.Groups, DirectoryLog.Target(group));
            else if (directory.DeletedApplications.Find(id) is { } gone)
                log.Record(changes, gone.TenantId, "Hard Delete application", DirectoryLog.Applications, DirectoryLog.Target(gone));
            changes.Remove(directory.DeletedUsers, id.ToString());
            changes.Remove(directory.DeletedGroups, id.ToString());
            changes.Remove(directory.DeletedApplications, id.ToString());
            Forget(changes, id);
        });

    /// <summary>Removes every relation of an object that will not come back.</summary>
    private void Forget(Changes changes, Guid id)
    {
        var key = id.ToString();
        foreach (var membership in directory.MembersOf.Find(key).Concat(directory.GroupsOf.Find(key)))
            changes.Remove(directory.Memberships, membership.Key);
        foreach (var ownership in directory.OwnersOf.Find(key).Concat(directory.OwnedBy.Find(key)))
            changes.Remove(directory.Ownerships, ownership.Key);
        foreach (var assignment in directory.AssignmentsTo.Find(key))
            changes.Remove(directory.Assignments, assignment.Id);
        foreach (var assignment in directory.RoleAssignmentsOf.Find(key))
            changes.Remove(directory.RoleAssignments, assignment.Id);
        foreach (var assignment in directory.PoliciesOf.Find(key))
            changes.Remove(directory.PolicyAssignments, assignment.Key);
    }

    private T? Alive<T>(T? row, Func<T, DateTimeOffset?> deleted)
        where T : class => row is not null && IsAlive(deleted(row)) ? row : null;

    private bool IsAlive(DateTimeOffset? deleted) => !EntraDirectory.IsPurged(deleted, clock.GetUtcNow());
}
