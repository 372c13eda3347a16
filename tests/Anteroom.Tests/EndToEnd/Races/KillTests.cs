using System.Collections.Concurrent;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Servers and database die in the middle of sign-ins: nothing that was acknowledged is missing, nothing is there twice.</summary>
public sealed class KillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    [Trait("Security", "SEC-340")]
    [Trait("Security", "SEC-341")]
    [Trait("Security", "SEC-346")]
    public async Task Loses_nothing_acknowledged_when_a_server_and_the_database_are_killed()
    {
        await using var rig = await AnteroomRig.StartAsync(
            new()
            {
                Nodes = 2,
                Processes = true,
                Durable = true,
                LogLevel = "None",
            }
        );
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var ledger = new ConcurrentBag<Acknowledged>();
        using var stop = new CancellationTokenSource();
        var workers = Enumerable
            .Range(0, 4)
            .Select(worker => Task.Run(() => WorkAsync(rig, application, contoso, worker, ledger, stop.Token)))
            .ToList();

        for (var round = 0; round < TestScale.Pick(1, 20); round++)
        {
            await ProgressAsync(ledger, 6);
            await rig.KillAsync(0);
            await ProgressAsync(ledger, 4); // the other goes on
            await rig.RestartAsync(0);
            await ProgressAsync(ledger, 4);
            await rig.Durable!.KillAsync(default);
            await rig.Durable.RecoveredAsync();
            await ProgressAsync(ledger, 6); // by themselves, without a restart
        }
        await stop.CancelAsync();
        await Task.WhenAll(workers);

        Assert.Empty(await rig.Invariants.ViolationsAsync());
        var acknowledged = ledger.ToList();
        foreach (var one in acknowledged)
        {
            var found = await contoso.Rows.FirstAsync<Found>(
                """
                SELECT u.subject,
                       (SELECT count(*) FROM sign_ins s WHERE s.organization_id = u.organization_id AND s.user_id = u.user_id) AS sign_ins,
                       (SELECT count(*) FROM sessions s WHERE s.organization_id = u.organization_id AND s.user_id = u.user_id) AS sessions
                  FROM external_identities i JOIN users u USING (organization_id, user_id)
                 WHERE i.organization_id = @organization AND i.object_id = @id
                """,
                new { id = one.Person }
            );
            Assert.Equal(one.Subject, found?.Subject);
            Assert.InRange(found!.SignIns, 1, long.MaxValue);
            Assert.InRange(found.Sessions, 1, long.MaxValue);
        }
        // The latest tokens of all that were handed out still buy the next ones, from either server.
        foreach (var (one, index) in acknowledged.Select((one, index) => (one, index)))
        {
            var refreshed = await application.RefreshAsync(one.RefreshToken, index % 2);
            Assert.True(refreshed.IsSuccess, refreshed.Body);
        }
    }

    private sealed record Acknowledged(Guid Person, string Subject, string RefreshToken);

    private sealed record Found(string Subject, long SignIns, long Sessions);

    /// <summary>Signs one new person in after another. What fails is tried again from the start, as a person would.</summary>
    private static async Task WorkAsync(
        AnteroomRig rig,
        RelyingParty application,
        Contoso contoso,
        int worker,
        ConcurrentBag<Acknowledged> ledger,
        CancellationToken stop
    )
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var person = await contoso.AddPersonAsync($"worker{worker}-{number}");
            for (var attempt = 0; ; attempt++)
            {
                if (stop.IsCancellationRequested)
                    return;
                try
                {
                    using var browser = rig.NewBrowser((worker + attempt) % 2);
                    await contoso.SignInAtEntraAsync(browser, person);
                    var tokens = await contoso.SignInAsync(application, browser, person, (worker + attempt) % 2);
                    if (!tokens.IsSuccess)
                        continue;
                    ledger.Add(new(person.ObjectId, tokens.Subject, tokens.RefreshToken));
                    break;
                }
                catch (Exception e) when (e is HttpRequestException or InvalidOperationException or IOException)
                {
                    // Killed under our hands.
                }
            }
        }
    }

    private static async Task ProgressAsync(ConcurrentBag<Acknowledged> ledger, int more)
    {
        var goal = ledger.Count + more;
        await Poll.UntilAsync($"{goal} sign-ins are acknowledged", Patience, () => Task.FromResult(ledger.Count >= goal));
    }
}
