using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.EntraEmulator.Signing;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Changes to an application as one tenant sees it: properties, assigned people, consent. Portal and control API share them.</summary>
internal sealed class EnterpriseEditor(
    EntraDirectory directory,
    ConsentRegister consent,
    RecycleBin recycleBin,
    KeyRing keys,
    DirectoryLog log
)
{
    private static readonly string[] SignInScopes = ["openid", "profile", "email", "offline_access", $"{MicrosoftGraph.Uri}/User.Read"];

    /// <summary>Changes the application's service principal, which is made when it is missing.</summary>
    public ServicePrincipal Change(Guid tenantId, Guid appId, Func<ServicePrincipal, ServicePrincipal> change) =>
        directory.Write(changes =>
        {
            var changed = change(consent.Provide(changes, tenantId, appId));
            changes.Put(directory.ServicePrincipals, changed);
            log.Record(changes, tenantId, "Update service principal", DirectoryLog.Applications, Target(changed));
            return changed;
        });

    /// <summary>The tenant knows the application no more; a registration stays.</summary>
    public void Delete(ServicePrincipal principal) =>
        directory.Write(changes =>
        {
            recycleBin.Delete(changes, principal);
            log.Record(changes, principal.TenantId, "Remove service principal", DirectoryLog.Applications, Target(principal));
        });

    /// <summary>Assigns a user, a group or an application to a role; the role of all zeros is "Default Access".</summary>
    public AppRoleAssignment Assign(ServicePrincipal principal, Guid principalId, Guid appRoleId) =>
        directory.Write(changes =>
        {
            log.Record(
                changes,
                principal.TenantId,
                "Add app role assignment grant to user",
                DirectoryLog.Applications,
                Target(principal),
                new AuditTarget(principalId, "User", directory.Users.Find(principalId)?.DisplayName)
            );
            return consent.Assign(changes, principal.Id, principalId, appRoleId);
        });

    public Result<AppRoleAssignment, EditProblem> Unassign(ServicePrincipal principal, string assignmentId) =>
        directory.Write<Result<AppRoleAssignment, EditProblem>>(changes =>
        {
            if (directory.Assignments.Find(assignmentId) is not { } assignment || assignment.ServicePrincipalId != principal.Id)
                return new EditProblem("Edit.NoAssignment", assignmentId);
            changes.Remove(directory.Assignments, assignmentId);
            log.Record(
                changes,
                principal.TenantId,
                "Remove app role assignment from user",
                DirectoryLog.Applications,
                Target(principal),
                new AuditTarget(assignment.PrincipalId, "User", directory.Users.Find(assignment.PrincipalId)?.DisplayName)
            );
            return assignment;
        });

    /// <summary>"Grant admin consent": the sign-in scopes, and all that the registration asks for, for everybody.</summary>
    public void GrantAdminConsent(Tenant tenant, Application application)
    {
        consent.Grant(tenant.Id, application.AppId, null, SignInScopes);
        var client = consent.GrantAdminConsent(tenant.Id, application);
        Record(client, "Consent to application");
    }

    /// <summary>Takes back one delegated permission.</summary>
    /// <param name="scope">Its short name.</param>
    /// <param name="isMeant">Everybody's grant for an API, or one person's.</param>
    public void RevokeScope(ServicePrincipal client, string scope, Func<OAuth2PermissionGrant, bool> isMeant) =>
        directory.Write(changes =>
        {
            foreach (var grant in directory.GrantsOf.Find(client.Id.ToString()).Where(isMeant))
            {
                var rest = grant.Scopes.Where(known => known != scope).ToList();
                if (rest.Count == 0)
                    changes.Remove(directory.Grants, grant.Id);
                else
                    changes.Put(directory.Grants, grant with { Scope = string.Join(' ', rest) });
            }
            log.Record(changes, client.TenantId, "Remove delegated permission grant", DirectoryLog.Applications, Target(client));
        });

    /// <summary>Takes back one application permission.</summary>
    public void RevokeRole(ServicePrincipal client, Guid appRoleId) =>
        directory.Write(changes =>
        {
            foreach (var assignment in directory.AssignmentsTo.Find(client.Id.ToString()).Where(known => known.AppRoleId == appRoleId))
                changes.Remove(directory.Assignments, assignment.Id);
            log.Record(
                changes,
                client.TenantId,
                "Remove app role assignment from service principal",
                DirectoryLog.Applications,
                Target(client)
            );
        });

    /// <summary>Takes back every consent of the tenant. Assigned people stay.</summary>
    public void Withdraw(ServicePrincipal client)
    {
        consent.Withdraw(client);
        Record(client, "Revoke consent");
    }

    /// <summary>A signing key of the application's own, which only discovery with <c>?appid=</c> lists.</summary>
    public StoredKey AddSigningKey(ServicePrincipal principal)
    {
        var made = keys.AddOwn(principal);
        Record(principal, "Update service principal");
        return made;
    }

    private void Record(ServicePrincipal principal, string activity) =>
        directory.Write(changes => log.Record(changes, principal.TenantId, activity, DirectoryLog.Applications, Target(principal)));

    private AuditTarget Target(ServicePrincipal principal) =>
        DirectoryLog.Target(principal, directory.ApplicationOf(principal)?.DisplayName);
}
