using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Tests.Platform;
using Npgsql;

namespace Anteroom.Tests.Audit;

/// <summary>Audit rows go when their time is over, by the owner's rule alone, and what is left still verifies (SEC-326).</summary>
public sealed class AuditRetentionTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Fact]
    [Trait("Security", "SEC-326")]
    public async Task Removes_what_is_older_than_400_days_and_the_rest_verifies()
    {
        await SealedAsync("old.one", days: 401);
        await SealedAsync("old.two", days: 400.5);
        await SealedAsync("young", days: 399);
        await SealedAsync("today", days: 0);

        await ExpireAsync();

        Assert.Equal(["audit.expired", "today", "young"], await ActionsAsync());
        await _ground.SealAllAsync();
        var verification = await VerifyAsync();
        Assert.Empty(verification.Findings);
        Assert.Equal((2, 3), (verification.Expired, verification.Rows));
        Assert.InRange(
            verification.ExpiredThrough!.Value,
            _ground.Clock.GetUtcNow().AddDays(-401),
            _ground.Clock.GetUtcNow().AddDays(-400)
        );
    }

    [Fact] // the last seal may go too: the next one continues from where the trail was cut
    [Trait("Security", "SEC-326")]
    public async Task Goes_on_sealing_when_all_of_a_trail_has_expired()
    {
        await SealedAsync("old", days: 500);
        await SealedAsync("old", days: 450);
        await ExpireAsync();
        Assert.Equal(["audit.expired"], await ActionsAsync());
        await SealedAsync("today", days: 0);
        await ExpireAsync(); // nothing more to remove, and nothing to tell

        Assert.Equal(["today", "audit.expired"], await ActionsAsync());
        var verification = await VerifyAsync();
        Assert.Empty(verification.Findings);
        Assert.Equal((2, 2), (verification.Expired, verification.Rows));
    }

    [Fact]
    [Trait("Security", "SEC-326")]
    public async Task Finds_rows_that_are_put_before_the_cut_and_rows_that_go_after_it()
    {
        await SealedAsync("old", days: 500);
        await SealedAsync("young", days: 1);
        await ExpireAsync();
        await _ground.AsOwnerAsync(
            GroundScenario.Acme,
            "INSERT INTO audit_events (organization_id, transaction_id, at, actor_kind, action, result) SELECT organization_id, '3', at, 'system', 'forged', 'success' FROM audit_events LIMIT 1"
        );
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.Damage == AuditDamage.RowInserted);
        await _ground.AsOwnerAsync(GroundScenario.Acme, "DELETE FROM audit_events WHERE action IN ('forged', 'young')");
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.Damage == AuditDamage.RowMissing);
        await _ground.AsOwnerAsync(GroundScenario.Acme, "UPDATE audit_cuts SET hash = sha256('x')");
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.Damage == AuditDamage.ChainBroken);
    }

    [Fact] // whoever has the application's rights cannot make the trail forget sooner
    [Trait("Security", "SEC-321")]
    [Trait("Security", "SEC-326")]
    public async Task The_application_can_remove_nothing_before_its_time()
    {
        await SealedAsync("young", days: 399);
        await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        Assert.Equal(
            0,
            await tx.FirstAsync<long>("SELECT expire_audit(@far, 1000)", new { far = _ground.Clock.GetUtcNow().AddYears(10) }, default)
        );
        foreach (
            var forbidden in (string[])
                [
                    "UPDATE audit_retention SET days = 30",
                    "DELETE FROM audit_events",
                    "UPDATE audit_events SET recorded_at = '2000-01-01'",
                    "DELETE FROM audit_seals",
                    "INSERT INTO audit_cuts SELECT organization_id, number, hash, last_transaction, 1, 1, sealed_at, sealed_at FROM audit_seals",
                ]
        )
        {
            await tx.ExecuteAsync("SAVEPOINT before", null, default);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => tx.ExecuteAsync(forbidden, null, default));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            await tx.ExecuteAsync("ROLLBACK TO before", null, default);
        }
    }

    [Fact]
    [Trait("Security", "SEC-326")]
    public async Task The_owner_may_set_another_time_and_the_longer_of_both_counts()
    {
        await SealedAsync("old", days: 40);
        await _ground.AsOwnerAsync(GroundScenario.Acme, "UPDATE audit_retention SET days = 30");
        await ExpireAsync(days: 60);
        Assert.Equal(["old"], await ActionsAsync());
        await ExpireAsync(days: 30);
        Assert.Equal(["audit.expired"], await ActionsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-326")]
    public void The_default_is_400_days()
    {
        Assert.Equal(400, new AnteroomOptions().AuditRetentionDays);
        Assert.Null(new AnteroomOptions().Check());
        Assert.Contains("AuditRetentionDays", new AnteroomOptions { AuditRetentionDays = 29 }.Check(), StringComparison.Ordinal);
    }

    private async Task SealedAsync(string action, double days)
    {
        await _ground.RecordAsync(GroundScenario.Acme, new(action, AuditResult.Success));
        await _ground.AsOwnerAsync(
            GroundScenario.Acme,
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"UPDATE audit_events SET recorded_at = recorded_at - make_interval(secs => {days * 86400}) WHERE action = '{action}' AND recorded_at > clock_timestamp() - interval '1 hour'"
            )
        );
        await _ground.SealAllAsync();
    }

    private Task ExpireAsync(int days = 400) =>
        new AuditExpiry(_ground.Database, _ground.Audit, new AnteroomOptions { AuditRetentionDays = days }, _ground.Clock).RunAsync(
            new(Guid.Empty, OrganizationId.Platform, AuditExpiry.JobKind, default, 1),
            default
        );

    private Task<AuditVerification> VerifyAsync() => new AuditVerifier(_ground.Database).VerifyAsync(GroundScenario.Acme, default);

    private async Task<List<string>> ActionsAsync() =>
        [.. (await new AuditReader(_ground.Database).ListAsync(GroundScenario.Acme, new(), default)).Select(item => item.Action)];
}
