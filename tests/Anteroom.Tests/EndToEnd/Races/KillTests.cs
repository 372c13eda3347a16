using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Servers and database die in the middle of sign-ins: nothing that was acknowledged is missing, nothing is there twice.</summary>
public sealed class KillTests
{
    private static RigOptions Two { get; } =
        new()
        {
            Nodes = 2,
            Processes = true,
            Durable = true,
            LogLevel = "None",
        };

    [Fact]
    [Trait("Security", "SEC-340")]
    [Trait("Security", "SEC-341")]
    [Trait("Security", "SEC-346")]
    public async Task Loses_nothing_acknowledged_when_a_server_and_the_database_are_killed()
    {
        var rounds = TestScale.Pick(1, 20);
        await using var rig = await AnteroomRig.StartAsync(Two);
        await using var ledger = await SignInLedger.BeginAsync(rig);
        for (var round = 0; round < rounds; round++)
        {
            await ledger.ProgressAsync(6);
            await rig.KillAsync(round % 2);
            await ledger.ProgressAsync(4); // the other goes on
            await rig.RestartAsync(round % 2);
            await ledger.ProgressAsync(4);
            await rig.Durable!.KillAsync(default);
            await rig.Durable.RecoveredAsync();
            await ledger.ProgressAsync(6); // by themselves, without a restart
        }
        var seen = await ledger.CloseAsync();
        CampaignLog.Saw($"{rounds} kills of a server and {rounds} of the database: {seen}");
    }

    [Fact] // the cheap kind of round: a crash of the database without its keeper's pause, and no waiting for many sign-ins
    [Trait("Security", "SEC-340")]
    public async Task Loses_nothing_acknowledged_when_the_database_crashes_again_and_again()
    {
        const int CrashesForOneServer = 20;
        var crashes = TestScale.Pick(5, 400);
        var servers = 0;
        await using var rig = await AnteroomRig.StartAsync(Two);
        await using var ledger = await SignInLedger.BeginAsync(rig);
        for (var crash = 0; crash < crashes; crash++)
        {
            await ledger.ProgressAsync(1);
            await rig.Durable!.CrashAsync(default);
            if (crash % CrashesForOneServer != 0)
                continue;
            // And a server in the middle of the database's recovery; without a database none would start.
            await rig.KillAsync(servers % 2);
            await rig.Durable.RecoveredAsync();
            await rig.RestartAsync(servers++ % 2);
        }
        await ledger.ProgressAsync(1);
        var seen = await ledger.CloseAsync();
        CampaignLog.Saw($"{crashes} crashes of the database and {servers} kills of a server during them: {seen}");
    }
}
