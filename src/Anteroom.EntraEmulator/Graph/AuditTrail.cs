using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Writes what was changed through Graph into the directory audit log.</summary>
internal sealed class AuditTrail(EntraDirectory directory, TimeProvider clock)
{
    public const string Users = "UserManagement";
    public const string Groups = "GroupManagement";
    public const string Applications = "ApplicationManagement";
    public const string Roles = "RoleManagement";
    public const string Policies = "Policy";

    public void Record(GraphRequest request, string activity, string category, params IReadOnlyList<AuditTarget> targets)
    {
        var audit = new DirectoryAudit(Identifiers.NewUuid(clock), request.Tenant.Id, clock.GetUtcNow(), activity, category)
        {
            OperationType = activity.Split(' ')[0],
            CorrelationId = Identifiers.NewUuid(clock),
            InitiatedBy = request.Caller.Actor(request.IpAddress),
            TargetResources = targets,
        };
        directory.Write(changes => changes.Put(directory.DirectoryAudits, audit), durable: false);
    }

    public static AuditTarget Target(User user) => new(user.Id, "User", user.DisplayName) { UserPrincipalName = user.UserPrincipalName };

    public static AuditTarget Target(Group group) => new(group.Id, "Group", group.DisplayName);

    public static AuditTarget Target(Application application) => new(application.Id, "Application", application.DisplayName);

    /// <summary>The names of what changed; values are JSON inside of strings, passwords are never told.</summary>
    public static AuditTarget Changed(AuditTarget target, JsonObject body) =>
        target with
        {
            ModifiedProperties =
            [
                .. body.Select(member => new ModifiedProperty(
                    member.Key,
                    "[]",
                    member.Key.Contains("password", StringComparison.OrdinalIgnoreCase)
                        ? null
                        : new JsonArray(member.Value?.DeepClone()).ToJsonString()
                )),
            ],
        };
}
