using System.Globalization;
using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Wrong passwords, one after the other and all at once (SEC-214); on an installation of their own, whose clock they turn, with two servers.</summary>
public sealed class PasswordThrottleTests : IAsyncLifetime
{
    private AnteroomRig _rig = null!;
    private RelyingParty _application = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await AnteroomRig.StartAsync(new() { Nodes = 2 });
        _application = await RelyingParty.RegisterAsync(_rig);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private Task<PasswordScene> SetAsync() => PasswordScene.SetAsync(_rig, _application);

    private static async Task FailAsync(PasswordScene scene, int times, HttpBrowser? browser = null)
    {
        for (var time = 0; time < times; time++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await scene.TryAsync(PasswordVisit.Wrong, browser: browser)).Status);
    }

    /// <summary>As many as it takes, without waiting for them.</summary>
    private static Task SetFailuresAsync(PasswordScene scene, int failures, string scope = "account") =>
        scene
            .Rig.Database.In(scene.Contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE password_tries SET failures = @failures WHERE organization_id = @organization AND scope = @scope",
                new { failures, scope },
                default
            );

    [Fact]
    [Trait("Security", "SEC-214")]
    public async Task After_five_wrong_ones_the_next_is_looked_at_later_and_later()
    {
        var scene = await SetAsync();
        await FailAsync(scene, 5);
        for (var time = 0; time < 5; time++) // names that nobody has are delayed as well (SEC-042)
            await scene.TryAsync(PasswordVisit.Wrong, "nobody");
        // The delay of the fifth is a second, in which a busy machine may answer nothing; after the tenth it is half a minute.
        await SetFailuresAsync(scene, 10);

        var early = await scene.TryAsync(PasswordVisit.Right);
        Assert.Equal(HttpStatusCode.TooManyRequests, early.Status);
        Assert.InRange(int.Parse(early.Headers["Retry-After"], CultureInfo.InvariantCulture), 1, 32);
        Assert.Equal("password_throttled", (await scene.Contoso.Rows.LastRefusalAsync()).Reason);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await scene.TryAsync(PasswordVisit.Wrong, "nobody")).Status);

        _rig.Clock.Advance(TimeSpan.FromSeconds(33));
        await FailAsync(scene, 1);
        Assert.InRange(int.Parse((await scene.TryAsync(PasswordVisit.Wrong)).Headers["Retry-After"], CultureInfo.InvariantCulture), 33, 64);
        _rig.Clock.Advance(TimeSpan.FromSeconds(65));
        Assert.True(await scene.GetsInAsync()); // and everything is as before
        await FailAsync(scene, 5);
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    public async Task A_hundred_at_once_are_no_more_guesses_than_one_after_the_other()
    {
        var scene = await SetAsync();
        const int tries = 40; // of one network in a minute there are no more than fifty
        List<(HttpBrowser Browser, Page Page)> ready = [];
        for (var number = 0; number < tries; number++)
        {
            var browser = _rig.NewBrowser(number % 2);
            ready.Add((browser, await PasswordVisit.OpenAsync(browser, scene.Begin(), scene.Mira.UserName)));
        }

        var pages = await Task.WhenAll(ready.Select(one => PasswordVisit.TypeAsync(one.Browser, one.Page, PasswordVisit.Wrong)));

        // While the first are verified a second may pass, after which one more is looked at.
        Assert.InRange(pages.Count(page => page.Status == HttpStatusCode.UnprocessableEntity), 5, 10);
        Assert.All(pages, page => Assert.True((int)page.Status is 422 or 429));
        var state = await _rig.Get<PasswordStore>().StateAsync(scene.Contoso.Organization.Id, scene.Mira.Id, default);
        Assert.Equal(tries, state.Tries);
        Assert.Equal(pages.Count(page => page.Status == HttpStatusCode.UnprocessableEntity), state.Failures);
        ready.ForEach(one => one.Browser.Dispose());
    }

    [Fact] // the count itself, without pages: on two nodes, a hundred admissions of one account
    [Trait("Security", "SEC-214")]
    public async Task A_hundred_parallel_tries_count_as_a_hundred()
    {
        var scene = await SetAsync();
        var throttle = _rig.Get<PasswordThrottle>();
        var decisions = await StartBarrier.RunAsync(
            100,
            number =>
                throttle.AdmitAsync(scene.Contoso.Organization.Id, PasswordTry.At(scene.Mira.Id, $"198.51.{number}.0/24", null), default)
        );
        var state = await _rig.Get<PasswordStore>().StateAsync(scene.Contoso.Organization.Id, scene.Mira.Id, default);
        Assert.Equal(100, state.Tries);
        Assert.Equal(decisions.Count(decision => decision is ThrottleDecision.Admit), state.Failures);
        Assert.InRange(state.Failures, 5, 10);
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    public async Task Strangers_lock_nobody_out_of_a_browser_that_is_known()
    {
        var scene = await SetAsync();
        using var known = _rig.NewBrowser();
        Assert.True(await scene.GetsInAsync(browser: known));
        using var session = known.Clone();
        foreach (
            var (host, name) in known.Cookies.Keys.ToList().Where(cookie => !cookie.Name.EndsWith("devices", StringComparison.Ordinal))
        )
            known.SetCookie(host, name, "gone"); // signed out, but the same browser

        await FailAsync(scene, 5);
        await SetFailuresAsync(scene, ThrottleRules.MostFailures);
        _rig.Clock.Advance(TimeSpan.FromDays(2));
        var stopped = await scene.TryAsync(PasswordVisit.Right);
        Assert.Equal(HttpStatusCode.TooManyRequests, stopped.Status);
        Assert.Equal("password_stopped", (await scene.Contoso.Rows.LastRefusalAsync()).Reason);

        // Its own failures count by themselves, and lead to the same delays.
        await FailAsync(scene, 5, known.Clone());
        await SetFailuresAsync(scene, 10, "device");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await scene.TryAsync(PasswordVisit.Right, browser: known.Clone())).Status);
        _rig.Clock.Advance(TimeSpan.FromSeconds(33));
        Assert.True(await scene.GetsInAsync(browser: known));
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    public async Task A_stop_ends_when_an_administrator_says_so()
    {
        var scene = await SetAsync();
        await FailAsync(scene, 1);
        await SetFailuresAsync(scene, ThrottleRules.MostFailures);
        Assert.False(await scene.GetsInAsync());

        await using (var tx = await _rig.Database.BeginAsync(scene.Contoso.Organization.Id, default))
        {
            Assert.Null(await _rig.Get<LiftPasswordStop>().HandleAsync(tx, scene.Mira.Id, AnteroomRig.Desk, default));
            await tx.CommitAsync(default);
        }
        Assert.True(await scene.GetsInAsync());
        Assert.True(Assert.Single(await scene.Contoso.Rows.AuditAsync("password.stop_lifted")).Details.GetProperty("stopped").GetBoolean());
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    [Trait("Security", "SEC-362")]
    [Trait("Security", "SEC-364")]
    public async Task A_network_has_fifty_tries_a_minute_in_each_organization()
    {
        var (scene, other) = (await SetAsync(), await SetAsync());
        var throttle = _rig.Get<PasswordThrottle>();
        for (var number = 0; number < ThrottleRules.MostOfNetwork; number++)
            Assert.IsType<ThrottleDecision.Admit>(
                await throttle.AdmitAsync(scene.Contoso.Organization.Id, PasswordTry.AtNobody($"n{number}", "127.0.0.0/24"), default)
            );
        var rows = await scene.Contoso.Rows.CountAsync("password_tries");
        Assert.IsType<ThrottleDecision.NetworkBusy>(
            await throttle.AdmitAsync(scene.Contoso.Organization.Id, PasswordTry.AtNobody("one more", "127.0.0.0/24"), default)
        );
        Assert.Equal(rows, await scene.Contoso.Rows.CountAsync("password_tries")); // no row for the name
        Assert.Equal(HttpStatusCode.TooManyRequests, (await scene.TryAsync(PasswordVisit.Right)).Status);
        Assert.True(await other.GetsInAsync());

        _rig.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.True(await scene.GetsInAsync());
    }

    [Fact]
    [Trait("Security", "SEC-213")]
    [Trait("Security", "SEC-361")]
    public async Task Who_comes_when_too_many_wait_is_told_so_and_nothing_is_counted()
    {
        var scene = await SetAsync();
        using var browser = _rig.NewBrowser();
        var question = await PasswordVisit.OpenAsync(browser, scene.Begin(), scene.Mira.UserName);
        List<HashingPlace> taken = [];
        while (_rig.Get<PasswordHashing>().TryEnter() is { } place)
            taken.Add(place);
        Assert.Equal(Environment.ProcessorCount + PasswordHashing.LongestQueue, taken.Count);

        var busy = await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right);
        Refused.AssertPage(busy, "sign_in_busy");
        Assert.Equal(HttpStatusCode.TooManyRequests, busy.Status);
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("password_tries"));

        taken.ForEach(place => place.Dispose());
        Assert.True((await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right)).Answer.ContainsKey("code"));
    }
}
