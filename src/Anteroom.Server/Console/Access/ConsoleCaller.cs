using Anteroom.Server.Audit;
using Anteroom.Server.Credentials;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Console.Access;

/// <summary>Who is in the console, with what may be done now: read with every request, so that a change of role counts with the next (SEC-264).</summary>
/// <param name="Home">The caller's own organization.</param>
/// <param name="ConsoleSession">The console's own session.</param>
/// <param name="Session">The person's session that it stands on.</param>
/// <param name="Name">As people call them.</param>
/// <param name="AuthenticatedAt">When they last proved who they are.</param>
/// <param name="Visits">Organizations that an operator has entered.</param>
internal sealed record ConsoleCaller(
    Organization Home,
    Guid ConsoleSession,
    SessionId Session,
    UserId User,
    string UserName,
    string Name,
    IReadOnlySet<string> Permissions,
    DateTimeOffset AuthenticatedAt,
    IReadOnlySet<Guid> Visits
)
{
    public bool IsOperator => Home.IsPlatform;

    public bool HasEntered(OrganizationId organization) => organization == Home.Id || Visits.Contains(organization.Value);

    /// <summary>Whether it is lately enough for a sensitive change (SEC-041).</summary>
    public bool IsFresh(DateTimeOffset now) => RecentProof.Counts(AuthenticatedAt, now);

    public bool May(string operation) => Operations.Missing(operation, Permissions, IsOperator) is null;

    public AuditContext Audit(HttpContext http) => http.AuditContext(new Actor(ActorKind.User, User.Value, UserName), Session.Value);
}
