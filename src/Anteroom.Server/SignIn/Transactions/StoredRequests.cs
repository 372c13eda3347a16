using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Transactions;

/// <summary>Rows for what does not fit a cookie or crossed sites by POST: sealed by the caller, found by a random handle, capped per network (SEC-003, SEC-362).</summary>
public sealed class StoredRequests(Database database, AnteroomOptions options, TimeProvider clock)
{
    public const string Prefix = "sr";

    /// <returns>The handle, or null when this network has stored its share of this minute.</returns>
    public Task<Handle?> StoreAsync(HttpContext http, byte[] sealedRequest, TimeSpan lifetime, CancellationToken ct) =>
        StoreAsync(http, Handle.New(Prefix, OrganizationId.Platform), sealedRequest, lifetime, ct);

    /// <summary>Under a handle of the caller's, which says whose row it is; the share is counted for each organization (SEC-364).</summary>
    public async Task<Handle?> StoreAsync(HttpContext http, Handle handle, byte[] sealedRequest, TimeSpan lifetime, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var stored = await database
            .In(handle.Organization)
            .ExecuteAsync(
                """
                INSERT INTO stored_requests (organization_id, sha256, network, sealed, expires_at, created_at)
                SELECT @organization, @sha256, @network, @sealedRequest, @expires, @now
                 WHERE (SELECT count(*) FROM stored_requests
                         WHERE organization_id = @organization AND network = @network AND created_at > @minuteAgo) < @cap
                """,
                new
                {
                    sha256 = handle.Sha256(),
                    network = http.Network(),
                    sealedRequest,
                    expires = now + lifetime,
                    now,
                    minuteAgo = now - TimeSpan.FromMinutes(1),
                    cap = options.StoredRequestsPerMinute,
                },
                ct
            );
        return stored == 1 ? handle : null;
    }

    public Task<byte[]?> FindAsync(Handle handle, DateTimeOffset now, CancellationToken ct) =>
        database
            .In(handle.Organization)
            .FirstAsync<byte[]>(
                "SELECT sealed FROM stored_requests WHERE organization_id = @organization AND sha256 = @sha256 AND expires_at > @now",
                new { sha256 = handle.Sha256(), now },
                ct
            );

    /// <summary>Finds and removes in one statement: of two who ask at the same moment, on whichever nodes, one gets it.</summary>
    public async Task<byte[]?> TakeAsync(Handle handle, DateTimeOffset now, CancellationToken ct)
    {
        var row = await database
            .In(handle.Organization)
            .FirstAsync<Taken>(
                "DELETE FROM stored_requests WHERE organization_id = @organization AND sha256 = @sha256 RETURNING sealed, expires_at",
                new { sha256 = handle.Sha256() },
                ct
            );
        return row is not null && row.ExpiresAt > now ? row.Sealed : null;
    }

    private sealed record Taken(byte[] Sealed, DateTimeOffset ExpiresAt);
}
