using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>Devices that wait, in the database: rows of the platform, because whose person will answer is not known when the device asks (docs/decisions/0012).</summary>
/// <remarks>Both codes are stored under their SHA-256. Each answer is one conditional UPDATE, so that of any number at once, on whichever nodes, one counts.</remarks>
public sealed class DeviceAuthorizations(Database database, AnteroomOptions options)
{
    public const string Prefix = "dc";

    private const string Columns = """
        client_id, scope, resource, network, interval_seconds, polled_at, approved_in, grant_id, denied_at, redeemed_at, expires_at
        """;

    /// <returns>Whether it was written; not where the user code is taken.</returns>
    public async Task<BegunDevice> BeginAsync(
        Handle code,
        UserCode userCode,
        Application application,
        ScopeSet scope,
        RequestedResources resources,
        string network,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var row = await database
            .In(code.Organization)
            .FirstAsync<BegunRow>(
                """
                WITH share AS (
                    SELECT count(*) < @cap AS free FROM device_authorizations
                     WHERE organization_id = @organization AND network = @network AND created_at > @minuteAgo),
                written AS (
                    INSERT INTO device_authorizations (organization_id, device_code_sha256, user_code_sha256, client_id, scope, resource, network,
                                                       interval_seconds, expires_at, created_at)
                    SELECT @organization, @code, @userCode, @client, @scope, @resource, @network, @interval, @expires, @now FROM share WHERE free
                    ON CONFLICT DO NOTHING
                    RETURNING device_code_sha256)
                SELECT free, EXISTS (SELECT FROM written) AS written FROM share
                """,
                new
                {
                    code = code.Sha256(),
                    userCode = HashOf(userCode),
                    client = application.ClientId,
                    scope = scope.ToString(),
                    resource = resources.Text,
                    network,
                    interval = (int)DevicePolling.FirstInterval.TotalSeconds,
                    expires = now + OidcLifetimes.DeviceCode,
                    now,
                    minuteAgo = now - TimeSpan.FromMinutes(1),
                    cap = options.StoredRequestsPerMinute,
                },
                ct
            );
        return row switch
        {
            { Written: true } => BegunDevice.Written,
            { Free: true } => BegunDevice.CodeTaken,
            _ => BegunDevice.TooMany,
        };
    }

    public async Task<DeviceAuthorization?> FindAsync(Handle code, CancellationToken ct) =>
        (
            await database
                .In(code.Organization)
                .FirstAsync<Row>(
                    $"SELECT {Columns} FROM device_authorizations WHERE organization_id = @organization AND device_code_sha256 = @code",
                    new { code = code.Sha256() },
                    ct
                )
        )?.ToDevice();

    public async Task<DeviceAuthorization?> FindAsync(UserCode userCode, CancellationToken ct) =>
        (
            await database
                .In(OrganizationId.Platform)
                .FirstAsync<Row>(
                    $"SELECT {Columns} FROM device_authorizations WHERE organization_id = @organization AND user_code_sha256 = @userCode",
                    new { userCode = HashOf(userCode) },
                    ct
                )
        )?.ToDevice();

    /// <summary>The device asked, and nobody has answered yet.</summary>
    /// <param name="slower">By how much its interval grows.</param>
    public Task PolledAsync(Handle code, TimeSpan slower, DateTimeOffset now, CancellationToken ct) =>
        database
            .In(code.Organization)
            .ExecuteAsync(
                """
                UPDATE device_authorizations SET polled_at = @now, interval_seconds = interval_seconds + @slower
                 WHERE organization_id = @organization AND device_code_sha256 = @code
                """,
                new
                {
                    code = code.Sha256(),
                    slower = (int)slower.TotalSeconds,
                    now,
                },
                ct
            );

    /// <summary>Uses the device code up and gives its grant with everything that is true of it now; null where another question was first.</summary>
    public async Task<GrantFacts?> RedeemAsync(
        Handle code,
        ApprovedGrant approved,
        string clientId,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        // Read first: whoever comes second revokes the grant at once, and must not take it away from the first in between.
        var facts = await GrantFactsRow.FindAsync(database, approved.Organization, approved.Grant, ct);
        if (facts is null)
            return null;
        var used = await database
            .In(code.Organization)
            .ExecuteAsync(
                """
                UPDATE device_authorizations SET redeemed_at = @now
                 WHERE organization_id = @organization AND device_code_sha256 = @code AND client_id = @clientId
                   AND approved_at IS NOT NULL AND redeemed_at IS NULL AND expires_at > @now
                """,
                new
                {
                    code = code.Sha256(),
                    clientId,
                    now,
                },
                ct
            );
        return used == 1 ? facts : null;
    }

    /// <summary>Within the transaction that makes the grant: true for the first answer, and false ever after.</summary>
    public static Task<bool> TryApproveAsync(
        Transaction transaction,
        UserCode userCode,
        ApprovedGrant approved,
        DateTimeOffset now,
        CancellationToken ct
    ) =>
        TryAnswerAsync(
            transaction,
            "approved_at = @now, approved_in = @approvedIn, grant_id = @grant",
            new
            {
                userCode = HashOf(userCode),
                approvedIn = approved.Organization.Value,
                grant = approved.Grant.Value,
                now,
            },
            ct
        );

    /// <inheritdoc cref="TryApproveAsync"/>
    public static Task<bool> TryDenyAsync(Transaction transaction, UserCode userCode, DateTimeOffset now, CancellationToken ct) =>
        TryAnswerAsync(transaction, "denied_at = @now", new { userCode = HashOf(userCode), now }, ct);

    private static async Task<bool> TryAnswerAsync(Transaction transaction, string answer, object args, CancellationToken ct)
    {
        var organization = transaction.Organization;
        transaction.SwitchTo(OrganizationId.Platform);
        var answered = await transaction.ExecuteAsync(
            $"""
            UPDATE device_authorizations SET {answer}
             WHERE organization_id = @organization AND user_code_sha256 = @userCode
               AND approved_at IS NULL AND denied_at IS NULL AND expires_at > @now
            """,
            args,
            ct
        );
        transaction.SwitchTo(organization);
        return answered == 1;
    }

    private static byte[] HashOf(UserCode userCode) => SHA256.HashData(Encoding.ASCII.GetBytes(userCode.Value));

    private sealed record BegunRow(bool Free, bool Written);

    private sealed record Row
    {
        public string ClientId { get; init; } = "";
        public string Scope { get; init; } = "";
        public string? Resource { get; init; }
        public string Network { get; init; } = "";
        public int IntervalSeconds { get; init; }
        public DateTimeOffset? PolledAt { get; init; }
        public Guid? ApprovedIn { get; init; }
        public Guid? GrantId { get; init; }
        public DateTimeOffset? DeniedAt { get; init; }
        public DateTimeOffset? RedeemedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }

        public DeviceAuthorization ToDevice() =>
            new(
                ClientId,
                GrantFactsRow.ScopeOf(Scope),
                RequestedResources.Of(Resource),
                Network,
                TimeSpan.FromSeconds(IntervalSeconds),
                PolledAt,
                ApprovedIn is { } organization && GrantId is { } grant ? new(new(organization), new(grant)) : null,
                DeniedAt,
                RedeemedAt,
                ExpiresAt
            );
    }
}

/// <summary>What became of a device's request.</summary>
public enum BegunDevice
{
    Written,

    /// <summary>Another device has that user code.</summary>
    CodeTaken,

    /// <summary>Its network has stored its share of this minute (SEC-362).</summary>
    TooMany,
}
