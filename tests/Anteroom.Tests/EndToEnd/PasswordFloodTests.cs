using System.Diagnostics;
using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Passwords take much time; whoever wants something else does not wait for them.</summary>
[Collection(Alone.Name)]
public sealed class PasswordFloodTests
{
    [Fact]
    [Trait("Security", "SEC-213")]
    public async Task Other_pages_answer_while_very_many_passwords_come()
    {
        await using var rig = await AnteroomRig.StartAsync();
        var scene = await PasswordScene.SetAsync(rig, await RelyingParty.RegisterAsync(rig));
        List<(HttpBrowser Browser, Page Page)> ready = [];
        for (var number = 0; number < 16; number++)
        {
            var browser = rig.NewBrowser();
            ready.Add((browser, await PasswordVisit.OpenAsync(browser, scene.Begin(), $"person-{number}")));
        }
        var flood = Task.WhenAll(ready.Select(one => PasswordVisit.TypeAsync(one.Browser, one.Page, PasswordVisit.Wrong)));
        List<double> times = [];
        using var visitor = rig.NewBrowser();
        while (!flood.IsCompleted)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(rig.Address + "/.well-known/openid-configuration")).Status);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        await flood;
        // 200 ms is the promise; here the visitor and those who sign in take of the same machine.
        Assert.True(times.Count > 5, $"{times.Count}");
        Assert.InRange(times.Order().ElementAt(times.Count / 2), 0, 200);
        Assert.InRange(times.Order().ElementAt((int)(times.Count * 0.99)), 0, 1_000);
        ready.ForEach(one => one.Browser.Dispose());
        CampaignLog.Saw(
            $"{ready.Count} passwords at once; {times.Count} other pages meanwhile, {times.Order().ElementAt(times.Count / 2):0} ms in the middle, {times.Max():0} ms at most"
        );
    }
}
