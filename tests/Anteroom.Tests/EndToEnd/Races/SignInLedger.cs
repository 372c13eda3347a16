using System.Collections.Concurrent;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Four people after four people sign in without pause; what was acknowledged to each is written down, and compared with the database in the end.</summary>
internal sealed class SignInLedger : IAsyncDisposable
{
    private const int Workers = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly AnteroomRig _rig;
    private readonly RelyingParty _application;
    private readonly Contoso _contoso;
    private readonly ConcurrentBag<Acknowledged> _acknowledged = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _workers;
    private int _disturbed;

    private SignInLedger(AnteroomRig rig, RelyingParty application, Contoso contoso)
    {
        (_rig, _application, _contoso) = (rig, application, contoso);
        _workers = [.. Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker)))];
    }

    public static async Task<SignInLedger> BeginAsync(AnteroomRig rig) =>
        new(rig, await RelyingParty.RegisterAsync(rig), await Contoso.CreateAsync(rig));

    /// <summary>Waits until so many more sign-ins are acknowledged.</summary>
    public async Task ProgressAsync(int more)
    {
        var goal = _acknowledged.Count + more;
        await Poll.UntilAsync($"{goal} sign-ins are acknowledged", Patience, () => Task.FromResult(_acknowledged.Count >= goal));
    }

    /// <summary>Ends the sign-ins and holds each line of the ledger against the database: all there, none twice, and all tokens work.</summary>
    public async Task<FormattableString> CloseAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);

        Assert.Empty(await _rig.Invariants.ViolationsAsync());
        var acknowledged = _acknowledged.ToList();
        foreach (var one in acknowledged)
        {
            var found = await _contoso.Rows.FirstAsync<Found>(
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
            var refreshed = await _application.RefreshAsync(one.RefreshToken, index % 2);
            Assert.True(refreshed.IsSuccess, refreshed.Body);
        }
        return $"{acknowledged.Count} sign-ins acknowledged, {_disturbed} tries disturbed and made again, 0 lost, 0 twice";
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_workers);
        _stop.Dispose();
    }

    /// <summary>Signs one new person in after another. What fails is tried again from the start, as a person would.</summary>
    private async Task WorkAsync(int worker)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var person = await _contoso.AddPersonAsync($"worker{worker}-{number}");
            for (var attempt = 0; !_stop.IsCancellationRequested; attempt++)
            {
                var node = (worker + attempt) % 2;
                try
                {
                    using var browser = _rig.NewBrowser(node);
                    await _contoso.SignInAtEntraAsync(browser, person);
                    var tokens = await _contoso.SignInAsync(_application, browser, person, node);
                    if (tokens.IsSuccess)
                    {
                        _acknowledged.Add(new(person.ObjectId, tokens.Subject, tokens.RefreshToken));
                        break;
                    }
                }
                catch (Exception e) when (e is HttpRequestException or InvalidOperationException or IOException)
                {
                    // Killed under our hands.
                }
                Interlocked.Increment(ref _disturbed);
            }
        }
    }

    private sealed record Acknowledged(Guid Person, string Subject, string RefreshToken);

    private sealed record Found(string Subject, long SignIns, long Sessions);
}
