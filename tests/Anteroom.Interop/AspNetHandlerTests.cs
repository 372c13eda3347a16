using System.Net;
using System.Text.Json.Nodes;
using Anteroom.Harness;
using Microsoft.AspNetCore.Authentication;

namespace Anteroom.Interop;

/// <summary>ASP.NET Core's own OpenIdConnect handler as an application of ours, told no more than issuer, client and organization.</summary>
/// <remarks>It pushes its requests because our metadata offer that (RFC 9126), takes answers by form_post, and knows no back channel.</remarks>
public sealed class AspNetHandlerTests : IAsyncLifetime
{
    private readonly int _port = FreePort.Next();
    private AnteroomRig _rig = null!;
    private Contoso _contoso = null!;
    private Person _mira = null!;
    private AspNetApplication _application = null!;

    private string Site => $"http://localhost:{_port}";

    public async ValueTask InitializeAsync()
    {
        _rig = await AnteroomRig.StartAsync();
        _contoso = await Contoso.CreateAsync(_rig);
        _mira = await _contoso.AddPersonAsync();
        var client = await RelyingParty.RegisterAsync(
            _rig,
            change: plain =>
                plain with
                {
                    Name = "ASP.NET Core",
                    ClientAuthentication = "client_secret_post", // the one way the handler knows
                    RedirectUris = [Site + AspNetApplication.RedirectPath],
                    PostLogoutRedirectUris = [Site + AspNetApplication.SignedOutPath],
                    FrontChannelLogoutUri = Site + AspNetApplication.RemoteSignOutPath,
                }
        );
        _application = await AspNetApplication.StartAsync(_port, client, _rig.Address, _contoso.Slug);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        await _rig.DisposeAsync();
    }

    // HID-65, SEC-093, SEC-105: a pushed request, code with PKCE by form_post, id_token and userinfo.
    [Fact, Trait("Capability", "HID-65"), Trait("Security", "SEC-093"), Trait("Security", "SEC-105")]
    public async Task The_handler_lets_a_person_in()
    {
        using var browser = NewBrowser();
        var who = await SignInAsync(browser);

        Assert.Equal("Mira Koch", who.Text("claims", "name"));
        Assert.Equal(_contoso.Slug, who.Text("claims", "org_slug"));
        Assert.NotEmpty(who.Text("claims", "sub")!);
        Assert.Equal("Mira Koch", who.Text("userinfo")); // the handler refuses another sub there than in the id_token
        Assert.NotEmpty(who.Text("accessToken")!);
        Assert.NotEmpty(who.Text("refreshToken")!);

        var asked = browser.Visited.Single(address => address.AbsolutePath == "/connect/authorize");
        // Pushed: what the request says is not in the address, but for the handler's own name and version.
        Assert.Equal(["client_id", "request_uri", "x-client-SKU", "x-client-ver"], Queries.Read(asked).Keys.Order(StringComparer.Ordinal));
        Assert.Empty(browser.Visited.Single(address => address.AbsolutePath == AspNetApplication.RedirectPath).Query); // posted
    }

    // SEC-101: out by the application's own wish, with its id_token as the hint, and back to where it wanted.
    [Fact, Trait("Capability", "HID-65"), Trait("Security", "SEC-101")]
    public async Task The_handler_lets_a_person_out()
    {
        using var browser = NewBrowser();
        await SignInAsync(browser);

        var entra = await browser.GetAsync($"{Site}/sign-out");
        Assert.True(
            Queries.Read(browser.Visited.Last(address => address.AbsolutePath == "/connect/endsession")).ContainsKey("id_token_hint")
        );
        var last = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
        await browser.GetAsync(last.Html.QuerySelector("iframe")!.GetAttribute("src")!); // the handler is told there, too
        var outside = await browser.GetAsync(last.Headers["Refresh"].Split("url=", 2)[1]); // our page goes on by itself

        Assert.Equal("You are out.", outside.Body);
        Assert.Equal($"{Site}/out", outside.Address.AbsoluteUri); // the handler found its state in the answer
        Assert.False(_rig.HasSession(browser));
        Assert.False(await IsInAsync(browser));
    }

    // OIDC Front-Channel Logout §3: the frame of our page carries iss and sid, and the handler ends the session that has this sid.
    [Fact, Trait("Security", "SEC-365"), Trait("Capability", "HID-65")]
    public async Task The_handler_ends_its_session_when_its_frame_is_loaded()
    {
        using var browser = NewBrowser();
        var who = await SignInAsync(browser);
        var page = await SignOutElsewhereAsync(browser);
        var frame = page.Html.QuerySelector("iframe")!.GetAttribute("src")!;
        Assert.Equal(who.Text("claims", "sid"), Queries.Read(new Uri(frame))["sid"]);

        Assert.True(await IsInAsync(browser)); // it hears of it by the frame alone
        await browser.GetAsync(frame.Replace(Queries.Read(new Uri(frame))["sid"], "another", StringComparison.Ordinal));
        Assert.True(await IsInAsync(browser)); // not its session
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(frame)).Status);
        Assert.False(await IsInAsync(browser));
    }

    // SEC-092: our answer, posted by another browser than the one that asked.
    [Fact, Trait("Security", "SEC-092")]
    public async Task The_handler_refuses_an_answer_that_it_did_not_ask_for()
    {
        using var browser = NewBrowser();
        var answer = await EntraPages.SignInAsync(browser, await browser.GetAsync(Site), _mira);
        using var other = NewBrowser();

        Assert.Equal(HttpStatusCode.Forbidden, (await other.SubmitAsync(answer)).Status);
        var refused = Assert.IsType<AuthenticationFailureException>(_application.Refused);
        Assert.Contains("Correlation failed", refused.Message, StringComparison.Ordinal);
    }

    private static HttpBrowser NewBrowser() => new() { StopAt = RelyingParty.Origin };

    private async Task<JsonNode> SignInAsync(HttpBrowser browser)
    {
        var answer = await EntraPages.SignInAsync(browser, await browser.GetAsync(Site), _mira);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Address} {answer.Status} {answer.Text} {_application.Refused}");
        var inside = await browser.SubmitAsync(answer); // as the page's script does
        Assert.True(inside.Status == HttpStatusCode.OK, $"{inside.Address} {inside.Status} {inside.Text} {_application.Refused}");
        return JsonNode.Parse(inside.Body)!;
    }

    private async Task<bool> IsInAsync(HttpBrowser browser) => (await browser.GetAsync(Site, follow: false)).Status == HttpStatusCode.OK;

    /// <summary>The same browser signs in to a second application and out of it, with that application's id_token.</summary>
    private async Task<Page> SignOutElsewhereAsync(HttpBrowser browser)
    {
        var other = await RelyingParty.RegisterAsync(_rig);
        var attempt = other.Begin(("organization", _contoso.Slug));
        var tokens = await other.RedeemAsync(attempt, await browser.GetAsync(attempt.Address.AbsoluteUri));
        var entra = await browser.GetAsync(
            $"{_rig.Address}/connect/endsession?id_token_hint={tokens.IdToken}&post_logout_redirect_uri={Uri.EscapeDataString(RelyingParty.SignedOutUri)}"
        );
        return await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
    }
}
