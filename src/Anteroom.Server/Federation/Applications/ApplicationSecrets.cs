using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Federation.Applications;

/// <summary>A secret just made, shown this once.</summary>
public sealed record NewSecret(ApplicationSecret Record, Secret Value);

/// <summary>An application that has one secret left, and until when.</summary>
public sealed record EndingSecret(Guid ApplicationId, string Name, DateTimeOffset EndsAt)
{
    public ApplicationId Application => new(ApplicationId);
}

/// <summary>Makes and revokes the secrets of confidential clients (SEC-096).</summary>
/// <remarks>Errors: <c>validation_failed</c>, <c>not_found</c>, <c>conflict</c>.</remarks>
public sealed class ApplicationSecrets(Database database, AuditTrail audit, TimeProvider clock)
{
    /// <summary>The longest life of a secret, and that of the first one (SEC-096).</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(730);

    public const int MaxActive = 2;

    private const string Prefix = "cs";

    /// <summary>Makes one more secret, so that the old one can be replaced without a gap; at most two are active.</summary>
    public async Task<Result<NewSecret, ApplicationRefusal>> AddAsync(
        OrganizationId organization,
        ApplicationId id,
        TimeSpan? life,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (life is { } wanted && (wanted <= TimeSpan.Zero || wanted > LongestLife))
            return ApplicationRefusal.Invalid("expiresAt", "A secret lives at most two years.");

        await using var tx = await database.BeginAsync(organization, ct);
        var application = await ApplicationChange.LockAsync(tx, id, ct);
        if (application is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (application.Kind != ClientKind.Confidential)
            return ApplicationRefusal.Invalid("clientKind", "A public or native client cannot keep a secret.");
        var now = clock.GetUtcNow();
        if (application.Secrets.Count(secret => secret.IsActiveAt(now)) >= MaxActive)
            return new ApplicationRefusal(
                ReasonCodes.Conflict,
                new Dictionary<string, string> { ["secrets"] = "Two secrets are active. Revoke one first." }
            );

        var made = await InsertAsync(tx, id, life ?? LongestLife, ct);
        await ApplicationChange.CommitAsync(tx, audit, context, "application.secret_created", application, Details(made.Record), ct);
        return made;
    }

    /// <returns>The application afterwards.</returns>
    public async Task<Result<Application, ApplicationRefusal>> RevokeAsync(
        OrganizationId organization,
        ApplicationId id,
        Guid secretId,
        AuditContext context,
        CancellationToken ct
    )
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var application = await ApplicationChange.LockAsync(tx, id, ct);
        var secret = application?.Secrets.FirstOrDefault(known => known.Id == secretId);
        if (application is null || secret is null)
            return new ApplicationRefusal(ReasonCodes.NotFound);
        if (secret.RevokedAt is not null)
            return application;

        var now = clock.GetUtcNow();
        await tx.ExecuteAsync(
            "UPDATE application_secrets SET revoked_at = @now WHERE organization_id = @organization AND secret_id = @secretId",
            new { secretId, now },
            ct
        );
        await ApplicationChange.CommitAsync(tx, audit, context, "application.secret_revoked", application, Details(secret), ct);
        return application with
        {
            Secrets = [.. application.Secrets.Select(known => known.Id == secretId ? known with { RevokedAt = now } : known)],
        };
    }

    /// <summary>Applications whose last secret ends until an instant and no other holds longer, soonest first: from then on they get no tokens.</summary>
    public async Task<IReadOnlyList<EndingSecret>> EndingAsync(OrganizationId organization, DateTimeOffset until, CancellationToken ct) =>
        await database
            .In(organization)
            .ListAsync<EndingSecret>(
                """
                SELECT a.application_id, a.name, max(s.expires_at) AS ends_at
                  FROM application_secrets s JOIN applications a USING (organization_id, application_id)
                 WHERE s.organization_id = @organization AND s.revoked_at IS NULL AND s.expires_at > @now AND a.disabled_at IS NULL AND a.client_authentication <> 'private_key_jwt'
                 GROUP BY a.application_id, a.name HAVING max(s.expires_at) <= @until ORDER BY ends_at, a.application_id LIMIT 200
                """,
                new { now = clock.GetUtcNow(), until },
                ct
            );

    /// <summary>Writes a secret into the caller's transaction.</summary>
    internal async Task<NewSecret> InsertAsync(Transaction tx, ApplicationId application, TimeSpan life, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var value = new Secret(Handle.New(Prefix, tx.Organization).Reveal());
        var text = value.Reveal();
        var record = new ApplicationSecret(Identifiers.NewUuid(clock), ApplicationSecret.HashOf(value), text[^4..], now + life, null, now);
        await tx.ExecuteAsync(
            """
            INSERT INTO application_secrets (organization_id, secret_id, application_id, sha256, last4, expires_at, created_at)
            VALUES (@organization, @id, @application, @sha256, @last4, @expires, @now)
            """,
            new
            {
                id = record.Id,
                application = application.Value,
                sha256 = record.Sha256,
                last4 = record.Last4,
                expires = record.ExpiresAt,
                now,
            },
            ct
        );
        return new(record, value);
    }

    private static Dictionary<string, object?> Details(ApplicationSecret secret) =>
        new() { ["last4"] = secret.Last4, ["expiresAt"] = secret.ExpiresAt };
}
