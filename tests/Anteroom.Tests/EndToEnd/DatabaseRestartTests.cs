using Anteroom.Harness;
using Npgsql;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The database is restarted in an orderly way, as by an update of the machine, while people sign in (SEC-346).</summary>
public sealed class DatabaseRestartTests
{
    [Fact] // the database shuts down while a person is on the way back from Entra, before the code is redeemed, or before the token is refreshed
    [Trait("Security", "SEC-340")]
    [Trait("Security", "SEC-346")]
    public async Task Admits_once_whose_sign_in_was_under_way_when_the_database_was_restarted()
    {
        await using var rig = await AnteroomRig.StartAsync(new() { Durable = true });
        var restarts = 0;
        DateTime? last = null;
        var interrupted = await InterruptedSignIns.CreateAsync(rig, rig.Database);
        await interrupted.RunAsync(
            TestScale.Pick(4, 60),
            async () =>
            {
                last = await OtherThanAsync(rig, last); // the one before has gone for good
                await rig.Durable!.ShutDownAsync(default);
                // Every second time the next step comes when the database is back, to connections that have died in the pool.
                if (restarts++ % 2 == 1)
                    await OtherThanAsync(rig, last);
            }
        );
        CampaignLog.Saw($"{restarts} restarts: {interrupted}");
    }

    /// <summary>Waits for a database that was started at another time than that one; when it was started.</summary>
    private static async Task<DateTime?> OtherThanAsync(AnteroomRig rig, DateTime? before)
    {
        DateTime? now = null;
        await Poll.UntilAsync(
            "the database is another one",
            TimeSpan.FromSeconds(60),
            async () => (now = await StartedAsync(rig)) is not null && now != before
        );
        return now;
    }

    /// <summary>When the database that answers now was started; null while none answers.</summary>
    private static async Task<DateTime?> StartedAsync(AnteroomRig rig)
    {
        try
        {
            await using var connection = new NpgsqlConnection(rig.OwnerConnectionString + ";Pooling=false;Timeout=2");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT pg_postmaster_start_time()", connection);
            return (DateTime?)await command.ExecuteScalarAsync();
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
