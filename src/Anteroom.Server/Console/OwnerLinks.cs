using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Console;

/// <summary>The owner links in the database. Opening one consumes nothing, since mail scanners open links too; pressing a button does, in one statement.</summary>
internal sealed class OwnerLinks(Database database, TimeProvider clock)
{
    /// <summary>The link that a request carries, or null where it is not one that is open.</summary>
    public async Task<Handle?> FindAsync(string? text, CancellationToken ct) =>
        Handle.TryParse(OwnerLink.Prefix, text, out var link)
        && link.Organization == OrganizationId.Platform
        && await database
            .In(OrganizationId.Platform)
            .FirstAsync<bool>(
                """
                SELECT EXISTS (SELECT FROM one_time_links
                                WHERE organization_id = @organization AND sha256 = @hash AND purpose = @purpose
                                  AND consumed_at IS NULL AND expires_at > @now)
                """,
                new
                {
                    hash = link.Sha256(),
                    purpose = OwnerLink.Purpose,
                    now = clock.GetUtcNow(),
                },
                ct
            )
            ? link
            : null;

    /// <returns>The link's id, once; null for everybody who comes later.</returns>
    public Task<Guid?> ConsumeAsync(Transaction tx, Handle link, CancellationToken ct) =>
        tx.FirstAsync<Guid?>(
            """
            UPDATE one_time_links SET consumed_at = @now
             WHERE organization_id = @organization AND sha256 = @hash AND purpose = @purpose AND consumed_at IS NULL AND expires_at > @now
            RETURNING link_id
            """,
            new
            {
                hash = link.Sha256(),
                purpose = OwnerLink.Purpose,
                now = clock.GetUtcNow(),
            },
            ct
        );

    /// <summary>The first administrator is there: no other link of the kind opens anything (SEC-266).</summary>
    public Task ConsumeOthersAsync(Transaction tx, CancellationToken ct) =>
        tx.ExecuteAsync(
            "UPDATE one_time_links SET consumed_at = @now WHERE organization_id = @organization AND purpose = @purpose AND consumed_at IS NULL",
            new { purpose = OwnerLink.Purpose, now = clock.GetUtcNow() },
            ct
        );
}
