using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Jobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Platform.Jobs;

public sealed class PurgeTests : IAsyncLifetime
{
    private static readonly Job Recurring = new(Guid.Empty, OrganizationId.Platform, "x", default, 1);
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    private Task PurgeAsync() => new Purge(_ground.Database, _ground.Clock).RunAsync(Recurring, default);

    private Task<long> CountAsync(OrganizationId organization, string table) =>
        _ground.Database.In(organization).FirstAsync<long>($"SELECT count(*) FROM {table}", null, default);

    [Fact]
    [Trait("Security", "SEC-362")]
    public async Task Expired_rows_go_in_every_organization_and_live_ones_stay()
    {
        foreach (var organization in new[] { GroundScenario.Acme, GroundScenario.Globex, OrganizationId.Platform })
            await _ground
                .Database.In(organization)
                .ExecuteAsync(
                    """
                    INSERT INTO consumed (organization_id, sha256, purpose, expires_at)
                    SELECT @organization, sha256(i::text::bytea), 'state', @now + make_interval(mins => i) FROM generate_series(-2500, 20) i
                    """,
                    new { now = _ground.Clock.GetUtcNow() },
                    default
                );
        await PurgeAsync();
        // Expired more than 15 minutes ago: -2500 … -16 (SEC-342 allows a clock to step back by ten).
        foreach (var organization in new[] { GroundScenario.Acme, GroundScenario.Globex, OrganizationId.Platform })
            Assert.Equal(36L, await CountAsync(organization, "consumed"));
    }

    [Fact]
    public async Task The_way_to_a_shared_apps_session_stays_as_long_as_an_application_may_refresh_on_it()
    {
        await _ground.Database.OutsideOrganizations.ExecuteAsync(
            """
            INSERT INTO shared_sessions (sid_sha256, organization_id, session_id, client_id, expires_at)
            SELECT sha256(days::text::bytea), @acme, @acme, 'c', @now - make_interval(days => days) FROM unnest(ARRAY[0, 89, 91]) days
            """,
            new { acme = GroundScenario.Acme.Value, now = _ground.Clock.GetUtcNow() },
            default
        );
        await PurgeAsync();
        Assert.Equal(2L, await CountAsync(GroundScenario.Acme, "shared_sessions"));
    }

    [Fact]
    public async Task A_session_outlives_its_end_while_an_application_still_refreshes_on_it()
    {
        var now = _ground.Clock.GetUtcNow();
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
        {
            var facts = new
            {
                id = GroundScenario.Acme.Value,
                now,
                later = now.AddDays(10),
                live = GroundScenario.Acme.Value,
                dead = GroundScenario.Globex.Value,
                sessions = new[] { GroundScenario.Acme.Value, GroundScenario.Globex.Value },
            };
            tx.Later(
                "INSERT INTO roles (organization_id, role_id, key, name, created_at) VALUES (@organization, @id, 'member', 'Member', @now)",
                facts
            );
            tx.Later(
                """
                INSERT INTO users (organization_id, user_id, subject, user_name, user_name_folded, role_id, origin, created_at, updated_at)
                VALUES (@organization, @id, 's', 'u', 'u', @id, 'administrator', @now, @now)
                """,
                facts
            );
            tx.Later(
                """
                INSERT INTO sessions (organization_id, session_id, sha256, user_id, evidence, authenticated_at, created_at, last_seen_at,
                                      idle_expires_at, absolute_expires_at)
                SELECT @organization, session, sha256(session::text::bytea), @id, '{}', @now, @now, @now, @now, @now
                  FROM unnest(@sessions) session
                """,
                facts
            );
            tx.Later(
                """
                INSERT INTO grants (organization_id, grant_id, user_id, session_id, client_id, scope, authenticated_at, created_at)
                SELECT @organization, session, @id, session, 'c', 'openid', @now, @now FROM unnest(@sessions) session
                """,
                facts
            );
            tx.Later(
                """
                INSERT INTO refresh_tokens (organization_id, token_sha256, grant_id, scope, issued_at, idle_expires_at, absolute_expires_at)
                VALUES (@organization, '\x01', @live, 'openid', @now, @later, @later), (@organization, '\x02', @dead, 'openid', @now, @now, @later)
                """,
                facts
            );
            await tx.CommitAsync(default);
        }

        _ground.Clock.Advance(TimeSpan.FromDays(2));
        await PurgeAsync();
        Assert.Equal(
            GroundScenario.Acme.Value,
            Assert.Single(await _ground.Database.In(GroundScenario.Acme).ListAsync<Guid>("SELECT session_id FROM sessions", null, default))
        );

        _ground.Clock.Advance(TimeSpan.FromDays(12));
        await PurgeAsync();
        await PurgeAsync(); // a grant goes after its tokens and its session
        foreach (var table in new[] { "sessions", "refresh_tokens", "grants" })
            Assert.Equal(0L, await CountAsync(GroundScenario.Acme, table));
    }

    [Fact]
    public async Task Months_of_sign_ins_are_made_ahead_and_dropped_when_all_their_days_are_over_thirty_days_old()
    {
        _ground.Clock.Set(new DateTimeOffset(2026, 1, 15, 0, 0, 0, TimeSpan.Zero));
        var months = new SignInMonths(_ground.Database, _ground.Clock, NullLogger<SignInMonths>.Instance);
        await months.RunAsync(Recurring, default);
        Assert.Equal(["sign_ins_202601", "sign_ins_202602", "sign_ins_202603"], await MonthsAsync());

        // 1 March minus 30 days is 30 January: January has a day that is kept.
        _ground.Clock.Set(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await months.RunAsync(Recurring, default);
        Assert.Contains("sign_ins_202601", await MonthsAsync());
        _ground.Clock.Set(new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero));
        await months.RunAsync(Recurring, default);
        Assert.Equal(["sign_ins_202602", "sign_ins_202603", "sign_ins_202604", "sign_ins_202605"], await MonthsAsync());
    }

    private async Task<List<string>> MonthsAsync()
    {
        await using var command = _ground.Source.CreateCommand(
            "SELECT relname::text FROM pg_class WHERE relname ~ '^sign_ins_[0-9]{6}$' ORDER BY relname"
        );
        await using var reader = await command.ExecuteReaderAsync();
        var months = new List<string>();
        while (await reader.ReadAsync())
            months.Add(reader.GetString(0));
        return months;
    }
}
