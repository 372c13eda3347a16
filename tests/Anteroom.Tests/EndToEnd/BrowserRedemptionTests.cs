using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A browser hands an id_token over: it is believed no more than if a stranger had written it (SEC-068).</summary>
public sealed class BrowserRedemptionTests(SharedRig shared)
{
    private sealed record Scene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, Person Mira, HttpBrowser Browser) : IDisposable
    {
        public async Task<(RedemptionPage Page, string Callback, AuthorizationAttempt Attempt)> BeginAsync()
        {
            var attempt = Application.Begin(("organization", Contoso.Slug));
            var callback = await CallbackAttackTests.CatchAsync(Rig, Browser, attempt, Mira);
            return (RedemptionPage.Of(await Browser.GetAsync(callback))!, callback, attempt);
        }

        public void Dispose() => Browser.Dispose();
    }

    private async Task<Scene> SceneAsync()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("browser"));
        return new(rig, application, contoso, await contoso.AddPersonAsync(), rig.NewBrowser());
    }

    [Theory]
    [InlineData("nonsense", "id_token_malformed")]
    [InlineData("signature", "id_token_signature")]
    [InlineData("other sign-in", "id_token_nonce")]
    [InlineData("other organization", "id_token_tenant", "id_token_audience", "id_token_nonce")]
    [Trait("Security", "SEC-068")]
    [Trait("Security", "SEC-064")]
    [Trait("Capability", "IMP-18")]
    public async Task Believes_no_token_but_the_one_of_this_sign_in(string which, params string[] reasons)
    {
        using var scene = await SceneAsync();
        var (page, _, _) = await scene.BeginAsync();
        var token = which switch
        {
            "nonsense" => "a.b.c",
            "signature" => Bend(await page.RedeemAsync(scene.Browser)),
            "other sign-in" => await (await scene.BeginAsync()).Page.RedeemAsync(scene.Browser),
            _ => await ForeignTokenAsync(),
        };
        var before = await scene.Contoso.Rows.CountAsync();

        await Refused.AssertAsync(scene.Contoso, await page.HandOverAsync(scene.Browser, ("id_token", token)), before, reasons);
        Assert.False(scene.Rig.HasSession(scene.Browser));
    }

    [Fact]
    [Trait("Security", "SEC-069")]
    [Trait("Security", "SEC-068")]
    public async Task Takes_callback_and_token_once()
    {
        using var scene = await SceneAsync();
        var (page, callback, _) = await scene.BeginAsync();
        Refused.AssertPage(await scene.Browser.GetAsync(callback), "transaction_replayed"); // no second page, and the first is undisturbed
        var token = await page.RedeemAsync(scene.Browser);
        using var copy = scene.Browser.Clone();

        Assert.True((await page.HandOverAsync(scene.Browser, ("id_token", token))).Answer.ContainsKey("code"));
        var before = await scene.Contoso.Rows.CountAsync();
        Refused.AssertPage(await page.HandOverAsync(scene.Browser, ("id_token", token)), "transaction_missing");
        Refused.AssertPage(await page.HandOverAsync(copy, ("id_token", token)), "transaction_replayed"); // with the cookie of before
        Refused.AssertPage(await scene.Browser.GetAsync(callback), "transaction_missing");
        Assert.Equal(before, await scene.Contoso.Rows.CountAsync());
    }

    [Fact]
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-032")]
    [Trait("Security", "SEC-038")]
    public async Task Takes_a_token_from_its_own_page_in_its_own_browser_after_the_answer_alone()
    {
        using var scene = await SceneAsync();
        var (page, _, _) = await scene.BeginAsync();
        var token = await page.RedeemAsync(scene.Browser);
        var address = scene.Rig.Address + "/sign-in/token";
        var fields = PageFields(page);
        fields["id_token"] = token;

        using var other = scene.Rig.NewBrowser();
        Refused.AssertPage(await other.PostAsync(address, fields), "forgery_suspected");
        using var foreign = scene.Browser.Clone();
        foreign.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
        Refused.AssertPage(await foreign.PostAsync(address, fields), "forgery_suspected");

        // A transaction that waits for Entra's answer takes no token: the step before cannot be left out.
        scene.Browser.StopAt = scene.Rig.EmulatorAddress;
        var asked = await scene.Browser.GetAsync(scene.Application.Begin(("organization", scene.Contoso.Slug)).Address.AbsoluteUri);
        scene.Browser.StopAt = RelyingParty.Origin;
        var waiting = Queries.Read(new Uri(asked.Location!))["state"].Split('.')[0];
        Refused.AssertPage(
            await scene.Browser.PostAsync(address, [.. fields.Where(field => field.Key != "t"), new("t", waiting)]),
            "transaction_missing"
        );
        Assert.True((await page.HandOverAsync(scene.Browser, ("id_token", token))).Answer.ContainsKey("code"));
    }

    [Theory] // what the page's script could say, and nonsense
    [InlineData("refused", "50105", "not_assigned")]
    [InlineData("refused", "9002325", "platform_is_spa")]
    [InlineData("refused", "", "upstream_refused")]
    [InlineData("refused", "<b>1</b>", "upstream_refused")]
    [InlineData("unreadable", "", "browser_redemption_failed")]
    [InlineData("whatever", "", "callback_invalid")]
    [InlineData("", "", "callback_invalid")]
    [Trait("Security", "SEC-018")]
    public async Task Tells_what_the_browser_could_not_do(string error, string code, string reason)
    {
        using var scene = await SceneAsync();
        var (page, _, _) = await scene.BeginAsync();
        var before = await scene.Contoso.Rows.CountAsync();

        var told = await page.HandOverAsync(scene.Browser, ("error", error), ("aadsts", code));

        await Refused.AssertAsync(scene.Contoso, told, before, reason);
        Assert.DoesNotContain("<b>1", told.Body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-076")]
    public async Task Refuses_the_token_of_a_connection_that_was_disabled_meanwhile()
    {
        using var scene = await SceneAsync();
        var (page, _, _) = await scene.BeginAsync();
        var token = await page.RedeemAsync(scene.Browser);
        await scene.Contoso.MoveAsync(Server.Connections.ConnectionStep.Disable);
        var before = await scene.Contoso.Rows.CountAsync();

        await Refused.AssertAsync(
            scene.Contoso,
            await page.HandOverAsync(scene.Browser, ("id_token", token)),
            before,
            "connection_disabled"
        );
    }

    private async Task<string> ForeignTokenAsync()
    {
        using var other = await SceneAsync();
        return await (await other.BeginAsync()).Page.RedeemAsync(other.Browser);
    }

    private static string Bend(string token)
    {
        var at = token.LastIndexOf('.') + 20;
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    private static Dictionary<string, string> PageFields(RedemptionPage page) =>
        page
            .Page.Html.QuerySelectorAll("form[data-redeem] input[name]")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
}
