using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>What administrators change in the console, and what becomes of two who change the same.</summary>
public sealed class EditingTests(SharedRig shared)
{
    private sealed record Desk(AnteroomRig Rig, Contoso Contoso, ConsoleScene Scene, HttpBrowser Browser) : IDisposable
    {
        public Task<Page> OpenAsync(string page) => Browser.GetAsync(Scene.AddressOf(Contoso.Organization, page));

        public async Task<Page> SaveAsync(string page, Dictionary<string, string> fill) =>
            await ConsoleForm.SubmitAsync(Browser, await OpenAsync(page), fill);

        public void Dispose() => Browser.Dispose();
    }

    private async Task<Desk> SitDownAsync(string role = BuiltInRoles.Administrator)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        return new(rig, contoso, scene, await scene.EnterAsync(contoso.Organization.Id, role));
    }

    [Fact]
    public async Task Makes_and_changes_a_person_with_a_field_of_the_organizations_own()
    {
        using var desk = await SitDownAsync();
        await desk.SaveAsync("fields/new", new() { ["name"] = "Cost centre", ["key"] = "costCentre" });
        var made = await desk.SaveAsync(
            "users/new",
            new()
            {
                ["userName"] = $"ada@{desk.Contoso.Domain}",
                ["displayName"] = "Ada",
                ["custom.costCentre"] = "4711",
                ["role"] = BuiltInRoles.Worker,
            }
        );
        Assert.Contains("4711", made.Text, StringComparison.Ordinal);
        Assert.Contains(made.Html.QuerySelectorAll("main dt"), term => term.TextContent == "Cost centre"); // in the organization's words, not the program's

        var changed = await desk.SaveAsync(
            made.Address.AbsolutePath[$"/console/organizations/{desk.Contoso.Slug}/".Length..] + "/edit",
            new() { ["displayName"] = "Ada Lovelace", ["role"] = BuiltInRoles.Manager }
        );
        Assert.Contains("Ada Lovelace", changed.Text, StringComparison.Ordinal);
        Assert.Contains("4711", changed.Text, StringComparison.Ordinal);
        Assert.Equal(["displayName", "role"], Strings(Assert.Single(await desk.Contoso.Rows.AuditAsync("user.updated")), "changed"));
    }

    [Fact]
    public async Task Asks_the_second_of_two_editors_and_overwrites_nothing_silently()
    {
        using var desk = await SitDownAsync();
        var user = await desk.Scene.AddAsync(desk.Contoso.Organization.Id, BuiltInRoles.Worker, "ada");
        var edit = $"users/{user.Id}/edit";
        var (first, second) = (await desk.OpenAsync(edit), await desk.OpenAsync(edit));
        await ConsoleForm.SubmitAsync(desk.Browser, first, new() { ["displayName"] = "Ada One" });

        var asked = await ConsoleForm.SubmitAsync(desk.Browser, second, new() { ["displayName"] = "Ada Two", ["givenName"] = "Ada" });
        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        Assert.Equal("Ada One", await NameAsync(desk, user.Id));
        Assert.Empty(asked.Html.QuerySelectorAll("input[type=radio][name=displayName][checked]")); // nobody chooses for them
        Assert.Equal("Ada", asked.Html.QuerySelector("input[type=radio][name=givenName][checked]")!.GetAttribute("value"));

        var saved = await ConsoleForm.SubmitAsync(desk.Browser, asked, new() { ["displayName"] = "Ada Two" });
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal("Ada Two", await NameAsync(desk, user.Id));
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task Lets_nobody_change_or_delete_who_holds_more()
    {
        using var desk = await SitDownAsync(BuiltInRoles.Manager);
        var boss = await desk.Scene.AddAsync(desk.Contoso.Organization.Id, BuiltInRoles.Administrator, "boss");
        Assert.Equal("forbidden", (await desk.OpenAsync($"users/{boss.Id}/edit")).Reason);
        var deletion = await desk.SaveAsync($"users/{boss.Id}/delete", new() { ["confirm"] = boss.UserName });
        Assert.Equal("forbidden", deletion.Reason);
        var roles = (await desk.OpenAsync("users/new")).Html.QuerySelectorAll("select[name=role] option");
        Assert.DoesNotContain(roles, option => option.GetAttribute("value") == BuiltInRoles.Administrator);
    }

    [Fact]
    public async Task Deletes_a_person_only_when_their_name_is_typed()
    {
        using var desk = await SitDownAsync();
        var user = await desk.Scene.AddAsync(desk.Contoso.Organization.Id, BuiltInRoles.Worker, "gone");
        var wrong = await desk.SaveAsync($"users/{user.Id}/delete", new() { ["confirm"] = "yes" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.NotNull(wrong.Html.QuerySelector("input[name=confirm][aria-invalid=true]"));
        var gone = await desk.SaveAsync($"users/{user.Id}/delete", new() { ["confirm"] = user.UserName });
        Assert.NotNull(gone.Html.QuerySelector("[role=status]"));
        Assert.Equal(HttpStatusCode.NotFound, (await desk.OpenAsync($"users/{user.Id}")).Status);
    }

    [Fact]
    public async Task Makes_a_role_and_merges_two_edits_of_it()
    {
        using var desk = await SitDownAsync();
        var page = await desk.OpenAsync("roles/new");
        await ConsoleForm.SubmitAsync(
            desk.Browser,
            page,
            new()
            {
                ["key"] = "help-desk",
                ["name"] = "Help desk",
                ["permissions"] = Permissions.UsersRead,
            }
        );
        var (first, second) = (await desk.OpenAsync("roles/help-desk/edit"), await desk.OpenAsync("roles/help-desk/edit"));
        await ConsoleForm.SubmitAsync(desk.Browser, first, new() { ["permissions"] = Permissions.AuditRead });
        var asked = await ConsoleForm.SubmitAsync(desk.Browser, second, new() { ["name"] = "Service desk" });
        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        await ConsoleForm.SubmitAsync(desk.Browser, asked);

        await using var tx = await desk.Rig.Database.BeginAsync(desk.Contoso.Organization.Id, default);
        var role = (await RoleStore.FindAsync(tx, "help-desk", default))!;
        Assert.Equal(("Service desk", Permissions.AuditRead), (role.Name, Assert.Single(role.Permissions)));
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    public async Task Keeps_what_was_typed_while_somebody_proves_who_they_are()
    {
        await using var rig = await AnteroomRig.StartAsync(); // its clock is moved
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var user = await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Worker, "late");
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"users/{user.Id}/edit"));
        rig.Clock.Advance(TimeSpan.FromMinutes(6));

        var name = await ConsoleForm.SubmitAsync(browser, page, new() { ["displayName"] = "Late" }); // a label is not sensitive
        Assert.Equal(HttpStatusCode.OK, name.Status);
        page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"users/{user.Id}/edit"));
        var asked = await ConsoleForm.SubmitAsync(browser, page, new() { ["role"] = BuiltInRoles.Administrator });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, asked.Status);
        Assert.NotNull(asked.Html.QuerySelector("main a[href*='fresh=yes'][target=_blank]"));
        Assert.NotNull(asked.Html.QuerySelector($"option[value={BuiltInRoles.Administrator}][selected]"));
        Assert.Equal(BuiltInRoles.Worker, (await rig.Get<UserStore>().FindAsync(contoso.Organization.Id, user.Id, default))!.Role.Key);
    }

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task Registers_an_application_and_shows_its_secret_once()
    {
        using var desk = await SitDownAsync();
        var wrong = await desk.SaveAsync("applications/new", new() { ["name"] = "Portal", ["redirectUris"] = "portal.example/cb" });
        Assert.NotNull(wrong.Html.QuerySelector("textarea[name=redirectUris][aria-invalid=true]"));
        var made = await ConsoleForm.SubmitAsync(desk.Browser, wrong, new() { ["redirectUris"] = "https://portal.example/cb" });
        var secret = made.Html.QuerySelector("pre code")!.TextContent;
        var application = await desk.Browser.ClickAsync(await desk.OpenAsync("applications"), "Portal");
        Assert.DoesNotContain(secret, application.Body, StringComparison.Ordinal);

        var off = await ConsoleForm.SubmitAsync(desk.Browser, await desk.Browser.ClickAsync(application, "Switch off"));
        Assert.Contains("Disabled", off.Text, StringComparison.Ordinal);
        var on = await ConsoleForm.SubmitAsync(desk.Browser, off, selector: ".toast-done form"); // taken back
        Assert.DoesNotContain("Disabled", on.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Puts_somebody_into_a_group_takes_them_out_and_takes_that_back()
    {
        using var desk = await SitDownAsync();
        var user = await desk.Scene.AddAsync(desk.Contoso.Organization.Id, BuiltInRoles.Worker, "member");
        var group = await desk.SaveAsync("groups/new", new() { ["name"] = "Night shift" });
        var unknown = await ConsoleForm.SubmitAsync(desk.Browser, group, new() { ["userName"] = "nobody" });
        Assert.NotNull(unknown.Html.QuerySelector("[role=alert]"));
        var inside = await ConsoleForm.SubmitAsync(desk.Browser, unknown, new() { ["userName"] = user.UserName });
        var outside = await ConsoleForm.SubmitAsync(desk.Browser, inside, selector: "td form");
        Assert.DoesNotContain(
            outside.Html.QuerySelectorAll("td"),
            cell => cell.TextContent.Contains(user.UserName, StringComparison.Ordinal)
        );
        var back = await ConsoleForm.SubmitAsync(desk.Browser, outside, selector: ".toast-done form");
        Assert.Contains(back.Html.QuerySelectorAll("td"), cell => cell.TextContent.Contains(user.UserName, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Deletes_a_group_after_saying_what_goes_with_it()
    {
        using var desk = await SitDownAsync();
        var group = await desk.SaveAsync("groups/new", new() { ["name"] = "Night shift" });
        var question = await desk.Browser.ClickAsync(group, "Delete");
        Assert.Contains("Its members keep their accounts", question.Text, StringComparison.Ordinal);

        var list = await ConsoleForm.SubmitAsync(desk.Browser, question);

        Assert.NotNull(list.Html.QuerySelector("[role=status]"));
        Assert.DoesNotContain("Night shift", list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await desk.Browser.GetAsync(question.Address.AbsoluteUri)).Status);
    }

    [Fact]
    public async Task Leaves_operators_switches_to_operators()
    {
        using var desk = await SitDownAsync();
        var settings = await desk.OpenAsync("settings");
        Assert.Null(settings.Html.QuerySelector("input[name=companyCode]"));
        var saved = await ConsoleForm.SubmitAsync(
            desk.Browser,
            settings,
            new()
            {
                ["name"] = "Contoso Ltd",
                ["isActive"] = "",
                ["companyCode"] = "FREE",
            }
        );
        Assert.Contains("Contoso Ltd", saved.Text, StringComparison.Ordinal);
        var now = (await desk.Rig.Get<OrganizationDirectory>().ReadAsync(desk.Contoso.Organization.Id, default))!;
        Assert.True(now.IsActive);
        Assert.Equal(desk.Contoso.Organization.CompanyCode, now.CompanyCode);
    }

    [Fact]
    public async Task Shows_settings_to_an_auditor_and_offers_no_button()
    {
        using var desk = await SitDownAsync(BuiltInRoles.Auditor);
        foreach (
            var page in (string[])
                ["settings", "protection", "domains", "connections", "applications", "roles", "fields", "api-keys", "audit"]
        )
        {
            var answer = await desk.OpenAsync(page);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Empty(answer.Html.QuerySelectorAll("main form[method=post] button:not([type=button])"));
            Assert.Empty(answer.Html.QuerySelectorAll("main a.btn-primary"));
        }
    }

    private static async Task<string?> NameAsync(Desk desk, UserId user) =>
        (await desk.Rig.Get<UserStore>().FindAsync(desk.Contoso.Organization.Id, user, default))!.DisplayName;

    private static IEnumerable<string> Strings(Server.Audit.AuditItem row, string member) =>
        row.Details.GetProperty(member).EnumerateArray().Select(item => item.GetString()!);
}
