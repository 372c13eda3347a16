using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Credentials.Passwords;

/// <summary>Somebody with that name, and what their password is checked against.</summary>
/// <param name="Hash">Null where they have none.</param>
/// <param name="SetAt">When they set it.</param>
public sealed record PasswordHolder(UserId User, string UserName, string? Hash, DateTimeOffset? SetAt)
{
    public override string ToString() => $"{User}";
}

/// <summary>What administrators see of a password: never more than that there is one.</summary>
/// <param name="SetAt">Null where there is none.</param>
/// <param name="Failures">Wrong ones since the last that was right.</param>
/// <param name="Tries">With those that were not even looked at.</param>
public sealed record PasswordState(DateTimeOffset? SetAt, int Failures, int Tries)
{
    /// <summary>Nobody gets in with it, until it is recovered or the stop is lifted (SEC-214).</summary>
    public bool IsStopped => Failures >= ThrottleRules.MostFailures;
}

/// <summary>Passwords in the database.</summary>
public sealed class PasswordStore(Database database)
{
    private const string Select = """
        SELECT u.user_id, u.user_name, p.hash, p.set_at
          FROM users u LEFT JOIN passwords p ON p.organization_id = u.organization_id AND p.user_id = u.user_id
         WHERE u.organization_id = @organization AND u.deleted_at IS NULL
        """;

    /// <param name="folded">By <see cref="UserNames.Fold"/>. No address and no other label finds an account (design.md §1).</param>
    public async Task<PasswordHolder?> FindByNameAsync(OrganizationId organization, string folded, CancellationToken ct) =>
        (await database.In(organization).FirstAsync<Row>($"{Select} AND u.user_name_folded = @folded", new { folded }, ct))?.ToHolder();

    public async Task<PasswordHolder?> FindAsync(OrganizationId organization, UserId user, CancellationToken ct) =>
        (await database.In(organization).FirstAsync<Row>($"{Select} AND u.user_id = @user", new { user = user.Value }, ct))?.ToHolder();

    public async Task<PasswordState> StateAsync(OrganizationId organization, UserId user, CancellationToken ct)
    {
        var row = await database
            .In(organization)
            .FirstAsync<StateRow>(
                """
                SELECT (SELECT set_at FROM passwords WHERE organization_id = @organization AND user_id = @user) AS set_at,
                       coalesce(max(failures), 0) AS failures, coalesce(max(tries), 0) AS tries
                  FROM password_tries WHERE organization_id = @organization AND user_id = @user AND scope = 'account'
                """,
                new { user = user.Value },
                ct
            );
        return new(row!.SetAt, row.Failures, row.Tries);
    }

    /// <summary>Whether a hash that was verified outside is still the one; asked in the transaction that holds the user.</summary>
    public static Task<bool> IsStillAsync(Transaction tx, UserId user, string hash, CancellationToken ct) =>
        tx.FirstAsync<bool>(
            "SELECT EXISTS (SELECT FROM passwords WHERE organization_id = @organization AND user_id = @user AND hash = @hash)",
            new { user = user.Value, hash },
            ct
        );

    /// <summary>The person's new password. The caller holds the user.</summary>
    public static void Set(Transaction tx, UserId user, string hash, DateTimeOffset now) =>
        tx.Later(
            """
            INSERT INTO passwords (organization_id, user_id, hash, set_at) VALUES (@organization, @user, @hash, @now)
            ON CONFLICT (organization_id, user_id) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
            """,
            new
            {
                user = user.Value,
                hash,
                now,
            }
        );

    /// <summary>The same password under a stronger hash (SEC-212).</summary>
    public static void Renew(Transaction tx, UserId user, string hash) =>
        tx.Later(
            "UPDATE passwords SET hash = @hash WHERE organization_id = @organization AND user_id = @user",
            new { user = user.Value, hash }
        );

    /// <summary>The person goes (SEC-348).</summary>
    public static async Task RemoveAllAsync(Transaction tx, UserId user, CancellationToken ct)
    {
        await PasswordThrottle.ForgetAsync(tx, user, ct);
        await tx.ExecuteAsync(
            "DELETE FROM passwords WHERE organization_id = @organization AND user_id = @user",
            new { user = user.Value },
            ct
        );
    }

    private sealed record Row(Guid UserId, string UserName, string? Hash, DateTimeOffset? SetAt)
    {
        public PasswordHolder ToHolder() => new(new(UserId), UserName, Hash, SetAt);
    }

    private sealed record StateRow(DateTimeOffset? SetAt, int Failures, int Tries);
}
