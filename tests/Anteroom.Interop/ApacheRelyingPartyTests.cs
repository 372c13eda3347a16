using System.Net;
using System.Text.Json.Nodes;
using Anteroom.Harness;
using Anteroom.Interop.Entra;

namespace Anteroom.Interop;

/// <summary>Debian's libapache2-mod-auth-openidc as an application of ours: Apache guards a site, we sign its people in and out.</summary>
/// <remarks>
/// By client_secret_basic: the assertions of Debian 12's version (2.4.12) name the token endpoint as their audience, which nobody should accept any more
/// (CVE-2025-27370) and we do not (SEC-097).
/// </remarks>
public sealed class ApacheRelyingPartyTests : IAsyncLifetime
{
    private readonly int _port = FreePort.Next();
    private AnteroomRig _rig = null!;
    private Contoso _contoso = null!;
    private Person _mira = null!;

    private string Site => $"http://localhost:{_port}";

    public async ValueTask InitializeAsync()
    {
        _rig = await AnteroomRig.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["Anteroom:AllowedTargets:1"] = Site } } // for the back channel
        );
        _contoso = await Contoso.CreateAsync(_rig);
        _mira = await _contoso.AddPersonAsync();
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    // HID-65, SEC-093, SEC-101: code with PKCE, userinfo, claims in the environment, a refresh, and out by the application's own wish.
    [Fact, Trait("Capability", "HID-65"), Trait("Security", "SEC-093"), Trait("Security", "SEC-101")]
    public async Task Mod_auth_openidc_lets_a_person_in_refreshes_and_lets_them_out()
    {
        await using var apache = await StartAsync(await RegisterAsync());
        using var browser = NewBrowser();

        var inside = await SignInAsync(browser, apache);
        Assert.Equal("Mira Koch", inside.Headers["X-Name"]);
        Assert.Equal(_contoso.Slug, inside.Headers["X-Org"]);
        Assert.Equal("worker", inside.Headers["X-Role"]);
        var asked = browser.Visited.Single(address => address.AbsolutePath == "/connect/authorize");
        Assert.Equal("S256", Queries.Read(asked)["code_challenge_method"]);

        // What userinfo said; the module refuses another sub there than in the id_token.
        var told = JsonNode.Parse(inside.Headers["X-Userinfo"])!;
        Assert.Equal(inside.Headers["X-Sub"], (string?)told["sub"]);
        Assert.Equal("Mira Koch", (string?)told["name"]);

        var before = inside.Headers["X-Access-Token"];
        var back = Uri.EscapeDataString($"{Site}/secure/page.txt");
        var refreshed = await browser.GetAsync($"{Site}/secure/redirect_uri?refresh={back}&access_token={Uri.EscapeDataString(before)}");
        Assert.Equal($"{Site}/secure/page.txt", refreshed.Address.AbsoluteUri); // an error would be in its query
        Assert.Equal("You are in.", refreshed.Body);
        Assert.NotEqual(before, refreshed.Headers["X-Access-Token"]);
        Assert.Equal(inside.Headers["X-Sub"], refreshed.Headers["X-Sub"]);

        var entra = await browser.GetAsync($"{Site}/secure/redirect_uri?logout={Uri.EscapeDataString($"{Site}/out.txt")}");
        var outside = await browser.GetAsync(entra.Html.QuerySelector("#continue")!.GetAttribute("href")!);
        Assert.Equal("You are out.", outside.Body);
        var ended = browser.Visited.Last(address => address.AbsolutePath == "/connect/endsession");
        Assert.True(Queries.Read(ended).ContainsKey("id_token_hint"));
        Assert.False(_rig.HasSession(browser));
        Assert.NotNull((await browser.GetAsync($"{Site}/secure/page.txt")).Html.QuerySelector("[name=loginfmt]")); // Entra's session has ended, too
    }

    // SEC-109: the session ends at another application, and Apache hears of it from us, without a browser.
    [Fact, Trait("Security", "SEC-109"), Trait("Capability", "HID-65")]
    public async Task Mod_auth_openidc_ends_its_session_when_the_back_channel_says_so()
    {
        await using var apache = await StartAsync(
            await RegisterAsync(draft => draft with { BackChannelLogoutUri = $"{Site}/secure/redirect_uri?logout=backchannel" })
        );
        using var browser = NewBrowser();
        await SignInAsync(browser, apache);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser));

        await SignOutElsewhereAsync(browser);
        await Poll.UntilAsync(
            "Apache has forgotten the person",
            TimeSpan.FromSeconds(30),
            async () => await StatusAsync(browser) == HttpStatusCode.Redirect
        );
    }

    // The counterpart: where no address is registered nobody is told, and the test above would have seen it.
    [Fact, Trait("Security", "SEC-109")]
    public async Task Mod_auth_openidc_keeps_its_session_where_nobody_tells_it()
    {
        await using var apache = await StartAsync(await RegisterAsync());
        using var browser = NewBrowser();
        await SignInAsync(browser, apache);

        await SignOutElsewhereAsync(browser);
        await Assert.ThrowsAsync<TimeoutException>(() =>
            Poll.UntilAsync("Apache hears of it", TimeSpan.FromSeconds(5), async () => await StatusAsync(browser) != HttpStatusCode.OK)
        );
    }

    // OIDC Front-Channel Logout §3: the frame of our page carries iss and sid, and the module ends that session.
    [Fact, Trait("Security", "SEC-365"), Trait("Capability", "HID-65")]
    public async Task Mod_auth_openidc_ends_its_session_when_its_frame_is_loaded()
    {
        await using var apache = await StartAsync(
            await RegisterAsync(draft => draft with { FrontChannelLogoutUri = $"{Site}/secure/redirect_uri?logout=get" })
        );
        using var browser = NewBrowser();
        await SignInAsync(browser, apache);

        var page = await SignOutElsewhereAsync(browser);
        var frame = page.Html.QuerySelector("iframe")!.GetAttribute("src")!;
        Assert.Equal(_rig.Address, Queries.Read(new Uri(frame))["iss"]);
        Assert.NotEmpty(Queries.Read(new Uri(frame))["sid"]);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(frame)).Status);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(browser));
    }

    private static HttpBrowser NewBrowser() => new() { ExtraHeaders = { ["Accept"] = "text/html,*/*" }, StopAt = RelyingParty.Origin };

    private Task<RelyingParty> RegisterAsync(
        Func<Server.Federation.Applications.ApplicationDraft, Server.Federation.Applications.ApplicationDraft>? change = null
    ) =>
        RelyingParty.RegisterAsync(
            _rig,
            change: plain =>
            {
                var own = plain with
                {
                    Name = "Apache",
                    RedirectUris = [$"{Site}/secure/redirect_uri"],
                    PostLogoutRedirectUris = [$"{Site}/out.txt"],
                };
                return change?.Invoke(own) ?? own;
            }
        );

    private async Task<Page> SignInAsync(HttpBrowser browser, ApacheServer apache)
    {
        var inside = await EntraPages.SignInAsync(browser, await browser.GetAsync($"{Site}/secure/page.txt"), _mira);
        Assert.True(inside.Status == HttpStatusCode.OK, $"{inside.Address} {inside.Text}\n{apache.ErrorLog}");
        Assert.Equal("You are in.", inside.Body);
        return inside;
    }

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

    private async Task<HttpStatusCode> StatusAsync(HttpBrowser browser) =>
        (await browser.GetAsync($"{Site}/secure/page.txt", follow: false)).Status;

    private Task<ApacheServer> StartAsync(RelyingParty client) =>
        ApacheServer.StartAsync(
            address =>
                $$"""
                    OIDCProviderMetadataURL {{_rig.Address}}/.well-known/openid-configuration
                    OIDCClientID {{client.ClientId}}
                    OIDCClientSecret {{client.ClientSecret}}
                    OIDCRedirectURI {{address}}/secure/redirect_uri
                    OIDCCryptoPassphrase a-passphrase-of-this-test-alone
                    OIDCScope "openid email profile offline_access"
                    OIDCPKCEMethod S256
                    OIDCAuthRequestParams organization={{_contoso.Slug}}
                    OIDCPassUserInfoAs claims json
                    <Location /secure>
                      AuthType openid-connect
                      Require valid-user
                      Header set X-Sub "%{OIDC_CLAIM_sub}e"
                      Header set X-Name "%{OIDC_CLAIM_name}e"
                      Header set X-Org "%{OIDC_CLAIM_org_slug}e"
                      Header set X-Role "%{OIDC_CLAIM_role}e"
                      Header set X-Userinfo "%{OIDC_userinfo_json}e"
                      Header set X-Access-Token "%{OIDC_access_token}e"
                    </Location>

                    """,
            _port
        );
}
