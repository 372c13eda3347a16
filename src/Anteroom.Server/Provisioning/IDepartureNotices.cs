using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Provisioning;

/// <summary>How the applications of one protocol learn that somebody left (docs/decisions/0011-telling-applications.md).</summary>
public interface IDepartureNotices
{
    /// <summary>Prepares the notices in the transaction that ends the sessions. Nothing is sent before the commit, and nobody waits for it.</summary>
    /// <returns>The applications that will be told.</returns>
    Task<IReadOnlyList<string>> EnqueueAsync(Transaction tx, Departure departure, CancellationToken ct);
}

/// <summary>Sessions of one person that end, and who took part in them.</summary>
/// <param name="Cause">As the audit trail calls it.</param>
/// <param name="Context">Under which circumstances: the notices' outcomes carry the same correlation id.</param>
public sealed record Departure(UserId User, IReadOnlyList<Participation> Participations, string Cause, AuditContext Context);

/// <summary>An application in a session: a person was signed in to it from there.</summary>
public sealed record Participation(Guid SessionId, string ClientId);
