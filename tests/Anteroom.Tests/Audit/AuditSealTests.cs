using Anteroom.Server.Audit;
using Anteroom.Tests.Platform;

namespace Anteroom.Tests.Audit;

public sealed class AuditSealTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    private Task<AuditVerification> VerifyAsync() => new AuditVerifier(_ground.Database).VerifyAsync(GroundScenario.Acme, default);

    private async Task SealedRowsAsync(int seals = 3, int rows = 3)
    {
        for (var s = 0; s < seals; s++)
        {
            for (var r = 0; r < rows; r++)
                await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
            await GroundScenario.EventuallyAsync(NothingOlderIsOpenAsync, "the rows can be sealed together");
            await _ground.SealAllAsync();
        }
    }

    // Tests of other classes share the database server, and their transactions hold back ours.
    private Task<bool> NothingOlderIsOpenAsync() =>
        _ground
            .Database.In(GroundScenario.Acme)
            .FirstAsync<bool>(
                """
                SELECT max(transaction_id) < pg_snapshot_xmin(pg_current_snapshot()) FROM audit_events WHERE organization_id = @organization
                """,
                null,
                default
            );

    private async Task<AuditFinding> FirstFindingAfterAsync(string tampering)
    {
        await SealedRowsAsync();
        Assert.NotEqual(0, await _ground.AsOwnerAsync(GroundScenario.Acme, tampering));
        var verification = await VerifyAsync();
        Assert.NotEmpty(verification.Findings);
        return verification.Findings[0];
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task An_untouched_trail_verifies_and_tells_its_unsealed_tail()
    {
        await SealedRowsAsync();
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
        var verification = await VerifyAsync();
        Assert.Empty(verification.Findings);
        Assert.Equal((9, 1), (verification.Rows, verification.Unsealed));
        Assert.NotNull(verification.OldestUnsealed);
        Assert.Equal(64, verification.Head!.Length);
    }

    [Theory]
    [Trait("Security", "SEC-321")]
    [InlineData("action = 'user.deleted'")]
    [InlineData("result = 'refused'")]
    [InlineData("at = at + interval '1 microsecond'")]
    [InlineData("recorded_at = recorded_at - interval '1 second'")]
    [InlineData("actor_kind = 'application'")]
    [InlineData("actor_id = NULL")]
    [InlineData("target_kind = 'x'")]
    [InlineData("target_id = gen_random_uuid()")]
    [InlineData("reason = ''")]
    [InlineData("network = '10.0.0.0/24'")]
    [InlineData("session_hash = 'x'")]
    [InlineData("correlation_id = NULL")]
    [InlineData("details = '{\"a\": 1}'")]
    public async Task An_edit_of_any_column_is_found_and_its_record_named(string edit)
    {
        var finding = await FirstFindingAfterAsync(
            $"UPDATE audit_events SET {edit} WHERE audit_id = (SELECT audit_id FROM audit_events ORDER BY audit_id OFFSET 4 LIMIT 1)"
        );
        Assert.Equal((AuditDamage.RowChanged, 2L), (finding.Damage, finding.Seal));
        Assert.Contains(
            finding.AuditId!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            finding.Sentence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task A_removed_row_is_found() =>
        Assert.Equal(
            AuditDamage.RowMissing,
            (
                await FirstFindingAfterAsync(
                    "DELETE FROM audit_events WHERE audit_id = (SELECT audit_id FROM audit_events ORDER BY audit_id OFFSET 4 LIMIT 1)"
                )
            ).Damage
        );

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task A_row_slipped_in_among_sealed_ones_is_found() =>
        Assert.Equal(
            AuditDamage.RowInserted,
            (
                await FirstFindingAfterAsync(
                    """
                    INSERT INTO audit_events (organization_id, transaction_id, at, actor_kind, action, result)
                    SELECT organization_id, transaction_id, at, 'system', 'user.created', 'success' FROM audit_events
                     ORDER BY audit_id OFFSET 3 LIMIT 1
                    """
                )
            ).Damage
        );

    [Theory]
    [Trait("Security", "SEC-321")]
    [InlineData("DELETE FROM audit_seals WHERE number = 2", AuditDamage.ChainBroken)]
    [InlineData("UPDATE audit_seals SET sealed_at = sealed_at - interval '1 day' WHERE number = 2", AuditDamage.SealChanged)]
    [InlineData("UPDATE audit_seals SET previous = sha256('x') WHERE number = 2", AuditDamage.ChainBroken)]
    [InlineData("UPDATE audit_seals SET row_hashes = row_hashes || sha256('x') WHERE number = 2", AuditDamage.SealChanged)]
    public async Task A_damaged_seal_is_found(string tampering, AuditDamage expected) =>
        Assert.Equal(expected, (await FirstFindingAfterAsync(tampering)).Damage);

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task Rehashing_an_edited_row_does_not_help_without_its_seal_and_all_later_ones()
    {
        await SealedRowsAsync();
        await _ground.AsOwnerAsync(GroundScenario.Acme, "UPDATE audit_seals SET hash = sha256('forged') WHERE number = 2");
        Assert.Contains((await VerifyAsync()).Findings, finding => finding is { Damage: AuditDamage.ChainBroken, Seal: 3 });
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task A_row_whose_transaction_ends_late_is_sealed_behind_and_never_lost()
    {
        await using var late = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await _ground.Audit.RecordAsync(
            late,
            GroundScenario.Context with
            {
                Actor = Actor.System,
            },
            new("late.row", AuditResult.Success),
            default
        );
        await late.FlushAsync(default);
        await _ground.RecordAsync(GroundScenario.Acme, new("early.row", AuditResult.Success));

        // The early row has the higher number but is not sealed while the older transaction is open.
        Assert.Equal(0, await _ground.Sealer().SealAllAsync(GroundScenario.Acme, default));
        await late.CommitAsync(default);
        await _ground.SealAllAsync();
        var verification = await VerifyAsync();
        Assert.Equal((2, 0), (verification.Rows, verification.Unsealed));
        Assert.Empty(verification.Findings);
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task Sealers_of_two_nodes_and_writers_at_once_make_one_chain()
    {
        var writers = Enumerable
            .Range(0, 4)
            .Select(async _ =>
            {
                for (var i = 0; i < 25; i++)
                    await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
            });
        var writing = Task.WhenAll(writers);
        var sealers = Enumerable
            .Range(0, 2)
            .Select(async _ =>
            {
                var sealer = _ground.Sealer();
                while (!writing.IsCompleted)
                    await sealer.SealAllAsync(GroundScenario.Acme, default);
            });
        await Task.WhenAll([writing, .. sealers]);
        await _ground.SealAllAsync();
        var verification = await VerifyAsync();
        Assert.Equal(100, verification.Rows);
        Assert.Empty(verification.Findings);
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task The_running_sealer_seals_within_five_seconds()
    {
        using var sealer = _ground.Sealer();
        await sealer.StartAsync(default);
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
        await GroundScenario.EventuallyAsync(NothingOlderIsOpenAsync, "the row can be sealed");
        var started = TimeProvider.System.GetTimestamp();
        await GroundScenario.EventuallyAsync(async () => (await VerifyAsync()).Unsealed == 0, "the row is sealed");
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await sealer.StopAsync(default);
    }

    [Fact]
    public async Task The_sweep_seals_what_a_dead_node_left()
    {
        await _ground.RecordAsync(GroundScenario.Acme, new("user.created", AuditResult.Success));
        await GroundScenario.EventuallyAsync(
            async () =>
            {
                await new AuditSweep(_ground.Database, _ground.Sealer()).RunAsync(
                    new(Guid.Empty, Server.Platform.OrganizationId.Platform, "audit.sweep", default, 1),
                    default
                );
                return (await VerifyAsync()) is { Unsealed: 0, Rows: 1 };
            },
            "the sweep sealed the row"
        );
    }
}
