using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

/// <summary>An API key as it is listed; its value was shown once.</summary>
public sealed record ApiKey(
    Guid Id,
    string Name,
    string Last4,
    IReadOnlyList<string> Permissions,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset CreatedAt
);

/// <summary>The key that asks, and what it may do.</summary>
public sealed record ApiCaller(OrganizationId Organization, Guid KeyId, string Name, IReadOnlySet<string> Permissions)
{
    public bool IsPlatform => Organization == OrganizationId.Platform;

    public Actor Actor => new(ActorKind.ApiKey, KeyId, Name);

    /// <summary>Nobody grants more than they hold (SEC-263).</summary>
    public bool Holds(IEnumerable<string> permissions) => permissions.All(Permissions.Contains);
}

/// <summary>Makes, finds and revokes API keys. The database knows only their hash.</summary>
public sealed class ApiKeys(Database database, AuditTrail audit, TimeProvider clock)
{
    public const string Prefix = "ak";
    public const string IdPrefix = "key";

    public static TimeSpan DefaultLife { get; } = TimeSpan.FromDays(90);

    public static TimeSpan LongestLife { get; } = TimeSpan.FromDays(400);

    private static readonly TimeSpan UseRecordedEvery = TimeSpan.FromMinutes(5);

    /// <summary>Within the caller's transaction.</summary>
    /// <returns>The row, and the value that nobody can read again.</returns>
    public async Task<(ApiKey Key, Handle Value)> CreateAsync(
        Transaction tx,
        string name,
        IReadOnlyList<string> permissions,
        TimeSpan life,
        AuditContext context,
        CancellationToken ct
    )
    {
        var now = clock.GetUtcNow();
        var value = Handle.New(Prefix, tx.Organization);
        var key = new ApiKey(Identifiers.NewUuid(clock), name, value.Reveal()[^4..], permissions, now + life, null, null, now);
        await tx.ExecuteAsync(
            """
            INSERT INTO api_keys (organization_id, api_key_id, name, sha256, last4, permissions, expires_at, created_at)
            VALUES (@organization, @id, @name, @hash, @last4, @permissions, @expires, @now)
            """,
            new
            {
                id = key.Id,
                name,
                hash = value.Sha256(),
                last4 = key.Last4,
                permissions = permissions.ToArray(),
                expires = key.ExpiresAt,
                now,
            },
            ct
        );
        var entry = new AuditEntry("api_key.created", AuditResult.Success, null, "apiKey", key.Id, name)
        {
            Details = new Dictionary<string, object?> { ["permissions"] = permissions.ToArray(), ["expiresAt"] = key.ExpiresAt },
        };
        await audit.RecordAsync(tx, context, entry, ct);
        return (key, value);
    }

    private sealed record KeyRow(
        Guid ApiKeyId,
        string Name,
        string Last4,
        string[] Permissions,
        DateTimeOffset ExpiresAt,
        DateTimeOffset? LastUsedAt,
        DateTimeOffset? RevokedAt,
        DateTimeOffset CreatedAt
    )
    {
        public ApiKey ToKey() => new(ApiKeyId, Name, Last4, Permissions, ExpiresAt, LastUsedAt, RevokedAt, CreatedAt);
    }

    private const string Columns = "api_key_id, name, last4, permissions, expires_at, last_used_at, revoked_at, created_at";

    /// <summary>
    /// Who shows this value, or null: unknown, revoked, expired and of an organization that is switched off look alike (SEC-036). Asked on every
    /// request, so a revocation counts at once.
    /// </summary>
    public async Task<ApiCaller?> FindAsync(string? text, CancellationToken ct)
    {
        if (!Handle.TryParse(Prefix, text, out var value))
            return null;
        var now = clock.GetUtcNow();
        var row = await database
            .In(value.Organization)
            .FirstAsync<KeyRow>(
                $"""
                SELECT {Columns} FROM api_keys
                 WHERE organization_id = @organization AND sha256 = @hash
                   AND EXISTS (SELECT FROM organizations o WHERE o.organization_id = @organization AND o.status = 'active')
                """,
                new { hash = value.Sha256() },
                ct
            );
        if (row is null || row.RevokedAt is not null || row.ExpiresAt <= now)
            return null;
        if (row.LastUsedAt is not { } used || now - used > UseRecordedEvery)
            await database
                .In(value.Organization)
                .ExecuteAsync(
                    "UPDATE api_keys SET last_used_at = @now WHERE organization_id = @organization AND api_key_id = @id",
                    new { now, id = row.ApiKeyId },
                    ct
                );
        return new(value.Organization, row.ApiKeyId, row.Name, row.Permissions.ToHashSet(StringComparer.Ordinal));
    }

    public async Task<ApiKey?> FindAsync(OrganizationId organization, Guid id, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<KeyRow>(
                $"SELECT {Columns} FROM api_keys WHERE organization_id = @organization AND api_key_id = @id",
                new { id },
                ct
            );
        return row?.ToKey();
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(OrganizationId organization, Guid after, int limit, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<KeyRow>(
                $"SELECT {Columns} FROM api_keys WHERE organization_id = @organization AND api_key_id > @after ORDER BY api_key_id LIMIT @limit",
                new { after, limit },
                ct
            );
        return rows.ConvertAll(row => row.ToKey());
    }

    /// <summary>Keys whose name holds what is searched for, or that end with it; by name.</summary>
    public async Task<IReadOnlyList<ApiKey>> SearchAsync(OrganizationId organization, SearchText search, int limit, CancellationToken ct)
    {
        var rows = await database
            .In(organization)
            .ListAsync<KeyRow>(
                $"""
                SELECT {Columns} FROM api_keys
                 WHERE organization_id = @organization AND (lower(name) LIKE @pattern OR lower(last4) = @typed) ORDER BY name, api_key_id LIMIT @limit
                """,
                new
                {
                    pattern = search.Anywhere,
                    typed = search.Folded,
                    limit,
                },
                ct
            );
        return rows.ConvertAll(row => row.ToKey());
    }

    /// <returns>False where the organization has no such key. Revoking twice is no fault.</returns>
    public async Task<bool> RevokeAsync(OrganizationId organization, Guid id, AuditContext context, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(organization, ct);
        var name = await tx.FirstAsync<string>(
            """
            UPDATE api_keys SET revoked_at = coalesce(revoked_at, @now) WHERE organization_id = @organization AND api_key_id = @id RETURNING name
            """,
            new { id, now = clock.GetUtcNow() },
            ct
        );
        if (name is null)
            return false;
        await audit.RecordAsync(tx, context, new("api_key.revoked", AuditResult.Success, null, "apiKey", id, name), ct);
        await tx.CommitAsync(ct);
        return true;
    }
}
