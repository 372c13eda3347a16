using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>Who gets into the console, how, and for how long (SEC-265).</summary>
public sealed class EntranceTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-265")]
    public async Task Opens_to_an_administrator_with_more_than_one_factor()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator));

        var page = await browser.GetAsync(scene.Address);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal(scene.AddressOf(contoso.Organization), page.Address.AbsoluteUri);
        Assert.Equal(contoso.Organization.Name, page.Html.QuerySelector("h1")?.TextContent);
        Assert.Contains(
            "/console/organizations/" + contoso.Slug + "/users",
            page.Html.QuerySelectorAll("nav a").Select(link => link.GetAttribute("href"))
        );
        Assert.Single(await contoso.Rows.AuditAsync("console.entered"));
    }

    [Theory]
    [Trait("Security", "SEC-265")]
    [InlineData(BuiltInRoles.Administrator, false, "console_second_factor_required")]
    [InlineData(BuiltInRoles.Member, true, "console_role_required")]
    public async Task Stays_closed_to_one_factor_and_to_a_role_without_permissions(string role, bool secondFactor, string reason)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, role), secondFactor);

        var page = await browser.GetAsync(scene.Address);

        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Equal(reason, page.Reason);
        Assert.DoesNotContain(browser.Cookies.Keys, cookie => cookie.Name.EndsWith("-console", StringComparison.Ordinal));
        Assert.Equal(reason, Assert.Single(await contoso.Rows.AuditAsync("console.refused")).Reason);
    }

    [Fact]
    public async Task Asks_a_stranger_to_sign_in_and_then_shows_what_was_wanted()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var stranger = rig.NewBrowser();
        Assert.StartsWith(
            rig.Address + "/sign-in",
            (await stranger.GetAsync(scene.AddressOf(contoso.Organization, "users"))).Address.AbsoluteUri,
            StringComparison.Ordinal
        );

        using var browser = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator));
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, "users?search=x"));
        Assert.Equal(scene.AddressOf(contoso.Organization, "users?search=x"), page.Address.AbsoluteUri);
    }

    [Theory] // SEC-012: whatever else is asked for, the way ends in the console
    [Trait("Security", "SEC-012")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/console/..\\evil")]
    [InlineData("/consoles")]
    [InlineData("/connect/authorize")]
    [InlineData("/console/%0d%0aSet-Cookie:x", "/console/%0d%0aSet-Cookie:x")]
    public async Task Returns_to_pages_of_the_console_alone(string wanted, string? kept = null)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator));
        browser.StopAt = rig.Address + "/console/arrive";

        var arrival = await browser.GetAsync($"{scene.Address}/sign-in?return={Uri.EscapeDataString(wanted)}");
        browser.StopAt = null;
        var arrived = await browser.GetAsync(arrival.Location!, follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, arrived.Status);
        Assert.Equal(kept ?? "/console", arrived.Location);
    }

    [Fact] // the address of the arrival is worth nothing to who has seen it
    [Trait("Security", "SEC-032")]
    [Trait("Security", "SEC-341")]
    public async Task Lets_only_the_browser_arrive_that_asked_and_only_once()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator));
        browser.StopAt = rig.Address + "/console/arrive";
        var arrival = (await browser.GetAsync(scene.Address)).Location!;
        browser.StopAt = null;
        using var thief = rig.NewBrowser();

        Assert.Equal("transaction_missing", (await thief.GetAsync(arrival)).Reason);
        using var twin = browser.Clone();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(arrival)).Status);
        Assert.Equal("transaction_missing", (await twin.GetAsync(arrival)).Reason);
    }

    [Fact]
    [Trait("Security", "SEC-034")]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-264")]
    public async Task Closes_at_once_when_the_person_is_blocked_or_loses_the_role()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator); // somebody stays
        var demoted = await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var blocked = await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var first = await scene.BrowserOfAsync(demoted);
        using var second = await scene.BrowserOfAsync(blocked);
        foreach (var browser in (HttpBrowser[])[first, second])
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(scene.Address)).Status);

        await rig
            .Database.In(contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE users SET role_id = (SELECT role_id FROM roles WHERE organization_id = @organization AND key = 'member') WHERE organization_id = @organization AND user_id = @id",
                new { id = demoted.Id.Value },
                default
            );
        await using (var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default))
        {
            var now = rig.Clock.GetUtcNow();
            var done = await rig.Get<Blocks>()
                .BlockAsync(tx, blocked.Id, BlockSource.Administrator, [Channels.Web], null, AnteroomRig.Desk, now, default);
            Assert.True(done.TryGet(out _, out _));
            await tx.CommitAsync(default);
        }

        Assert.Equal("console_role_required", (await first.GetAsync(scene.Address)).Reason);
        Assert.StartsWith(rig.Address + "/sign-in", (await second.GetAsync(scene.Address)).Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-008")]
    [Trait("Security", "SEC-035")]
    public async Task Signs_out_of_console_and_session_alike()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var copy = browser.Clone();

        var question = await browser.ClickAsync(await browser.GetAsync(scene.Address), "Sign out");
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync(scene.Address)).Status); // a link alone ends nothing (SEC-009)
        var done = await browser.SubmitAsync(question);

        Assert.Equal("\"cache\"", done.Headers["Clear-Site-Data"]);
        Assert.StartsWith(rig.Address + "/sign-in", (await copy.GetAsync(scene.Address)).Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(0, await contoso.Rows.CountAsync("console_sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-009")]
    public async Task Refuses_a_form_that_is_not_its_own()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var page = await browser.PostAsync(scene.AddressOf(contoso.Organization, "domains"), [new("name", "evil.example")]);

        Assert.Equal("forgery_suspected", page.Reason);
        Assert.Equal(0, await contoso.Rows.CountAsync("organization_domains"));
    }
}
