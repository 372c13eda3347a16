using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>Settings → Protection → Security: found by whom it belongs to, in effect when it is saved.</summary>
public sealed class SecurityPageTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-01")]
    public async Task Opens_to_an_administrator_and_to_nobody_else()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var address = scene.AddressOf(contoso.Organization, "protection");

        using var administrator = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        Assert.Equal(HttpStatusCode.OK, (await administrator.GetAsync(address)).Status);
        using var worker = await scene.BrowserOfAsync(await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Worker));
        var refused = await worker.GetAsync(address);
        Assert.Equal((HttpStatusCode.Forbidden, "console_role_required"), (refused.Status, refused.Reason));
        using var auditor = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Auditor);
        var reading = await auditor.GetAsync(address);
        Assert.Null(reading.Html.QuerySelector("main button[type=submit]"));
        var token = reading.Html.QuerySelector("main form[method=post] input[type=hidden]")!;
        var tried = await auditor.PostAsync(address, [new(token.GetAttribute("name")!, token.GetAttribute("value")!)]);
        Assert.Equal(HttpStatusCode.Forbidden, tried.Status);
    }

    [Fact]
    [Trait("Capability", "HEC-16")]
    public async Task Shows_what_is_saved_also_before_the_change_was_announced()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var administrator = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, "protection");
        Assert.Null((await administrator.GetAsync(address)).Html.QuerySelector("[name=allowPasskeys][checked]"));

        await rig.Get<Database>()
            .In(contoso.Organization.Id)
            .ExecuteAsync(
                """
                UPDATE organizations SET settings = jsonb_set(settings, '{signIn,allowPasskeys}', 'true') WHERE organization_id = @organization
                """,
                null,
                default
            );
        Assert.NotNull((await administrator.GetAsync(address)).Html.QuerySelector("[name=allowPasskeys][checked]"));
    }

    [Fact]
    [Trait("Capability", "HEC-02")]
    public async Task Is_found_by_the_words_of_the_guide_and_holds_every_setting_of_the_sign_in()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var overview = await browser.GetAsync(scene.AddressOf(contoso.Organization));
        var entry = overview.Html.QuerySelectorAll("nav a").First(link => link.TextContent.Trim() == "Protection");
        var page = await browser.GetAsync(rig.Address + entry.GetAttribute("href"));
        Assert.Equal("Security", page.Html.QuerySelector("main h1")!.TextContent);
        Assert.Equal("OpenId Connect Initial Setup", page.Html.QuerySelector("main summary")!.TextContent.Trim());
        foreach (
            var label in (string[])
                [
                    "Authentication method",
                    "Authorized Domains",
                    "Account Required To Connect",
                    "Hide login option for local accounts",
                    "Auto connect users",
                    "Redirect Uri",
                    "Logout Uri",
                    "Tenant",
                    "Client ID",
                    "Client Secret",
                ]
        )
            Assert.Contains(label, page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-03")]
    [Trait("Capability", "HEC-16")]
    public async Task The_sign_in_changes_with_the_authentication_method_each_time_it_is_saved()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, "protection");

        // Local without anything local would lock everybody out.
        var locked = await SaveAsync(new() { ["authenticationMethod"] = "local" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, locked.Status);
        Assert.Null((await StoredAsync(rig, contoso)).Settings.SignIn.AuthenticationMethod);
        Assert.Equal((true, false), await OffersAsync());

        await SaveAsync(new() { ["allowPasswords"] = "on", ["authenticationMethod"] = "local" });
        Assert.Equal((false, true), await OffersAsync());
        await SaveAsync(new() { ["authenticationMethod"] = "entra" });
        Assert.Equal((true, true), await OffersAsync());
        await SaveAsync(new() { ["authenticationMethod"] = "local" });
        Assert.Equal((false, true), await OffersAsync());
        // A page that is looked at and left changes nothing.
        var left = await browser.GetAsync(address);
        Assert.Equal("local", left.Html.QuerySelector("select[name=authenticationMethod] option[selected]")!.GetAttribute("value"));
        Assert.Equal("local", (await StoredAsync(rig, contoso)).Settings.SignIn.AuthenticationMethod);

        async Task<Page> SaveAsync(Dictionary<string, string> fill) =>
            await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), fill);

        async Task<(bool Provider, bool Password)> OffersAsync()
        {
            await rig.HeardAsync(contoso.Organization.Id);
            using var person = rig.NewBrowser();
            var page = await person.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
            return (
                page.Address.AbsoluteUri.StartsWith(rig.EmulatorAddress, StringComparison.Ordinal)
                    || page.Html.QuerySelector("[name=connection]") is not null,
                page.Address.AbsolutePath == "/sign-in/password" || page.Html.QuerySelector("a[href^='/sign-in/password']") is not null
            );
        }
    }

    private static async Task<Organization> StoredAsync(AnteroomRig rig, Contoso contoso) =>
        (await rig.Get<OrganizationDirectory>().ReadAsync(contoso.Organization.Id, default))!;
}
