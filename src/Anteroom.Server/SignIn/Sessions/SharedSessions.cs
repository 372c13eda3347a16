using System.Security.Cryptography;
using System.Text;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.SignIn.Sessions;

/// <summary>A session that came by a shared app, by what leads to it before its organization is known.</summary>
/// <param name="ClientId">Of the shared app.</param>
public sealed record SharedSession(OrganizationId Organization, SessionId Id, string ClientId);

/// <summary>Finds the sessions that came from one session at the provider by a shared app, in whichever organizations (docs/decisions/0025).</summary>
public sealed class SharedSessions(Database database)
{
    /// <summary>Nobody is signed in to more organizations at once; what is more ends by itself.</summary>
    private const int Most = 100;

    /// <summary>Notes a session together with its row. One that was renewed by another way is told apart when it is looked at.</summary>
    internal static void Note(Transaction tx, Session session, UpstreamSession upstream)
    {
        if (upstream is not { IsShared: true, Sid: { } sid })
            return;
        tx.Later(
            """
            INSERT INTO shared_sessions (sid_sha256, organization_id, session_id, client_id, expires_at)
            VALUES (@hash, @organization, @id, @client, @expires)
            ON CONFLICT (sid_sha256, organization_id, session_id) DO UPDATE SET client_id = excluded.client_id, expires_at = excluded.expires_at
            """,
            new
            {
                hash = HashOf(sid),
                id = session.Id.Value,
                client = upstream.ClientId,
                expires = session.AbsoluteExpiresAt,
            }
        );
    }

    /// <summary>What a session at the provider led to; each may have ended or changed since.</summary>
    public async Task<IReadOnlyList<SharedSession>> FindAsync(string sid, CancellationToken ct)
    {
        var rows = await database.OutsideOrganizations.ListAsync<Row>(
            $"""
            SELECT organization_id, session_id, client_id FROM shared_sessions WHERE sid_sha256 = @hash
             ORDER BY organization_id, session_id LIMIT {Most}
            """,
            new { hash = HashOf(sid) },
            ct
        );
        return rows.ConvertAll(row => new SharedSession(new(row.OrganizationId), new(row.SessionId), row.ClientId));
    }

    private static byte[] HashOf(string sid) => SHA256.HashData(Encoding.UTF8.GetBytes(sid));

    private sealed record Row(Guid OrganizationId, Guid SessionId, string ClientId);
}
