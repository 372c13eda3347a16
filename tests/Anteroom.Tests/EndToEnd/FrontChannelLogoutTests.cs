using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Our last page of a sign-out frames the registered addresses of the session's applications (OIDC Front-Channel Logout §3).</summary>
public sealed class FrontChannelLogoutTests(SharedRig shared)
{
    private const string Elsewhere = "https://portal.example:8443/callback";
    private const string ElsewhereOut = "https://portal.example:8443/out?tenant=a";

    [Fact] // §2: the registered query stays; iss and sid come together
    [Trait("Security", "SEC-005")]
    [Trait("Security", "SEC-035")]
    public async Task Frames_each_application_of_the_session_when_the_browser_is_back_from_the_provider()
    {
        var (rig, plain) = await shared.GetAsync();
        var first = await FramedAsync(rig, RelyingParty.Origin + "out");
        var second = await FramedAsync(rig, ElsewhereOut);
        var foreign = await FramedAsync(rig, RelyingParty.Origin + "never");
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var mira = await contoso.AddPersonAsync();
        var tokens = await contoso.SignInAsync(plain, browser, mira);
        await contoso.SignInAsync(first, browser, mira);
        await contoso.SignInAsync(second, browser, mira);
        using var other = rig.NewBrowser();
        await contoso.SignInAsync(foreign, other, await contoso.AddPersonAsync("jonas")); // takes part in another session

        var entra = await browser.GetAsync(EndSession(rig, tokens));
        var page = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        var sid = (string)tokens.Claims["sid"]!;
        var said = $"iss={Uri.EscapeDataString(rig.Address)}&sid={sid}";
        Assert.Equal(
            new[] { $"{RelyingParty.Origin}out?{said}", $"{ElsewhereOut}&{said}" }.Order(StringComparer.Ordinal),
            page.Html.QuerySelectorAll("iframe").Select(frame => frame.GetAttribute("src")!).Order(StringComparer.Ordinal)
        );
        Assert.Contains(
            "; frame-src https://app.example https://portal.example:8443;",
            page.Headers["Content-Security-Policy"],
            StringComparison.Ordinal
        );
        Assert.Empty(page.Html.QuerySelectorAll("script"));

        // Nobody needs to wait, and nobody needs to click.
        var back = RelyingParty.SignedOutUri + "?state=farewell";
        Assert.Equal(back, page.Html.QuerySelector("a.main")!.GetAttribute("href"));
        Assert.Equal($"3; url={back}", page.Headers["Refresh"]);

        // Said once: whoever comes back later finds nothing to frame.
        Assert.Empty((await browser.GetAsync(contoso.RedirectUri)).Html.QuerySelectorAll("iframe"));
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Goes_straight_back_where_no_application_has_an_address()
    {
        var (rig, plain) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(plain, browser, await contoso.AddPersonAsync());
        var entra = await browser.GetAsync(EndSession(rig, tokens));
        var back = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
        Assert.Equal(RelyingParty.SignedOutUri + "?state=farewell", back.Location);
    }

    [Fact] // without a way back the page is the end, and nothing takes the browser anywhere
    [Trait("Security", "SEC-005")]
    public async Task Stays_on_its_page_where_the_application_asked_for_no_way_back()
    {
        var (rig, _) = await shared.GetAsync();
        var framed = await FramedAsync(rig, RelyingParty.Origin + "out");
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(framed, browser, await contoso.AddPersonAsync());

        var entra = await browser.GetAsync($"{rig.Address}/connect/endsession?id_token_hint={tokens.IdToken}");
        var page = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);

        Assert.Single(page.Html.QuerySelectorAll("iframe"));
        Assert.Null(page.Html.QuerySelector("a.main"));
        Assert.False(page.Headers.ContainsKey("Refresh"));
    }

    private static string EndSession(AnteroomRig rig, TokenAnswer tokens) =>
        Queries
            .Build(
                rig.Address + "/connect/endsession",
                [new("id_token_hint", tokens.IdToken), new("post_logout_redirect_uri", RelyingParty.SignedOutUri), new("state", "farewell")]
            )
            .AbsoluteUri;

    private static Task<RelyingParty> FramedAsync(AnteroomRig rig, string address) =>
        RelyingParty.RegisterAsync(
            rig,
            change: draft => draft with { RedirectUris = [RelyingParty.RedirectUri, Elsewhere], FrontChannelLogoutUri = address }
        );
}
