using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Organizations.Proof;
using Anteroom.Server.SignIn.HomeRealm;

namespace Anteroom.Tests.Organizations.Proof;

/// <summary>An installation whose clock is moved by days.</summary>
public sealed class RigOfDays : IAsyncLifetime
{
    public AnteroomRig Rig { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Rig = await AnteroomRig.StartAsync();

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}

/// <summary>Verified domains are looked at every day, and lose their state only for good reason (SEC-269).</summary>
/// <remarks>The servers' own worker looks too, at some moment of its own; nothing here depends on who comes first.</remarks>
[Trait("Security", "SEC-269")]
public sealed class RecheckDomainsTests(RigOfDays days) : IClassFixture<RigOfDays>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly AnteroomRig _rig = days.Rig;

    private async Task<DomainScene> VerifiedAsync()
    {
        var scene = await DomainScene.CreateAsync(_rig);
        Assert.Equal("verified", (string?)(await scene.ProveAsync()).Json["state"]);
        return scene;
    }

    private async Task PassAsync(TimeSpan time)
    {
        _rig.Clock.Advance(time);
        await DomainScene.RecheckAsync(_rig);
    }

    [Fact]
    public async Task Looks_again_within_a_day_and_no_sooner_than_it_must()
    {
        using var scene = await VerifiedAsync();
        using var asserted = await DomainScene.CreateAsync(_rig);
        await PassAsync(TimeSpan.FromHours(22));
        Assert.Equal(1, _rig.Dns.CountOf(scene.Host));
        await PassAsync(TimeSpan.FromHours(2));
        Assert.InRange(_rig.Dns.CountOf(scene.Host), 2, 3);
        await PassAsync(Day);
        Assert.InRange(_rig.Dns.CountOf(scene.Host), 3, 5);
        Assert.Equal(DomainState.Verified, (await scene.ReadAsync()).State);
        Assert.Equal(0, _rig.Dns.CountOf(asserted.Host)); // nobody asked
        Assert.Single(await scene.Rows.AuditAsync("domain.verified"));
    }

    [Fact]
    public async Task Takes_the_state_away_after_three_days_without_the_record()
    {
        using var scene = await VerifiedAsync();
        using var rival = await DomainScene.CreateAsync(_rig, scene.Domain);
        _rig.Dns.Remove(scene.Host);

        await PassAsync(Day);
        var missed = await scene.ReadAsync();
        Assert.Equal(DomainState.Verified, missed.State);
        Assert.NotNull(missed.LostFrom);
        var told = Assert.Single(await scene.Rows.AuditAsync("domain.proof_missing"));
        Assert.Equal(("system", "domain_proof_missing"), (told.ActorKind, told.Reason));
        Assert.Equal(scene.Domain, told.Details.GetProperty("domain").GetString());
        await PassAsync(Day);
        await PassAsync(Day);
        Assert.Equal(DomainState.Verified, (await scene.ReadAsync()).State);
        await PassAsync(Day);

        var lost = await scene.ReadAsync();
        Assert.Equal(DomainState.Asserted, lost.State);
        Assert.Null(lost.VerifiedAt);
        Assert.Null(lost.LostFrom);
        Assert.Single(await scene.Rows.AuditAsync("domain.proof_missing"));
        Assert.Equal("domain_proof_missing", Assert.Single(await scene.Rows.AuditAsync("domain.unverified")).Reason);
        // It leads nobody alone any more, and another organization may have it.
        Assert.IsType<HomeRealm.NeedsCompanyCode>(
            await _rig.Get<HomeRealmDiscovery>().ResolveAsync("nobody@" + scene.Domain, null, default)
        );
        Assert.Equal("verified", (string?)(await rival.ProveAsync()).Json["state"]);
    }

    [Fact]
    public async Task Forgets_an_absence_when_the_record_comes_back()
    {
        using var scene = await VerifiedAsync();
        _rig.Dns.Remove(scene.Host);
        for (var day = 0; day < 3; day++)
            await PassAsync(Day);
        Assert.NotNull((await scene.ReadAsync()).LostFrom);
        Assert.Equal("verified", (string?)(await scene.ProveAsync()).Json["state"]);
        Assert.Equal(DomainAbsence.None, (await scene.ReadAsync()).Absence);

        _rig.Dns.Remove(scene.Host);
        await PassAsync(Day); // counts anew
        Assert.Equal(DomainState.Verified, (await scene.ReadAsync()).State);
        Assert.Equal(2, (await scene.Rows.AuditAsync("domain.proof_missing")).Count);
    }

    [Theory]
    [InlineData(DnsFault.ServerFailure)]
    [InlineData(DnsFault.Refused)]
    [InlineData(DnsFault.Malformed)]
    [InlineData(DnsFault.Unknowing)]
    public async Task Takes_nothing_away_because_of_servers_that_fail(DnsFault fault)
    {
        using var scene = await VerifiedAsync();
        _rig.Dns.Break(scene.Host, fault);
        for (var day = 0; day < 10; day++)
            await PassAsync(Day);
        var domain = await scene.ReadAsync();
        Assert.Equal((DomainState.Verified, DomainCheckResult.Unanswered), (domain.State, domain.LastCheck!.Result));
        Assert.Equal(DomainAbsence.None, domain.Absence);
        Assert.Empty(await scene.Rows.AuditAsync("domain.proof_missing"));
        Assert.InRange(_rig.Dns.CountOf(scene.Host), 10, 100);
    }

    [Fact] // each look stands when it is written; a run that ends in the middle leaves what is due
    public async Task Goes_on_where_a_run_has_died()
    {
        using var done = await VerifiedAsync();
        using var waiting = await VerifiedAsync();
        _rig.Dns.Break(waiting.Host, DnsFault.Silence);
        _rig.Clock.Advance(Day);
        using var kill = new CancellationTokenSource();
        var running = DomainScene.RecheckAsync(_rig, kill.Token);
        await Poll.UntilAsync(
            "one is looked at and the other asked for",
            TimeSpan.FromSeconds(20),
            async () =>
                (await done.ReadAsync()).LastCheck!.At > (await waiting.ReadAsync()).LastCheck!.At && _rig.Dns.CountOf(waiting.Host) > 1
        );
        await kill.CancelAsync();
        await Record.ExceptionAsync(() => running); // cancelled, unless the servers gave up in the same moment

        _rig.Dns.Break(waiting.Host, DnsFault.None);
        var before = (await waiting.ReadAsync()).LastCheck!.At;
        await Poll.UntilAsync(
            "the other is looked at too",
            TimeSpan.FromSeconds(20),
            async () =>
            {
                await PassAsync(TimeSpan.FromHours(1)); // as long as an unanswered one waits
                var domain = await waiting.ReadAsync();
                Assert.Equal(DomainState.Verified, domain.State);
                return domain.LastCheck is { Result: DomainCheckResult.Found } check && check.At > before;
            }
        );
    }

    [Fact] // the work is a job of the installation, so that one node does it at a time and another takes over from one that died
    public async Task Is_a_recurring_job()
    {
        var every = 0.0;
        await Poll.UntilAsync(
            "a node that has just started made its jobs",
            TimeSpan.FromSeconds(20),
            async () =>
                (
                    every = await _rig.Database.OutsideOrganizations.FirstAsync<double>(
                        "SELECT extract(epoch FROM every)::float8 FROM jobs WHERE kind = @kind",
                        new { kind = RecheckDomains.JobKind },
                        default
                    )
                ) > 0
        );
        Assert.Equal(RecheckDomains.Every.TotalSeconds, every);
    }
}
