using System.Net;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Signing out from the application's side and from Entra's (design.md §4).</summary>
public sealed class SignOutTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-39")]
    [Trait("Security", "SEC-035")]
    public async Task Ends_our_session_goes_on_to_Entra_and_comes_back_to_the_application()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, mira);
        using var stale = browser.Clone();

        var entra = await browser.GetAsync(
            Queries
                .Build(
                    rig.Address + "/connect/endsession",
                    [
                        new("id_token_hint", tokens.IdToken),
                        new("post_logout_redirect_uri", RelyingParty.SignedOutUri),
                        new("state", "farewell"),
                    ]
                )
                .AbsoluteUri
        );
        Assert.Equal($"{rig.EmulatorAddress}/{contoso.TenantId}/oauth2/v2.0/logout", entra.Address.GetLeftPart(UriPartial.Path));
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions")); // before Entra was asked
        var registered = Queries.Read(entra.Address)["post_logout_redirect_uri"];
        Assert.Equal(contoso.RedirectUri, registered);

        var back = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
        Assert.Equal(RelyingParty.SignedOutUri + "?state=farewell", back.Location);

        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await stale.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        Assert.Single(await contoso.Rows.AuditAsync("session.ended"));
    }

    [Fact] // OIDC RP-Initiated Logout §2: without proof of whose session it is, the person is asked
    [Trait("Security", "SEC-108")]
    public async Task Asks_before_it_ends_a_session_that_nobody_has_proven_to_hold()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);

        var page = await browser.GetAsync(rig.Address + "/connect/endsession");
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        Assert.NotNull(page.Html.QuerySelector("form[method=post]"));

        await browser.SubmitAsync(page, follow: false);
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact] // OIDC Front-Channel Logout §2: third-party frames send no cookies
    [Trait("Capability", "HEC-29")]
    [Trait("Security", "SEC-005")]
    public async Task Ends_the_session_when_Entra_says_so_in_a_frame_without_cookies()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        using var browser = rig.NewBrowser();
        using var colleague = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        await contoso.SignInAsync(application, colleague, jonas);

        var choice = await browser.GetAsync($"{rig.EmulatorAddress}/{contoso.TenantId}/oauth2/v2.0/logout");
        var signedOut = await browser.SubmitAsync(choice, button: mira.ObjectId.ToString());
        var frame = Assert.Single(signedOut.Html.QuerySelectorAll("iframe")).GetAttribute("src")!;
        using var cookieless = rig.NewBrowser();
        var answer = await cookieless.GetAsync(frame);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains($"frame-ancestors {rig.EmulatorAddress}", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await browser.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        Assert.True((await colleague.GetAsync(silent.Address.AbsoluteUri)).Answer.ContainsKey("code")); // nobody else's ended
    }

    [Theory]
    [InlineData("?sid=00000000-0000-4000-8000-000000000000", 200)] // nobody's: nothing to tell apart
    [InlineData("", 200)] // a person comes back from the provider's own sign-out
    [InlineData("?sid=", 400)]
    [InlineData("?sid=a&sid=b", 400)]
    [InlineData("?sid=a&iss=https%3A%2F%2Fevil.example", 400)]
    [Trait("Security", "SEC-005")]
    [Trait("Security", "SEC-015")]
    public async Task Ends_nothing_for_a_front_channel_request_that_names_no_session(string query, int status)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);

        using var cookieless = rig.NewBrowser();
        var answer = await cookieless.GetAsync($"{rig.Address}/sso/{contoso.Connection.Key}/logout{query}");

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
    }
}
