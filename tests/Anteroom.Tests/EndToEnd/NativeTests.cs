using Anteroom.Harness;
using Anteroom.Samples.CommandLine;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Installed applications: the browser of the system, PKCE, an answer on loopback or to a scheme of their own (RFC 8252), and roles that are for them alone.</summary>
public sealed class NativeTests(SharedRig shared)
{
    private const string PrivateUse = "com.example.app:/callback";

    [Theory]
    [InlineData("user name")]
    [InlineData("company code")]
    [Trait("Capability", "HEL-17")]
    public async Task The_sample_command_signs_in_by_both_entries(string entry)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, mira);
        var application = await RelyingParty.RegisterAsync(
            rig,
            clientKind: "native",
            change: draft => draft with { RedirectUris = ["http://127.0.0.1/callback"], PostLogoutRedirectUris = [] }
        );
        using var http = new HttpClient();
        using var browser = rig.NewBrowser();
        var shown = new TaskCompletionSource<Uri>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        var running = new NativeSignIn(http, rig.Address, application.ClientId, shown.SetResult).RunAsync(null, patience.Token);
        var question = await browser.GetAsync((await shown.Task).AbsoluteUri);
        var typed = entry == "user name" ? mira.UserName : contoso.Code;
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = typed });
        var end = await EntraPages.SignInAsync(browser, entra, mira);

        Assert.Contains("close this window", end.Body, StringComparison.Ordinal);
        var claims = await running;
        Assert.Equal((account.Subject, contoso.Slug), (claims["sub"], claims["org_slug"]));
    }

    [Fact]
    [Trait("Capability", "HEL-17")]
    public async Task An_application_is_answered_at_a_scheme_of_its_own()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var application = await RelyingParty.RegisterAsync(
            rig,
            clientKind: "native",
            change: draft => draft with { RedirectUris = [PrivateUse], PostLogoutRedirectUris = [] }
        );
        using var browser = rig.NewBrowser();
        browser.StopAt = PrivateUse;

        var attempt = application.Begin(("organization", contoso.Slug), ("redirect_uri", PrivateUse));
        var end = await Contoso.SignInAsync(browser, attempt, await contoso.AddPersonAsync());

        Assert.StartsWith(PrivateUse + "?", end.Location!, StringComparison.Ordinal);
        var tokens = await application.FormAsync(
            "/connect/token",
            0,
            ("grant_type", "authorization_code"),
            ("code", end.Answer["code"]),
            ("redirect_uri", PrivateUse),
            ("code_verifier", attempt.Verifier)
        );
        Assert.True(tokens.IsSuccess, tokens.Body);
    }

    [Theory]
    [InlineData(Channels.Native)]
    [InlineData(Channels.Web)]
    [Trait("Security", "SEC-039")]
    [Trait("Capability", "HEL-17")]
    public async Task A_role_comes_in_by_its_own_channel_and_by_no_other(string allowed)
    {
        var (rig, web) = await shared.GetAsync();
        var native = await RelyingParty.RegisterAsync(rig, clientKind: "native");
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        await contoso.AddAccountAsync(mira.UserName, mira);
        await AllowOnlyAsync(contoso, allowed);
        var (welcome, refused) = allowed == Channels.Native ? (native, web) : (web, native);
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(welcome, browser, mira)).IsSuccess);

        // The session that it leaves in the browser opens nothing of the other channel.
        var before = await contoso.Rows.CountAsync();
        var page = await Contoso.SignInAsync(browser, refused.Begin(("organization", contoso.Slug)), mira);
        Assert.Equal("channel_not_allowed", page.Reason);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("login_required", (await browser.GetAsync(Silent(refused, contoso))).Answer["error"]);
        Assert.True((await browser.GetAsync(Silent(welcome, contoso))).Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-039")]
    public async Task Nobody_gets_an_account_by_an_application_that_the_role_may_not_use()
    {
        var (rig, web) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        await AllowOnlyAsync(contoso, Channels.Native);
        using var browser = rig.NewBrowser();
        var before = await contoso.Rows.CountAsync();

        var page = await Contoso.SignInAsync(browser, web.Begin(("organization", contoso.Slug)), await contoso.AddPersonAsync());

        Assert.Equal("channel_not_allowed", page.Reason);
        Assert.Equal(before, await contoso.Rows.CountAsync());
    }

    private static string Silent(RelyingParty application, Contoso contoso) =>
        application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri;

    private static Task<int> AllowOnlyAsync(Contoso contoso, string channel) =>
        contoso.Rows.FirstAsync<int>(
            "WITH changed AS (UPDATE roles SET channels = ARRAY[@channel] WHERE organization_id = @organization RETURNING 1) SELECT 1 FROM changed",
            new { channel }
        );
}
