using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.EndToEnd.Sharing;

/// <summary>Entra signs somebody out of the shared app: one address for all organizations, no cookie, and at most the issuer beside the <c>sid</c>.</summary>
public sealed class SharedSignOutTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-29")]
    [Trait("Security", "SEC-005")]
    public async Task Ends_the_session_in_every_organization_that_it_led_to_and_nobody_elses()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await BoundAsync(rig, app);
        var subsidiary = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(subsidiary.Organization.Id, contoso.TenantId);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        using var colleague = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        await subsidiary.SignInAsync(application, browser, mira);
        await contoso.SignInAsync(application, colleague, await contoso.AddPersonAsync("jonas"));

        var choice = await browser.GetAsync($"{rig.EmulatorAddress}/{contoso.TenantId}/oauth2/v2.0/logout");
        var signedOut = await browser.SubmitAsync(choice, button: mira.ObjectId.ToString());
        var frame = Assert.Single(signedOut.Html.QuerySelectorAll("iframe")).GetAttribute("src")!;
        Assert.StartsWith(rig.Address + "/sso/logout?sid=", frame, StringComparison.Ordinal);
        using var cookieless = rig.NewBrowser();
        var answer = await cookieless.GetAsync(frame);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Contains($"frame-ancestors {rig.EmulatorAddress}", answer.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Equal((1, 0), (await contoso.Rows.CountAsync("sessions"), await subsidiary.Rows.CountAsync("sessions")));
        foreach (var organization in (Contoso[])[contoso, subsidiary])
        {
            var ended = Assert.Single(await organization.Rows.AuditAsync("session.ended"));
            Assert.Equal(("system", "provider_sign_out"), (ended.ActorKind, ended.Reason));
            var silent = application.Begin(("organization", organization.Slug), ("prompt", "none"));
            Assert.Equal("login_required", (await browser.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        }
        var others = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.True((await colleague.GetAsync(others.Address.AbsoluteUri)).Answer.ContainsKey("code"));
    }

    [Theory]
    [InlineData("sid=00000000-0000-4000-8000-000000000000", 200)] // nobody's: nothing to tell apart
    [InlineData("", 200)] // a person comes back from Entra's own sign-out
    [InlineData("sid=", 400)]
    [InlineData("iss={iss}", 400)]
    [InlineData("sid={sid}&sid={sid}", 400)]
    [InlineData("sid={sid}{sid}{sid}{sid}{sid}{sid}{sid}{sid}", 400)] // longer than any
    [InlineData("sid={sid}&iss={iss}&iss={iss}", 400)]
    [InlineData("sid={sid}&iss=https%3A%2F%2Fevil.example", 400)]
    [InlineData("sid={sid}&iss={iss}%2F", 400)]
    [InlineData("sid={sid}&iss={other}", 200)] // a tenant, but another one
    [InlineData("sid={own}", 200)] // of a session that came by an own app, which has its own address
    [Trait("Security", "SEC-005")]
    [Trait("Security", "SEC-015")]
    [Trait("Security", "SEC-063")]
    public async Task Ends_nothing_for_a_request_that_names_no_session_of_the_shared_app(string query, int status)
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, own) = (await BoundAsync(rig, await AppAsync(rig)), await Contoso.CreateAsync(rig));
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        await own.SignInAsync(application, browser, await own.AddPersonAsync("dana"));
        var (came, brought) = (await CameByAsync(contoso), await CameByAsync(own));

        using var cookieless = rig.NewBrowser();
        var asked = query
            .Replace("{sid}", came.Sid, StringComparison.Ordinal)
            .Replace("{own}", brought.Sid, StringComparison.Ordinal)
            .Replace("{iss}", Uri.EscapeDataString(came.Issuer), StringComparison.Ordinal)
            .Replace("{other}", Uri.EscapeDataString(brought.Issuer), StringComparison.Ordinal);
        var answer = await cookieless.GetAsync($"{rig.Address}/sso/logout?{asked}");

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal((1, 1), (await contoso.Rows.CountAsync("sessions"), await own.Rows.CountAsync("sessions")));
    }

    [Fact]
    [Trait("Capability", "HEC-29")]
    public async Task Ends_it_also_where_app_and_tenant_were_taken_away_meanwhile()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var binding = await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var came = await CameByAsync(contoso);
        await rig.Get<ChangeTenantBindings>().RemoveAsync(contoso.Organization.Id, binding.Id, AnteroomRig.Desk, default);
        await app.ChangeAsync(SharedRegistrationState.Disabled);

        using var cookieless = rig.NewBrowser();
        await cookieless.GetAsync($"{rig.Address}/sso/logout?sid={came.Sid}&iss={Uri.EscapeDataString(came.Issuer)}");

        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact] // the same session here, renewed by the organization's own app: that app's address is the one that ends it
    [Trait("Capability", "HEC-37")]
    [Trait("Security", "SEC-005")]
    public async Task Leaves_a_session_that_an_own_app_renewed()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await BoundAsync(rig, await AppAsync(rig));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        var before = await CameByAsync(contoso);
        await contoso.OwnAsync();
        var attempt = application.Begin(("organization", contoso.Slug), ("prompt", "login"));
        await application.RedeemAsync(attempt, await Contoso.SignInAsync(browser, attempt, mira));
        var after = await CameByAsync(contoso);
        Assert.Equal((before.Sid, contoso.ClientId.ToString()), (after.Sid, after.Client));
        Assert.NotEqual(before.Client, after.Client);

        using var cookieless = rig.NewBrowser();
        await cookieless.GetAsync($"{rig.Address}/sso/logout?sid={after.Sid}");
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        await cookieless.GetAsync($"{contoso.Connection.LogoutUri(rig.Address)}?sid={after.Sid}");
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Knows_a_session_by_nothing_but_its_own_sid()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await BoundAsync(rig, await AppAsync(rig));
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var came = await CameByAsync(contoso);

        var found = Assert.Single(await rig.Get<SharedSessions>().FindAsync(came.Sid, default));
        Assert.Equal((contoso.Organization.Id, came.Client), (found.Organization, found.ClientId));
        Assert.Empty(await rig.Get<SharedSessions>().FindAsync(came.Sid.ToUpperInvariant(), default));
    }

    /// <summary>One for the tests that change nothing about it: an installation has few clouds.</summary>
    private static Task<SharedApp> AppAsync(AnteroomRig rig) => Apps.GetOrAdd(rig, one => SharedApp.CreateAsync(one, keep: true));

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<AnteroomRig, Task<SharedApp>> Apps = new();

    private static async Task<Contoso> BoundAsync(AnteroomRig rig, SharedApp app)
    {
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        return contoso;
    }

    /// <summary>Where the organization's one session came from.</summary>
    private static async Task<Upstream> CameByAsync(Contoso contoso) =>
        (
            await contoso.Rows.FirstAsync<Upstream>(
                """
                SELECT upstream_sid AS sid, upstream_issuer AS issuer, upstream_client_id AS client
                  FROM sessions WHERE organization_id = @organization
                """
            )
        )!;

    private sealed record Upstream(string Sid, string Issuer, string Client);
}
