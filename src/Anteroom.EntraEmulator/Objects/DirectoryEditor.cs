using System.Security.Cryptography;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>A change that the directory does not allow.</summary>
/// <param name="Key">Key of its sentence in <c>Texts.resx</c>.</param>
internal sealed record EditProblem(string Key, string Value);

/// <summary>A new secret: the only moment at which its value is known.</summary>
internal sealed record NewSecret(PasswordCredential Credential, string SecretText);

/// <summary>Changes to the directory with the rules that portal and control API share.</summary>
internal sealed class DirectoryEditor(EntraDirectory directory, Consent consent, TimeProvider clock)
{
    public Result<Tenant, EditProblem> CreateTenant(
        string displayName,
        string initialDomain,
        IReadOnlyList<string>? customDomains,
        string? region,
        string? country,
        Guid? id
    ) =>
        directory.Write<Result<Tenant, EditProblem>>(changes =>
        {
            string[] domains = [initialDomain.ToLowerInvariant(), .. (customDomains ?? []).Select(domain => domain.ToLowerInvariant())];
            foreach (var domain in domains)
            {
                if (Uri.CheckHostName(domain) != UriHostNameType.Dns || !domain.Contains('.', StringComparison.Ordinal))
                    return new EditProblem("Edit.Domain", domain);
                if (directory.TenantsByDomain.Contains(domain))
                    return new EditProblem("Edit.DomainTaken", domain);
            }
            var tenantId = id ?? Identifiers.NewUuid(clock);
            if (directory.Tenants.Find(tenantId) is not null)
                return new EditProblem("Edit.IdTaken", tenantId.ToString());
            var tenant = new Tenant(
                tenantId,
                displayName,
                [.. domains.Distinct()],
                region ?? "EU",
                country,
                Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))
            );
            changes.Put(directory.Tenants, tenant);
            return tenant;
        });

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
                changes.Put(directory.Users, user);
            return users;
        });

    /// <summary>The user name of a guest: <c>mira_home.example#EXT#@resource.onmicrosoft.com</c> (entra-oidc.md §4.3).</summary>
    public static string GuestName(string account, Tenant tenant) => $"{account.Replace('@', '_')}#EXT#@{tenant.InitialDomain}";

    /// <summary>Sets a password as an administrator does: sessions and refresh tokens from before end (§9.4, admin center).</summary>
    public User SetPassword(User user, string password) =>
        directory.Write(changes =>
        {
            var changed = user with { PasswordHash = Passwords.Hash(password), SignInSessionsValidFrom = clock.GetUtcNow() };
            changes.Put(directory.Users, changed);
            return changed;
        });

    public void DeleteUser(User user) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Users, user.Id.ToString());
            foreach (var membership in directory.GroupsOf.Find(user.Id.ToString()))
                changes.Remove(directory.Memberships, membership.Key);
            foreach (var assignment in directory.Assignments.All.Where(assignment => assignment.PrincipalId == user.Id))
                changes.Remove(directory.Assignments, assignment.Id.ToString());
        });

    public Group SaveGroup(Group group, IEnumerable<Guid> members) =>
        directory.Write(changes =>
        {
            changes.Put(directory.Groups, group);
            foreach (var member in members.Where(IsPrincipal).Distinct())
                changes.Put(directory.Memberships, new Membership(group.Id, member));
            return group;
        });

    /// <summary>Registers an application and, as the portal does, its service principal at home.</summary>
    public Result<Application, EditProblem> Register(Application application, bool grantAdminConsent)
    {
        var problem = directory.Write(changes =>
        {
            if (Problem(application) is { } wrong)
                return wrong;
            if (directory.FindApplication(application.AppId) is not null)
                return new EditProblem("Edit.IdTaken", application.AppId.ToString());
            changes.Put(directory.Applications, application);
            consent.Provide(changes, application.TenantId, application.AppId);
            return null;
        });
        if (problem is not null)
            return problem;
        if (grantAdminConsent)
            GrantAdminConsent(directory.Tenants.Find(application.TenantId)!, application);
        return application;
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
            return changed;
        });

    public void Delete(Application application) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.Applications, application.Id.ToString());
            foreach (var principal in directory.ServicePrincipals.All.Where(principal => principal.AppId == application.AppId))
            {
                changes.Remove(directory.ServicePrincipals, principal.Id.ToString());
                foreach (var assignment in directory.AssignmentsOf.Find(principal.Id.ToString()))
                    changes.Remove(directory.Assignments, assignment.Id.ToString());
                foreach (var grant in directory.GrantsOf.Find(principal.Id.ToString()))
                    changes.Remove(directory.Grants, grant.Id.ToString());
            }
        });

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

    /// <summary>The sign-in scopes for everybody: "Grant admin consent".</summary>
    public void GrantAdminConsent(Tenant tenant, Application application) =>
        consent.Grant(tenant, application, null, ["openid", "profile", "email", "offline_access", $"{ScopeSet.GraphUri}/User.Read"]);

    public AppRoleAssignment Assign(ServicePrincipal principal, Guid principalId, Guid appRoleId) =>
        directory.Write(changes =>
        {
            var existing = directory
                .AssignmentsOf.Find(principal.Id.ToString())
                .FirstOrDefault(known => known.PrincipalId == principalId && known.AppRoleId == appRoleId);
            if (existing is not null)
                return existing;
            var assignment = new AppRoleAssignment(Identifiers.NewUuid(clock), principal.Id, principalId, appRoleId);
            changes.Put(directory.Assignments, assignment);
            return assignment;
        });

    public bool IsPrincipal(Guid id) =>
        directory.Users.Find(id) is not null || directory.Groups.Find(id) is not null || directory.ServicePrincipals.Find(id) is not null;

    private static EditProblem? Problem(Application application)
    {
        if (string.IsNullOrWhiteSpace(application.DisplayName))
            return new EditProblem("Edit.Name", "");
        if (application.SignInAudience is not (Application.SingleTenant or Application.MultiTenant or Application.MultiTenantAndPersonal))
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
