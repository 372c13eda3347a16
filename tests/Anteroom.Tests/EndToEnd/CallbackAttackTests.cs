using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The provider's answer in wrong hands, at a wrong place, at a wrong time, or twice.</summary>
public sealed class CallbackAttackTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-069")]
    [Trait("Security", "SEC-065")]
    public async Task Refuses_the_same_answer_a_second_time()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var callback = await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);
        using var copy = browser.Clone();

        Assert.True((await browser.GetAsync(callback)).Answer.ContainsKey("code"));
        var before = await contoso.Rows.CountAsync();
        Refused.AssertPage(await browser.GetAsync(callback), "transaction_missing");
        Refused.AssertPage(await copy.GetAsync(callback), "transaction_replayed", "upstream_code_used"); // with the cookie of before

        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal(1, before["users"]);
        Assert.Equal(1, before["sessions"]);
    }

    [Fact]
    [Trait("Security", "SEC-032")]
    [Trait("Security", "SEC-065")]
    public async Task Refuses_an_answer_in_another_browser()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var before = await contoso.Rows.CountAsync();
        var callback = await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);

        Refused.AssertPage(await other.GetAsync(callback), "transaction_missing");

        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.False(rig.HasSession(other));
    }

    [Fact]
    [Trait("Security", "SEC-032")]
    public async Task Refuses_the_page_of_a_transaction_in_another_browser()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);

        Refused.AssertPage(await other.GetAsync(question.Address.AbsoluteUri), "transaction_missing");
    }

    [Fact]
    [Trait("Capability", "HEL-03")]
    [Trait("Security", "SEC-066")]
    public async Task Refuses_states_of_two_organizations_that_were_swapped()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var dana = await fabrikam.AddPersonAsync("dana");
        using var browser = rig.NewBrowser();
        var one = await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);
        var two = await CatchAsync(rig, browser, application.Begin(("organization", fabrikam.Slug)), dana);

        var (first, second) = (Queries.Read(new(one))["state"], Queries.Read(new(two))["state"]);
        Refused.AssertPage(await browser.GetAsync(one.Replace(Esc(first), Esc(second), StringComparison.Ordinal)), "transaction_missing");
        Refused.AssertPage(await browser.GetAsync(two.Replace(Esc(second), Esc(first), StringComparison.Ordinal)), "transaction_missing");

        Assert.Equal(0, await contoso.Rows.CountAsync("users"));
        Assert.Equal(0, await fabrikam.Rows.CountAsync("users"));
    }

    [Fact]
    [Trait("Security", "SEC-066")]
    public async Task Refuses_an_answer_that_names_another_issuer()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var callback = await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);

        var page = await browser.GetAsync(callback + "&iss=" + Uri.EscapeDataString("https://evil.example"));

        await Refused.AssertAsync(contoso, page, before, "id_token_issuer");
    }

    [Theory]
    [InlineData("&code=again")]
    [InlineData("&state=again")]
    [InlineData("&error=access_denied")]
    [Trait("Security", "SEC-015")]
    public async Task Refuses_an_answer_that_says_something_twice(string added)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var callback = await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);

        Refused.AssertPage(await browser.GetAsync(callback + added), "callback_invalid");
        Assert.Equal(0, await contoso.Rows.CountAsync("users"));
    }

    [Fact]
    [Trait("Security", "SEC-018")]
    public async Task Never_shows_what_the_other_side_wrote()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var callback = new Uri(await CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira));
        var forged = Queries.Build(
            callback.GetLeftPart(UriPartial.Path),
            [
                new("state", Queries.Read(callback)["state"]),
                new("error", "server_error"),
                new("error_description", "<b>Call</b> +1-555-0100 to unlock"),
                new("error_uri", "https://evil.example/help"),
            ]
        );

        var page = await browser.GetAsync(forged.AbsoluteUri);

        await Refused.AssertAsync(contoso, page, before, "upstream_refused");
        Assert.DoesNotContain("555-0100", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", page.Body, StringComparison.Ordinal);
    }

    /// <summary>Signs in at Entra and stops before the answer reaches us.</summary>
    internal static async Task<string> CatchAsync(AnteroomRig rig, HttpBrowser browser, AuthorizationAttempt attempt, Person person)
    {
        browser.StopAt = rig.Address + "/sso/";
        var stopped = await Contoso.SignInAsync(browser, attempt, person);
        browser.StopAt = RelyingParty.Origin;
        return stopped.Location ?? throw new InvalidOperationException(stopped.Text);
    }

    private static string Esc(string text) => Uri.EscapeDataString(text);
}
