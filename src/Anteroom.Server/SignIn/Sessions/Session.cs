using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>A signed-in browser in one organization. The row ends with the sign-out; the times say whether its cookie still counts.</summary>
public sealed record Session(
    OrganizationId Organization,
    SessionId Id,
    UserId User,
    Evidence Evidence,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset IdleExpiresAt,
    DateTimeOffset AbsoluteExpiresAt
)
{
    public bool IsLiveAt(DateTimeOffset now) => now < IdleExpiresAt && now < AbsoluteExpiresAt;
}
