using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Keys.Signing;

/// <summary>When a signing key signs and when it leaves the key set; without the key.</summary>
public sealed record SigningKeyTime(
    string Kid,
    string Algorithm,
    DateTimeOffset ActiveFrom,
    DateTimeOffset? RetiredAt,
    DateTimeOffset? ExpiresAt
);

/// <summary>Tells operators of the signing keys.</summary>
public sealed class SigningKeyTimes(Database database)
{
    /// <summary>Those of the key set, the newest first.</summary>
    public async Task<IReadOnlyList<SigningKeyTime>> ListAsync(CancellationToken ct) =>
        await database
            .In(OrganizationId.Platform)
            .ListAsync<SigningKeyTime>(
                """
                SELECT kid, algorithm, active_from, retired_at, expires_at FROM signing_keys
                 WHERE organization_id = @organization ORDER BY algorithm, active_from DESC LIMIT 50
                """,
                null,
                ct
            );
}
