using Anteroom.Harness;
using Anteroom.Tests.Platform.Web;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Hundreds of connections that hardly speak, at once: each is bounded (SEC-360), and so is what they do together.</summary>
[Collection(Alone.Name)]
public sealed class SlowConnectionTests
{
    /// <summary>Ten seconds for headers, five for a body, and patience for a busy machine.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Security", "SEC-360")]
    public async Task Lets_people_in_while_hundreds_of_connections_dawdle()
    {
        var count = TestScale.Pick(300, 2_000);
        await using var rig = await AnteroomRig.StartAsync(new() { Processes = true, LogLevel = "None" });
        var application = await RelyingParty.RegisterAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        var node = (ProcessNode)rig.Nodes[0]!;
        var mira = await contoso.AddPersonAsync();
        await SignInAsync(rig, application, contoso, mira); // warms it up
        var alone = await SignInAsync(rig, application, contoso, mira);
        var idle = node.ResidentBytes;

        using var over = new CancellationTokenSource();
        var open = 0;
        var most = 0;
        var dawdling = Enumerable.Range(0, count).Select(number => DawdleAsync(number % 2 == 0)).ToList();
        await Poll.UntilAsync("all are connected", LongestLife, () => Task.FromResult(Volatile.Read(ref most) >= count));

        // While they are there, in their first seconds, people sign in.
        List<TimeSpan> took = [];
        while (Volatile.Read(ref open) > count / 2 && took.Count < 20)
            took.Add(await SignInAsync(rig, application, contoso, mira));
        Assert.NotEmpty(took);
        // Five seconds for a busy machine: what is held open costs memory, not processor time.
        var usual = took.Order().ElementAt(took.Count / 2);
        Assert.True(usual < alone + TimeSpan.FromSeconds(5), $"{usual} among {count} slow connections, {alone} alone.");

        var answers = await Task.WhenAll(dawdling);
        Assert.All(answers, answer => Assert.True(answer.Closed, "A slow connection was left open."));
        Assert.All(answers, answer => Assert.True(answer.Status is 408 or 400 or 0, $"{answer.Status}"));
        var after = node.ResidentBytes;
        Assert.True(after < 2 * idle, $"{after} bytes after, {idle} before.");
        await SignInAsync(rig, application, contoso, mira);
        CampaignLog.Saw(
            $"{count} connections, all closed; {took.Count} sign-ins meanwhile, {usual.TotalSeconds:0.00} s in the middle and {took.Max().TotalSeconds:0.00} s at most ({alone.TotalSeconds:0.00} s alone); {after >> 20} MB after, {idle >> 20} MB before"
        );

        async Task<Exchange> DawdleAsync(bool inHeaders)
        {
            using var raw = await RawHttp.ConnectAsync(node.Address);
            await raw.SendAsync(
                inHeaders
                    ? "GET /connect/authorize HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                    : $"POST /connect/token HTTP/1.1\r\nHost: {new Uri(rig.Address).Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\ngrant_type="
            );
            Interlocked.Increment(ref open);
            Interlocked.Increment(ref most);
            using var ended = new CancellationTokenSource();
            var dripping = DripAsync(raw, ended.Token);
            try
            {
                return await raw.ReadToEndAsync(LongestLife);
            }
            finally
            {
                Interlocked.Decrement(ref open);
                await ended.CancelAsync();
                await dripping;
            }
        }
    }

    /// <summary>A byte a second, as a slowloris does.</summary>
    private static async Task DripAsync(RawHttp raw, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
                await raw.SendAsync("a");
            }
        }
        catch (OperationCanceledException)
        {
            // The server has hung up.
        }
    }

    /// <summary>How long a person takes to get in, "try again" included.</summary>
    private static Task<TimeSpan> SignInAsync(AnteroomRig rig, RelyingParty application, Contoso contoso, Person person) =>
        Poll.UntilAsync(
            "a person is signed in",
            LongestLife,
            async () =>
            {
                using var browser = rig.NewBrowser();
                await contoso.SignInAtEntraAsync(browser, person);
                var attempt = application.Begin(("organization", contoso.Slug));
                var page = await browser.GetAsync(attempt.Address.AbsoluteUri);
                return page.Answer.ContainsKey("code") && (await application.RedeemAsync(attempt, page)).IsSuccess;
            }
        );
}
