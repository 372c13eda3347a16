using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>Writes what the portal changes into the directory audit log, in the same write as the change.</summary>
/// <remarks>
/// Graph tells its own changes with the caller, and the control API only sets the stage: neither is told here. The portal asks for no
/// sign-in, so its rows have no initiator.
/// </remarks>
internal sealed class DirectoryLog(EntraDirectory directory, TimeProvider clock, IHttpContextAccessor requests)
{
    public const string Users = "UserManagement";
    public const string Groups = "GroupManagement";
    public const string Applications = "ApplicationManagement";
    public const string Roles = "RoleManagement";
    public const string Policies = "Policy";
    public const string Tenants = "DirectoryManagement";

    /// <param name="activity">Entra's words, for example "Add user".</param>
    public void Record(Changes changes, Guid tenantId, string activity, string category, params IReadOnlyList<AuditTarget> targets)
    {
        if (requests.HttpContext?.Request.Path.StartsWithSegments("/portal", StringComparison.Ordinal) != true)
            return;
        changes.Put(
            directory.DirectoryAudits,
            new DirectoryAudit(Identifiers.NewUuid(clock), tenantId, clock.GetUtcNow(), activity, category)
            {
                OperationType = activity.Split(' ')[0],
                CorrelationId = Identifiers.NewUuid(clock),
                TargetResources = targets,
            }
        );
    }

    public static AuditTarget Target(User user) => new(user.Id, "User", user.DisplayName) { UserPrincipalName = user.UserPrincipalName };

    public static AuditTarget Target(Group group) => new(group.Id, "Group", group.DisplayName);

    public static AuditTarget Target(Application application) => new(application.Id, "Application", application.DisplayName);

    public static AuditTarget Target(ServicePrincipal principal, string? name) => new(principal.Id, "ServicePrincipal", name);
}
