using System.Security.Cryptography;
using Anteroom.EntraEmulator.Objects.Generated;
using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>A change that the directory does not allow.</summary>
/// <param name="Key">Key of its sentence in <c>Texts.resx</c>.</param>
internal sealed record EditProblem(string Key, string Value);

/// <summary>A new secret: the only moment at which its value is known.</summary>
internal sealed record NewSecret(PasswordCredential Credential, string SecretText);

/// <summary>Changes to the directory with the rules that portal and control API share.</summary>
internal sealed class DirectoryEditor(EntraDirectory directory, ConsentRegister consent, RecycleBin recycleBin, TimeProvider clock)
{
    private static readonly string[] Audiences =
    [
        Application.SingleTenant,
        Application.MultiTenant,
        Application.MultiTenantAndPersonal,
        Application.Personal,
    ];

    private static readonly string[] SignInScopes = ["openid", "profile", "email", "offline_access", $"{MicrosoftGraph.Uri}/User.Read"];

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
            var names = domains.Distinct().ToList();
            var tenant = new Tenant(
                tenantId,
                displayName,
                [.. names.Select((name, index) => new Domain(name) { IsInitial = index == 0, IsDefault = index == names.Count - 1 })],
                region ?? "EU",
                country,
                Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))
            )
            {
                CreatedDateTime = clock.GetUtcNow(),
            };
            changes.Put(directory.Tenants, tenant);
            consent.Provide(changes, tenant.Id, MicrosoftGraph.AppId);
            return tenant;
        });

    /// <summary>Fills a tenant with people and groups that are computed from a seed; the same seed gives the same people.</summary>
    public Result<Population, EditProblem> Populate(Tenant tenant, int users, string? domain, string? seed)
    {
        if (users is < 1 or > Population.MostUsers)
            return new EditProblem("Edit.Population", users.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var name = domain ?? tenant.DefaultDomain;
        if (!tenant.VerifiedDomains.Contains(name, StringComparer.OrdinalIgnoreCase))
            return new EditProblem("Edit.Domain", name);
        return directory.Write<Result<Population, EditProblem>>(changes =>
        {
            if (directory.Populations.Find(tenant.Id) is not null)
                return new EditProblem("Edit.Populated", tenant.DisplayName);
            var bytes = seed is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed));
            var tag = BitConverter.ToUInt32(SHA256.HashData([.. bytes, .. tenant.Id.ToByteArray()]));
            while (directory.Populations.All.Any(other => other.Tag == tag))
                tag++;
            var population = new Population(
                tenant.Id,
                tag,
                Convert.ToBase64String(bytes),
                users,
                name.ToLowerInvariant(),
                clock.GetUtcNow()
            );
            changes.Put(directory.Populations, population);
            return population;
        });
    }

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
            var now = clock.GetUtcNow();
            var changed = user with
            {
                PasswordHash = Passwords.Hash(password),
                LastPasswordChangeDateTime = now,
                SignInSessionsValidFromDateTime = now,
                ForceChangePasswordNextSignIn = false,
            };
            changes.Put(directory.Users, changed);
            return changed;
        });

    /// <summary>Into the recycle bin for 30 days.</summary>
    public void DeleteUser(User user) => recycleBin.Delete(user);

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
                return;
            }
            Activate(changes, tenantId, roleTemplateId);
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
            changes.Put(directory.Groups, group);
            foreach (var member in members.Where(IsPrincipal).Distinct())
                changes.Put(directory.Memberships, new Membership(group.Id, member));
            return group;
        });

    /// <summary>Registers an application and, as the portal does, its service principal at home.</summary>
    public Result<Application, EditProblem> Register(Application application, bool grantAdminConsent)
    {
        if (!Add(application).TryGet(out var added, out var problem))
            return problem;
        directory.Write(changes => consent.Provide(changes, application.TenantId, application.AppId));
        if (grantAdminConsent)
            GrantAdminConsent(directory.Tenants.Find(application.TenantId)!, application);
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
            return changed;
        });

    /// <summary>Into the recycle bin for 30 days; its service principal at home goes at once.</summary>
    public void Delete(Application application) => recycleBin.Delete(application);

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

    /// <summary>"Grant admin consent": the sign-in scopes, and all that the registration asks for, for everybody.</summary>
    public void GrantAdminConsent(Tenant tenant, Application application)
    {
        consent.Grant(tenant.Id, application.AppId, null, SignInScopes);
        consent.GrantAdminConsent(tenant.Id, application);
    }

    public AppRoleAssignment Assign(ServicePrincipal principal, Guid principalId, Guid appRoleId) =>
        directory.Write(changes => consent.Assign(changes, principal.Id, principalId, appRoleId));

    public bool IsPrincipal(Guid id) =>
        directory.Users.Find(id) is not null
        || directory.Groups.Find(id) is not null
        || directory.ServicePrincipals.Find(id) is not null
        || directory.Devices.Find(id) is not null;

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
