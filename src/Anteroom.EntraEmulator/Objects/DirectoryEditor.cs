using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>A change that the directory does not allow.</summary>
/// <param name="Key">Key of its sentence in <c>Texts.resx</c>.</param>
internal sealed record EditProblem(string Key, string Value);

/// <summary>A new secret: the only moment at which its value is known.</summary>
internal sealed record NewSecret(PasswordCredential Credential, string SecretText);

/// <summary>Changes to people, groups and applications with the rules that portal and control API share.</summary>
internal sealed class DirectoryEditor(
    EntraDirectory directory,
    ConsentRegister consent,
    EnterpriseEditor enterprise,
    RecycleBin recycleBin,
    DirectoryLog log,
    TimeProvider clock
)
{
    private static readonly string[] Audiences =
    [
        Application.SingleTenant,
        Application.MultiTenant,
        Application.MultiTenantAndPersonal,
        Application.Personal,
    ];

    public Result<User, EditProblem> SaveUser(User user) => SaveUsers([user]).TryGet(out var saved, out var problem) ? saved[0] : problem;

    /// <summary>Creates or replaces users, all or none. User names are unique and lie in a verified domain of the tenant.</summary>
    public Result<User[], EditProblem> SaveUsers(User[] users) =>
        directory.Write<Result<User[], EditProblem>>(changes =>
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var user in users)
            {
                if (directory.Tenants.Find(user.TenantId) is not { } tenant)
                    return new EditProblem("Edit.NoTenant", user.TenantId.ToString());
                if (!user.UserPrincipalName.Contains('@', StringComparison.Ordinal) || !tenant.OwnsDomainOf(user.UserPrincipalName))
                    return new EditProblem("Edit.UserDomain", user.UserPrincipalName);
                if (
                    !names.Add(user.UserPrincipalName)
                    || (directory.UsersByName.First(user.UserPrincipalName) is { } other && other.Id != user.Id)
                )
                    return new EditProblem("Edit.UserTaken", user.UserPrincipalName);
                if (directory.Users.Find(user.Id) is { } before && before.TenantId != user.TenantId)
                    return new EditProblem("Edit.IdTaken", user.Id.ToString());
            }
            foreach (var user in users)
            {
                var activity = directory.Users.Find(user.Id) is null ? "Add user" : "Update user";
                changes.Put(directory.Users, user);
                log.Record(changes, user.TenantId, activity, DirectoryLog.Users, DirectoryLog.Target(user));
            }
            return users;
        });

    /// <summary>The user name of a guest: <c>mira_home.example#EXT#@resource.onmicrosoft.com</c> (entra-oidc.md §4.3).</summary>
    public static string GuestName(string account, Tenant tenant) => $"{account.Replace('@', '_')}#EXT#@{tenant.InitialDomain}";

    /// <summary>Sets a password as an administrator does: sessions and refresh tokens from before end (§9.4, admin center).</summary>
    public User SetPassword(User user, string password) =>
        directory.Write(changes =>
        {
            var now = clock.GetUtcNow();
            var changed = user with
            {
                PasswordHash = Passwords.Hash(password),
                LastPasswordChangeDateTime = now,
                SignInSessionsValidFromDateTime = now,
                ForceChangePasswordNextSignIn = false,
            };
            changes.Put(directory.Users, changed);
            log.Record(changes, user.TenantId, "Reset user password", DirectoryLog.Users, DirectoryLog.Target(user));
            return changed;
        });

    /// <summary>Into the recycle bin for 30 days.</summary>
    public void DeleteUser(User user)
    {
        recycleBin.Delete(user);
        Record(user.TenantId, "Delete user", DirectoryLog.Users, DirectoryLog.Target(user));
    }

    /// <summary>Gives or takes a directory role; the first holder activates the role in the tenant.</summary>
    public void SetRole(Guid tenantId, Guid principalId, Guid roleTemplateId, bool held) =>
        directory.Write(changes =>
        {
            var existing = directory
                .RoleAssignmentsOf.Find(principalId.ToString())
                .FirstOrDefault(assignment => assignment.RoleTemplateId == roleTemplateId);
            if (existing is not null == held)
                return;
            if (existing is not null)
            {
                changes.Remove(directory.RoleAssignments, existing.Id);
                RecordRole(changes, tenantId, "Remove member from role", principalId);
                return;
            }
            Activate(changes, tenantId, roleTemplateId);
            RecordRole(changes, tenantId, "Add member to role", principalId);
            changes.Put(directory.RoleAssignments, new RoleAssignment(ObjectKeys.New(), tenantId, principalId, roleTemplateId));
        });

    /// <summary>The role's object in a tenant, made when it is missing.</summary>
    public DirectoryRole Activate(Changes changes, Guid tenantId, Guid roleTemplateId)
    {
        var existing = directory
            .DirectoryRolesByTenant.Find(tenantId.ToString())
            .FirstOrDefault(role => role.RoleTemplateId == roleTemplateId);
        if (existing is not null)
            return existing;
        var role = new DirectoryRole(Identifiers.NewUuid(clock), tenantId, roleTemplateId);
        changes.Put(directory.DirectoryRoles, role);
        return role;
    }

    public Group SaveGroup(Group group, IEnumerable<Guid> members) =>
        directory.Write(changes =>
        {
            var activity = directory.Groups.Find(group.Id) is null ? "Add group" : "Update group";
            changes.Put(directory.Groups, group);
            log.Record(changes, group.TenantId, activity, DirectoryLog.Groups, DirectoryLog.Target(group));
            foreach (var member in members.Where(IsPrincipal).Distinct())
            {
                changes.Put(directory.Memberships, new Membership(group.Id, member));
                log.Record(changes, group.TenantId, "Add member to group", DirectoryLog.Groups, DirectoryLog.Target(group), Member(member));
            }
            return group;
        });

    public void RemoveMember(Group group, Guid member) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Memberships, new Membership(group.Id, member).Key);
            log.Record(
                changes,
                group.TenantId,
                "Remove member from group",
                DirectoryLog.Groups,
                DirectoryLog.Target(group),
                Member(member)
            );
        });

    /// <summary>Microsoft 365 groups go into the recycle bin, others are gone.</summary>
    public void Delete(Group group)
    {
        recycleBin.Delete(group);
        Record(group.TenantId, "Delete group", DirectoryLog.Groups, DirectoryLog.Target(group));
    }

    /// <summary>Registers an application and, as the portal does, its service principal at home.</summary>
    public Result<Application, EditProblem> Register(Application application, bool grantAdminConsent)
    {
        if (!Add(application).TryGet(out var added, out var problem))
            return problem;
        directory.Write(changes => consent.Provide(changes, application.TenantId, application.AppId));
        if (grantAdminConsent)
            enterprise.GrantAdminConsent(directory.Tenants.Find(application.TenantId)!, application);
        return added;
    }

    /// <summary>The registration alone, as Graph makes it: its service principal is another call.</summary>
    public Result<Application, EditProblem> Add(Application application)
    {
        var problem = directory.Write(changes =>
        {
            if (Problem(application) is { } wrong)
                return wrong;
            if (directory.FindApplication(application.AppId) is not null)
                return new EditProblem("Edit.IdTaken", application.AppId.ToString());
            changes.Put(directory.Applications, application);
            log.Record(changes, application.TenantId, "Add application", DirectoryLog.Applications, DirectoryLog.Target(application));
            return null;
        });
        return problem is null ? application : problem;
    }

    public Result<Application, EditProblem> Change(Guid applicationId, Func<Application, Application> change) =>
        directory.Write<Result<Application, EditProblem>>(changes =>
        {
            if (directory.Applications.Find(applicationId) is not { } current)
                return new EditProblem("Edit.NoApplication", applicationId.ToString());
            var changed = change(current);
            if (Problem(changed) is { } wrong)
                return wrong;
            changes.Put(directory.Applications, changed);
            log.Record(changes, changed.TenantId, "Update application", DirectoryLog.Applications, DirectoryLog.Target(changed));
            return changed;
        });

    /// <summary>Into the recycle bin for 30 days; its service principal at home goes at once.</summary>
    public void Delete(Application application)
    {
        recycleBin.Delete(application);
        Record(application.TenantId, "Delete application", DirectoryLog.Applications, DirectoryLog.Target(application));
    }

    public NewSecret AddSecret(
        Application application,
        string displayName,
        DateTimeOffset? start,
        DateTimeOffset? end,
        string? value = null
    )
    {
        var begins = start ?? clock.GetUtcNow();
        var text = value ?? ClientSecrets.NewValue();
        var credential = ClientSecrets.Describe(Identifiers.NewUuid(clock), text, displayName, begins, end ?? begins.AddYears(2));
        _ = Change(application.Id, current => current with { PasswordCredentials = [.. current.PasswordCredentials, credential] });
        return new NewSecret(credential, text);
    }

    public Result<Application, EditProblem> AddFederated(Guid applicationId, FederatedIdentityCredential credential) =>
        directory.Applications.Find(applicationId) is { } application && credential.Problem(application) is { } problem
            ? problem
            : Change(
                applicationId,
                current => current with { FederatedIdentityCredentials = [.. current.FederatedIdentityCredentials, credential] }
            );

    public bool IsPrincipal(Guid id) =>
        directory.Users.Find(id) is not null
        || directory.Groups.Find(id) is not null
        || directory.ServicePrincipals.Find(id) is not null
        || directory.Devices.Find(id) is not null;

    private void Record(Guid tenantId, string activity, string category, AuditTarget target) =>
        directory.Write(changes => log.Record(changes, tenantId, activity, category, target));

    private void RecordRole(Changes changes, Guid tenantId, string activity, Guid principal) =>
        log.Record(changes, tenantId, activity, DirectoryLog.Roles, Member(principal));

    private AuditTarget Member(Guid id) =>
        directory.Users.Find(id) is { } user ? DirectoryLog.Target(user)
        : directory.Groups.Find(id) is { } group ? DirectoryLog.Target(group)
        : new AuditTarget(id, "ServicePrincipal", null);

    private static EditProblem? Problem(Application application)
    {
        if (string.IsNullOrWhiteSpace(application.DisplayName))
            return new EditProblem("Edit.Name", "");
        if (!Audiences.Contains(application.SignInAudience))
            return new EditProblem("Edit.Audience", application.SignInAudience);
        (IReadOnlyList<string> Uris, Platform Platform)[] platforms =
        [
            (application.Web.RedirectUris, Platform.Web),
            (application.Spa.RedirectUris, Platform.Spa),
            (application.PublicClient.RedirectUris, Platform.PublicClient),
        ];
        foreach (var (uris, platform) in platforms)
        {
            foreach (var uri in uris)
            {
                if (RedirectUri.Problem(uri, platform) is { } key)
                    return new EditProblem(key, uri);
            }
        }
        return application.Web.LogoutUrl is { } logout && !Uri.TryCreate(logout, UriKind.Absolute, out _)
            ? new EditProblem("RedirectUri.NotAbsolute", logout)
            : null;
    }
}
