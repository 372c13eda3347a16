using System.Security.Cryptography;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Audit;

/// <summary>The circumstances of an act: who, from which network, in which session, under which correlation id (SEC-320).</summary>
/// <param name="Actor">Who.</param>
/// <param name="Network">The client's /24 or /64, or null for work without a request.</param>
/// <param name="SessionHash">From <see cref="HashOf"/>, so that rows of one session can be found without naming it; null without a session.</param>
/// <param name="CorrelationId">What the person was shown and the log carries.</param>
public sealed record AuditContext(Actor Actor, string? Network, string? SessionHash, string CorrelationId)
{
    /// <summary>A session's pseudonym in the audit trail: 128 bits of SHA-256 over its id.</summary>
    public static string HashOf(Guid session)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(session.ToByteArray(bigEndian: true), hash);
        return Convert.ToHexStringLower(hash[..16]);
    }
}

/// <summary>Takes the circumstances from a request.</summary>
public static class AuditContexts
{
    public static AuditContext AuditContext(this HttpContext http, Actor actor) => http.AuditContext(actor, session: null);

    /// <param name="http">The request.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="session">The id of the session that carried the request, or null.</param>
    public static AuditContext AuditContext(this HttpContext http, Actor actor, Guid? session) =>
        new(actor, http.Network(), session is { } id ? Audit.AuditContext.HashOf(id) : null, http.CorrelationId());
}
