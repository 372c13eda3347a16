using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Credentials.Recovery;

/// <summary>What a mailed link is for.</summary>
public enum LinkPurpose
{
    /// <summary>An administrator asks the person to set a password (SEC-228).</summary>
    Set,

    /// <summary>The person asked for a way back (SEC-226).</summary>
    Recover,
}

/// <summary>A link that is open now, and who may set their password by it.</summary>
public sealed record OpenLink(OrganizationId Organization, Guid Id, UserId User, LinkPurpose Purpose);

/// <summary>Links that set a password, once: 256 random bits of which the database keeps the hash, one open for each user (SEC-226).</summary>
/// <remarks>Opening the address consumes nothing, since programs look at mails too; the form behind it does, in one statement.</remarks>
public sealed class PasswordLinks(Database database, TimeProvider clock)
{
    /// <summary>The handle's prefix.</summary>
    public const string Prefix = "pl";

    /// <summary>Mails to one account in an hour (SEC-227).</summary>
    public const int MostPerHour = 3;

    /// <summary>For somebody who asked a moment ago (SEC-226).</summary>
    public static readonly TimeSpan RecoveryLife = TimeSpan.FromMinutes(15);

    /// <summary>For somebody who did not ask and may read the mail tomorrow.</summary>
    public static readonly TimeSpan SetLife = TimeSpan.FromHours(24);

    public static TimeSpan LifeOf(LinkPurpose purpose) => purpose == LinkPurpose.Set ? SetLife : RecoveryLife;

    /// <summary>Makes a link and voids the one before it. The caller holds the user.</summary>
    /// <param name="id">The link's; a second call with the same makes none.</param>
    /// <returns>What is mailed, or null where the account has had its share of this hour, or the link was made before.</returns>
    public async Task<(Handle Link, DateTimeOffset ExpiresAt)?> IssueAsync(
        Transaction tx,
        Guid id,
        UserId user,
        LinkPurpose purpose,
        CancellationToken ct
    )
    {
        var (now, link) = (clock.GetUtcNow(), Handle.New(Prefix, tx.Organization));
        var expires = now + LifeOf(purpose);
        var recent = await tx.FirstAsync<Recent>(
            """
            SELECT count(*) FILTER (WHERE created_at > @hourAgo)::int AS made, coalesce(bool_or(link_id = @id), false) AS known
              FROM password_links WHERE organization_id = @organization AND user_id = @user
            """,
            new
            {
                id,
                user = user.Value,
                hourAgo = now - TimeSpan.FromHours(1),
            },
            ct
        );
        if (recent is not { Made: < MostPerHour, Known: false })
            return null;
        await VoidAsync(tx, user, ct);
        tx.Later(
            """
            INSERT INTO password_links (organization_id, link_id, user_id, purpose, sha256, expires_at, created_at)
            VALUES (@organization, @id, @user, @purpose, @sha256, @expires, @now)
            """,
            new
            {
                id,
                user = user.Value,
                purpose = WordOf(purpose),
                sha256 = link.Sha256(),
                expires,
                now,
            }
        );
        return (link, expires);
    }

    /// <summary>What a link opens, as long as it is open; it stays so.</summary>
    public async Task<OpenLink?> FindAsync(Handle link, CancellationToken ct)
    {
        var row = await database
            .In(link.Organization)
            .FirstAsync<Row>(
                """
                SELECT link_id, user_id, purpose FROM password_links
                 WHERE organization_id = @organization AND sha256 = @sha256 AND closed_at IS NULL AND expires_at > @now
                """,
                new { sha256 = link.Sha256(), now = clock.GetUtcNow() },
                ct
            );
        return row?.ToLink(link.Organization);
    }

    /// <summary>Uses a link up, in one statement: of all who come with it, on whichever nodes, one goes on.</summary>
    public async Task<OpenLink?> ConsumeAsync(Transaction tx, Handle link, CancellationToken ct)
    {
        var row = await tx.FirstAsync<Row>(
            """
            UPDATE password_links SET closed_at = @now
             WHERE organization_id = @organization AND sha256 = @sha256 AND closed_at IS NULL AND expires_at > @now
            RETURNING link_id, user_id, purpose
            """,
            new { sha256 = link.Sha256(), now = clock.GetUtcNow() },
            ct
        );
        return row?.ToLink(tx.Organization);
    }

    /// <summary>No link of the user's opens anything any more.</summary>
    public Task VoidAsync(Transaction tx, UserId user, CancellationToken ct) =>
        tx.ExecuteAsync(
            "UPDATE password_links SET closed_at = @now WHERE organization_id = @organization AND user_id = @user AND closed_at IS NULL",
            new { user = user.Value, now = clock.GetUtcNow() },
            ct
        );

    /// <summary>The person goes (SEC-348).</summary>
    public static async Task RemoveAllAsync(Transaction tx, UserId user, CancellationToken ct)
    {
        var args = new { user = user.Value };
        await tx.ExecuteAsync("DELETE FROM password_links WHERE organization_id = @organization AND user_id = @user", args, ct);
        await tx.ExecuteAsync("DELETE FROM recovery_requests WHERE organization_id = @organization AND user_id = @user", args, ct);
    }

    public static string WordOf(LinkPurpose purpose) => purpose == LinkPurpose.Set ? "set" : "recover";

    private sealed record Recent(int Made, bool Known);

    private sealed record Row(Guid LinkId, Guid UserId, string Purpose)
    {
        public OpenLink ToLink(OrganizationId organization) =>
            new(organization, LinkId, new(UserId), Purpose == "set" ? LinkPurpose.Set : LinkPurpose.Recover);
    }
}
