using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Who calls, as the token says: an application as itself, or an application for a user.</summary>
/// <param name="Principal">The calling application's service principal in the tenant.</param>
/// <param name="User">Null for app-only calls.</param>
/// <param name="Permissions">Scopes of a delegated token, roles of an app-only one; as they were when it was minted.</param>
internal sealed record GraphCaller(
    Tenant Tenant,
    Guid AppId,
    string? AppName,
    ServicePrincipal Principal,
    User? User,
    IReadOnlySet<string> Permissions
)
{
    public bool IsAppOnly => User is null;

    /// <summary>Roles count for the user of a delegated call, and for the service principal of an app-only one.</summary>
    public Guid ActorId => User?.Id ?? Principal.Id;

    public bool HasAny(params ReadOnlySpan<string> permissions)
    {
        foreach (var permission in permissions)
        {
            if (Permissions.Contains(permission))
                return true;
        }
        return false;
    }

    public AuditActor Actor(string? ipAddress) =>
        User is null
            ? new AuditActor
            {
                AppId = AppId,
                AppDisplayName = AppName,
                ServicePrincipalId = Principal.Id,
            }
            : new AuditActor
            {
                UserId = User.Id,
                UserPrincipalName = User.UserPrincipalName,
                UserDisplayName = User.DisplayName,
                IpAddress = ipAddress,
                AppId = AppId,
                AppDisplayName = AppName,
            };
}
