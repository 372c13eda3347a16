using Anteroom.Server.Audit;
using Anteroom.Server.Platform.Jobs;
using Anteroom.Tests.Platform;

namespace Anteroom.Tests.Audit;

/// <summary>Names of people in the trail: nobody waits to write one, the newest counts, and they can be erased.</summary>
public sealed class AuditNamesTests : IAsyncLifetime
{
    private static readonly Guid Mira = Guid.Parse("0192f0c1-0000-7000-8000-00000000a001");

    private GroundScenario _ground = null!;

    public async ValueTask InitializeAsync() => _ground = await GroundScenario.CreateAsync();

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    [Fact] // no sign-in waits for another, also where two name somebody for the first time
    [Trait("Security", "SEC-321")]
    public async Task Two_transactions_name_the_same_new_person_without_waiting()
    {
        await using var first = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await RecordAsync(first, "Mira");
        await using var second = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await second.ExecuteAsync("SET LOCAL lock_timeout = '2s'", null, default);
        await RecordAsync(second, "Mira"); // the first is still open

        await second.CommitAsync(default);
        await first.CommitAsync(default);
        Assert.Equal(["Mira", "Mira"], await NamesAsync());
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    [Trait("Security", "SEC-321")]
    public async Task A_name_survives_although_the_transaction_that_told_it_first_fails()
    {
        await using (var first = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
        {
            await RecordAsync(first, "Mira");
            await using var second = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
            await RecordAsync(second, "Mira");
            await second.CommitAsync(default);
        } // the first is rolled back
        Assert.Equal(["Mira"], await NamesAsync());
    }

    [Fact]
    public async Task The_newest_name_counts_and_the_purge_keeps_it_alone()
    {
        foreach (var name in (string[])["Mira", "Mira", "Mira Koch"])
        {
            await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
            await RecordAsync(tx, name);
            await tx.CommitAsync(default);
        }
        Assert.Equal(2, await CountAsync()); // what is known is not told again
        Assert.Equal(["Mira Koch", "Mira Koch", "Mira Koch"], await NamesAsync());

        await new Purge(_ground.Database, _ground.Clock).RunAsync(
            new(Guid.Empty, Server.Platform.OrganizationId.Platform, "", default, 1),
            default
        );
        Assert.Equal(1, await CountAsync());
        Assert.Equal("Mira Koch", (await NamesAsync())[0]);
    }

    private async Task RecordAsync(Server.Platform.Database.Transaction tx, string name)
    {
        await _ground.Audit.RecordAsync(
            tx,
            new(new Actor(ActorKind.User, Mira, name), null, null, "c"),
            new("sign_in.succeeded", AuditResult.Success, null, "user", Mira, name),
            default
        );
        await tx.FlushAsync(default);
    }

    private async Task<List<string?>> NamesAsync() =>
        [
            .. (await new AuditReader(_ground.Database).ListAsync(GroundScenario.Acme, new(User: Mira), default)).Select(item =>
                item.TargetName
            ),
        ];

    private Task<long> CountAsync() =>
        _ground
            .Database.In(GroundScenario.Acme)
            .FirstAsync<long>(
                "SELECT count(*) FROM audit_names WHERE organization_id = @organization AND id = @Mira",
                new { Mira },
                default
            );
}
