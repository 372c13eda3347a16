using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>What administrators do in the console.</summary>
public sealed class AdministeringTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-320")]
    public async Task Deactivates_a_person_after_telling_what_it_means_and_the_session_dies()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var mira = await contoso.AddPersonAsync();
        using var member = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, member, mira)).IsSuccess);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var list = await browser.GetAsync(scene.AddressOf(contoso.Organization, "users?search=mira"));
        var person = await browser.ClickAsync(list, "Mira");
        Assert.Contains("Signed in", person.Text, StringComparison.Ordinal);
        var question = await browser.ClickAsync(person, "Deactivate");
        Assert.Contains("Sessions that end now: 1", question.Text, StringComparison.Ordinal);
        var done = await ConsoleForm.SubmitAsync(browser, question, new() { ["reason"] = "Left the company" });

        Assert.NotNull(done.Html.QuerySelector("[role=status]"));
        Assert.Contains("Left the company", done.Text, StringComparison.Ordinal);
        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await member.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        var row = Assert.Single(await contoso.Rows.AuditAsync("user.blocked"));
        Assert.Equal("user", row.ActorKind);

        var again = await browser.GetAsync(done.Address.GetLeftPart(UriPartial.Path));
        var activated = await ConsoleForm.SubmitAsync(browser, again, []);
        Assert.DoesNotContain("Left the company", activated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explains_why_somebody_was_refused()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var mira = await contoso.AddPersonAsync();
        using var member = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, member, mira)).IsSuccess);
        await contoso.ChangeAsync(settings => settings with { AuthorizedDomains = ["elsewhere.example"] });
        using var refused = rig.NewBrowser();
        Assert.Equal(
            "domain_not_authorized",
            (await Contoso.SignInAsync(refused, application.Begin(("organization", contoso.Slug)), mira)).Reason
        );
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Auditor);

        var overview = await browser.GetAsync(scene.AddressOf(contoso.Organization));
        Assert.Contains("domain_not_authorized", overview.Text, StringComparison.Ordinal);
        var person = await browser.ClickAsync(await browser.GetAsync(scene.AddressOf(contoso.Organization, "users?search=mira")), "Mira");

        Assert.Contains("Authorized domains", person.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Null(person.Html.QuerySelector("a[href$=deactivate]")); // an auditor changes nothing
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-263")]
    [Trait("Security", "SEC-267")]
    public async Task Makes_an_api_key_that_is_shown_once_and_never_does_more_than_its_maker()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, "api-keys");
        var page = await browser.GetAsync(address);
        var token = page.Html.QuerySelector("main form input[type=hidden]")!;
        KeyValuePair<string, string>[] form = [new(token.GetAttribute("name")!, token.GetAttribute("value")!), new("name", "Nightly")];

        var tooMuch = await browser.PostAsync(address, [.. form, new("permission", Permissions.OrganizationsOperate)]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMuch.Status);
        var made = await browser.PostAsync(address, [.. form, new("permission", Permissions.UsersRead)]);

        var key = made.Html.QuerySelector("pre code")!.TextContent;
        Assert.StartsWith("ak_", key, StringComparison.Ordinal);
        Assert.DoesNotContain(key, (await browser.GetAsync(address)).Body, StringComparison.Ordinal);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"{rig.Address}/api/v1/organizations/{contoso.Slug}/users")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await client.GetAsync($"{rig.Address}/api/v1/organizations/{contoso.Slug}/roles")).StatusCode
        );
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    public async Task Asks_again_who_somebody_is_before_a_sensitive_change()
    {
        await using var rig = await AnteroomRig.StartAsync(); // its clock is moved
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, "api-keys");
        var token = (await browser.GetAsync(address)).Html.QuerySelector("main form input[type=hidden]")!;
        rig.Clock.Advance(TimeSpan.FromMinutes(6));

        Assert.NotNull((await browser.GetAsync(address)).Html.QuerySelector("main a[href*='fresh=yes']"));
        var refused = await browser.PostAsync(
            address,
            [new(token.GetAttribute("name")!, token.GetAttribute("value")!), new("name", "Late"), new("permission", Permissions.UsersRead)],
            follow: false
        );

        Assert.Equal("authentication_too_old", refused.Reason);
        Assert.NotNull(refused.Html.QuerySelector("a[href^='/console/sign-in?'][href*='fresh=yes']"));
        Assert.Equal(0, await contoso.Rows.CountAsync("api_keys"));
    }

    [Fact]
    public async Task Keeps_what_was_typed_beside_the_fault()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);

        var form = await browser.GetAsync(scene.Address + "/organizations/new");
        var page = await ConsoleForm.SubmitAsync(browser, form, new() { ["name"] = "<b>Fabrikam</b>", ["slug"] = "not a slug" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.NotNull(page.Html.QuerySelector("[role=alert]"));
        Assert.Equal("<b>Fabrikam</b>", page.Html.QuerySelector("input[name=name]")!.GetAttribute("value"));
        Assert.Equal("not a slug", page.Html.QuerySelector("input[name=slug]")!.GetAttribute("value"));
        Assert.Null(page.Html.QuerySelector("main b"));
    }

    [Fact]
    public async Task Asks_before_a_key_or_a_secret_ends_for_good()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var keys = scene.AddressOf(contoso.Organization, "api-keys");
        Dictionary<string, string> robot = new() { ["name"] = "Payroll robot", ["permission"] = Permissions.UsersRead };
        await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(keys), robot);
        var form = await browser.GetAsync(scene.AddressOf(contoso.Organization, "applications/new"));
        await ConsoleForm.SubmitAsync(browser, form, new() { ["name"] = "Portal", ["redirectUris"] = "https://portal.example/cb" });
        var portal = (await browser.ClickAsync(await browser.GetAsync(scene.AddressOf(contoso.Organization, "applications")), "Portal"))
            .Address
            .AbsoluteUri;

        await RevokeAsync(keys, "Revoke Payroll robot?");
        await RevokeAsync(portal, "Revoke the secret that ends in");

        async Task RevokeAsync(string address, string title)
        {
            var question = await browser.ClickAsync(await browser.GetAsync(address), "Revoke");
            Assert.StartsWith(title, question.Html.QuerySelector("main h1")!.TextContent, StringComparison.Ordinal);
            Assert.Contains("cannot be undone", question.Html.QuerySelector(".consequences")!.TextContent, StringComparison.Ordinal);
            Assert.DoesNotContain("Revoked", (await browser.GetAsync(address)).Text, StringComparison.Ordinal); // asked, and left
            Assert.Contains("Revoked", (await ConsoleForm.SubmitAsync(browser, question)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Keeps_the_ticks_of_a_key_that_has_no_name_yet()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await browser.GetAsync(scene.AddressOf(contoso.Organization, "api-keys"));

        var page = await ConsoleForm.SubmitAsync(browser, form, new() { ["name"] = " ", ["permission"] = Permissions.UsersRead });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(
            [Permissions.UsersRead],
            page.Html.QuerySelectorAll("input[name=permission][checked]").Select(tick => tick.GetAttribute("value"))
        );
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public async Task Pages_through_users_by_key()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        for (var number = 0; number < 60; number++)
            await contoso.AddAccountAsync($"person{number:00}@{contoso.Domain}", null);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var first = await browser.GetAsync(scene.AddressOf(contoso.Organization, "users?search=person"));
        var second = await browser.ClickAsync(first, "Next page");

        List<string> names = [.. Names(first), .. Names(second)];
        Assert.Equal(50, Names(first).Count());
        Assert.Equal(60, names.Distinct().Count());
        Assert.Contains("search=person", second.Address.Query, StringComparison.Ordinal);
        Assert.Null(second.Html.QuerySelector("a[rel=next]"));

        static IEnumerable<string> Names(Page page) =>
            page.Html.QuerySelectorAll("tbody tr td:first-child a").Select(link => link.GetAttribute("href")!);
    }
}
