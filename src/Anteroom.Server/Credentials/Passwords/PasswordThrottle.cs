using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Counts tries at passwords before any is verified, in a transaction of its own (SEC-214): of a hundred at once no more are looked at than of a hundred in turn.</summary>
/// <remarks>Rows are always taken in the same order: network, account, account from the network, device.</remarks>
public sealed class PasswordThrottle(Database database, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>Counts the try, and says whether its password may be looked at.</summary>
    public async Task<ThrottleDecision> AdmitAsync(OrganizationId organization, PasswordTry tried, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var tx = await database.BeginAsync(organization, ct);
        var ofNetwork = tried.Device is null ? await CountNetworkAsync(tx, tried, now, ct) : 0;
        if (ofNetwork > ThrottleRules.MostOfNetwork)
        {
            // Before any row for a name is made, so that a network makes no more of them than its share (SEC-362).
            await tx.CommitAsync(ct);
            return new ThrottleDecision.NetworkBusy();
        }
        var decision = ThrottleRules.Decide(await HoldAsync(tx, tried, ofNetwork, now, ct), now);
        if (decision is ThrottleDecision.Admit)
            tx.Later(
                $"""
                UPDATE password_tries SET failures = failures + 1, failed_at = @now WHERE {Rows}
                """,
                Arguments(tried, now)
            );
        await tx.CommitAsync(ct);
        return decision;
    }

    /// <summary>The password was right: what counted against it is forgotten, as far as it came from here. Other networks stay as they are.</summary>
    public static void Forgive(Transaction tx, PasswordTry tried)
    {
        tx.Later(
            """
            UPDATE password_tries SET failures = greatest(failures - 1, 0)
             WHERE organization_id = @organization AND scope = 'network' AND key = @key
            """,
            new { key = tried.Network }
        );
        tx.Later($"DELETE FROM password_tries WHERE {Rows}", Arguments(tried, default));
    }

    /// <summary>Everything that counted against an account is forgotten: it was recovered, or an administrator lifted the stop, or it is gone.</summary>
    /// <returns>Whether there was a stop.</returns>
    public static async Task<bool> ForgetAsync(Transaction tx, UserId user, CancellationToken ct)
    {
        var stopped = await IsStoppedAsync(tx, user, ct);
        await tx.ExecuteAsync(
            "DELETE FROM password_tries WHERE organization_id = @organization AND user_id = @user",
            new { user = user.Value },
            ct
        );
        return stopped;
    }

    private const string Rows = """
        organization_id = @organization
        AND ((scope = 'account' AND key = @account) OR (scope = 'account_network' AND key = @fromHere) OR (scope = 'device' AND key = @device))
        """;

    private static object Arguments(PasswordTry tried, DateTimeOffset now) =>
        new
        {
            account = tried.Account,
            fromHere = tried.FromHere,
            device = tried.Device ?? [],
            now,
        };

    private static Task<bool> IsStoppedAsync(Transaction tx, UserId user, CancellationToken ct) =>
        tx.FirstAsync<bool>(
            $"""
            SELECT EXISTS (SELECT FROM password_tries WHERE organization_id = @organization AND user_id = @user AND scope = 'account'
                              AND failures >= {ThrottleRules.MostFailures})
            """,
            new { user = user.Value },
            ct
        );

    private static Task<int> CountNetworkAsync(Transaction tx, PasswordTry tried, DateTimeOffset now, CancellationToken ct) =>
        tx.FirstAsync<int>(
            """
            INSERT INTO password_tries AS t (organization_id, scope, key, failures, failed_at, tries, tried_at)
            VALUES (@organization, 'network', @key, 1, @now, 1, @now)
            ON CONFLICT (organization_id, scope, key) DO UPDATE SET
                failures = CASE WHEN t.failed_at > @windowBegan AND t.failed_at <= @windowEnds THEN t.failures + 1 ELSE 1 END,
                failed_at = CASE WHEN t.failed_at > @windowBegan AND t.failed_at <= @windowEnds THEN t.failed_at ELSE @now END,
                tries = t.tries + 1, tried_at = @now
            RETURNING failures
            """,
            new
            {
                key = tried.Network,
                now,
                windowBegan = now - Window,
                windowEnds = now + Window,
            },
            ct
        );

    /// <summary>Takes the rows, makes those that are missing, and reads what they say of earlier tries.</summary>
    private static async Task<ThrottleFacts> HoldAsync(
        Transaction tx,
        PasswordTry tried,
        int ofNetwork,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var rows = await tx.ListAsync<Row>(
            $"""
            INSERT INTO password_tries AS t (organization_id, scope, key, user_id, failures, tries, tried_at)
            VALUES (@organization, 'account', @account, @user, 0, 1, @now), (@organization, 'account_network', @fromHere, @user, 0, 1, @now)
                   {(tried.Device is null ? "" : ", (@organization, 'device', @device, @user, 0, 1, @now)")}
            ON CONFLICT (organization_id, scope, key) DO UPDATE SET tries = t.tries + 1, tried_at = @now
            RETURNING scope, failures, failed_at
            """,
            new
            {
                account = tried.Account,
                fromHere = tried.FromHere,
                device = tried.Device ?? [],
                user = tried.User?.Value,
                now,
            },
            ct
        );
        var byScope = rows.ToDictionary(row => row.Scope, row => new Failures(row.Failures, row.FailedAt));
        return new(byScope["account"], byScope["account_network"], byScope.GetValueOrDefault("device"), ofNetwork);
    }

    private sealed record Row(string Scope, int Failures, DateTimeOffset? FailedAt);
}
