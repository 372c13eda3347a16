using System.Security.Cryptography;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Credentials.Passkeys;

internal enum Ceremony
{
    Create,
    Get,
}

/// <summary>For whom a challenge was made: nobody else's answer counts (SEC-219).</summary>
/// <param name="Organization">Whose row it is; the platform's while the organization is unknown.</param>
/// <param name="User">Whose passkey is made; null where nobody is known yet.</param>
internal sealed record ChallengePlace(OrganizationId Organization, Ceremony Ceremony, CeremonyBinding Binding, UserId? User = null)
{
    public string Word => Ceremony == Ceremony.Create ? "create" : "get";
}

/// <summary>Ceremonies that wait for an authenticator, for five minutes, in the database (SEC-219, SEC-341).</summary>
public sealed class PasskeyChallenges(Database database, AnteroomOptions options, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <returns>False where this network has begun its share of this minute (SEC-362).</returns>
    internal async Task<bool> AddAsync(HttpContext http, ChallengePlace place, byte[] challenge, string state, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var added = await database
            .In(place.Organization)
            .ExecuteAsync(
                """
                INSERT INTO passkey_challenges (organization_id, sha256, ceremony, bound_to, user_id, state, network, expires_at, created_at)
                SELECT @organization, @sha256, @ceremony, @boundTo, @user, @state, @network, @expires, @now
                 WHERE (SELECT count(*) FROM passkey_challenges
                         WHERE organization_id = @organization AND network = @network AND created_at > @minuteAgo) < @cap
                """,
                new
                {
                    sha256 = SHA256.HashData(challenge),
                    ceremony = place.Word,
                    boundTo = place.Binding.Sha256,
                    user = place.User?.Value,
                    state,
                    network = http.Network(),
                    expires = now + Lifetime,
                    now,
                    minuteAgo = now - TimeSpan.FromMinutes(1),
                    cap = options.StoredRequestsPerMinute,
                },
                ct
            );
        return added == 1;
    }

    /// <summary>Consumes a challenge before anything is verified, in one statement: of two who answer at the same moment, on whichever nodes, one goes on.</summary>
    /// <returns>What the ceremony began with; null where the challenge is unknown, of another place, answered or over.</returns>
    internal async Task<string?> TakeAsync(ChallengePlace place, byte[] challenge, CancellationToken ct)
    {
        var taken = await database
            .In(place.Organization)
            .FirstAsync<Taken>(
                """
                DELETE FROM passkey_challenges
                 WHERE organization_id = @organization AND sha256 = @sha256 AND ceremony = @ceremony AND bound_to = @boundTo
                   AND user_id IS NOT DISTINCT FROM @user
                RETURNING state, expires_at
                """,
                new
                {
                    sha256 = SHA256.HashData(challenge),
                    ceremony = place.Word,
                    boundTo = place.Binding.Sha256,
                    user = place.User?.Value,
                },
                ct
            );
        return taken is not null && taken.ExpiresAt > clock.GetUtcNow() ? taken.State : null;
    }

    private sealed record Taken(string State, DateTimeOffset ExpiresAt);
}
