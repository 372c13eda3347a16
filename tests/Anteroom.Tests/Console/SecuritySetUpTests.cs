using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.Console;

/// <summary>Settings → Protection → Security, followed from an organization without a connection to a person who signs in by it.</summary>
public sealed class SecuritySetUpTests(SharedRig shared)
{
    private const string SetUpForm = "main form[action$='/protection/connection']";

    /// <param name="Entra">Whose tenant and app registration there are to connect to.</param>
    private sealed record Desk(AnteroomRig Rig, Contoso Entra, Organization Room, ConsoleScene Scene, HttpBrowser Browser) : IDisposable
    {
        public string Address => Scene.AddressOf(Room, "protection");

        public Task<Page> OpenAsync() => Browser.GetAsync(Address);

        public async Task<Page> SaveAsync(Dictionary<string, string> fill) =>
            await ConsoleForm.SubmitAsync(Browser, await OpenAsync(), fill);

        public async Task<OrganizationSettings> SettingsAsync() =>
            (await Rig.Get<OrganizationDirectory>().ReadAsync(Room.Id, default))!.Settings;

        public Task<IReadOnlyList<Connection>> ConnectionsAsync() => Rig.Get<ConnectionStore>().ListAsync(Room.Id, default);

        public void Dispose() => Browser.Dispose();
    }

    /// <summary>An administrator of an organization that has nothing yet, where the operator offers an app registration.</summary>
    private async Task<Desk> SitDownAsync()
    {
        var (rig, _) = await shared.GetAsync();
        await SharedApp.CreateAsync(rig);
        var entra = await Contoso.CreateAsync(rig);
        var made = await rig.Get<CreateOrganization>()
            .HandleAsync(new("fresh-" + entra.Slug[^10..], "Fresh", null, [], false), AnteroomRig.Desk, default);
        Assert.True(made.TryGet(out var room, out _));
        var scene = new ConsoleScene(rig);
        return new(rig, entra, room, scene, await scene.EnterAsync(room.Id, BuiltInRoles.Administrator));
    }

    /// <summary>One whose organization has a connection.</summary>
    private async Task<Desk> SitDownConnectedAsync()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        return new(rig, contoso, contoso.Organization, scene, await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator));
    }

    [Fact]
    [Trait("Capability", "HEC-16")]
    [Trait("Capability", "HEC-22")]
    [Trait("Capability", "HEC-23")]
    [Trait("Capability", "HEC-24")]
    [Trait("Capability", "HEC-25")]
    [Trait("Capability", "HEC-26")]
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-15")]
    public async Task Gives_the_addresses_first_and_is_ready_when_the_ids_and_the_secret_are_saved()
    {
        using var desk = await SitDownAsync();
        var (_, application) = await shared.GetAsync();

        // "Click on the Save button before moving to the next steps."
        var saved = await desk.SaveAsync(
            new()
            {
                ["authenticationMethod"] = "entra",
                ["registration"] = "", // one of their own
                ["authorizedDomains"] = $"{desk.Entra.Domain.ToUpperInvariant()} other.example",
                ["autoConnectConnectionId"] = "on",
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal($"{desk.Entra.Domain} other.example", ValueOf(saved, "authorizedDomains"));
        Assert.NotNull(saved.Html.QuerySelector("[name=autoConnectConnectionId][checked]"));

        // "copy the Redirect Uri and Logout Uri as you will need them later": nothing else has changed by the button.
        var prepared = await ConsoleForm.SubmitAsync(desk.Browser, saved, selector: SetUpForm);
        var (redirect, logout) = CopiedFrom(prepared);
        Assert.Equal((redirect, logout), CopiedFrom(await desk.OpenAsync()));
        Assert.Equal($"{desk.Entra.Domain} other.example", ValueOf(prepared, "authorizedDomains"));
        Assert.Empty(await desk.ConnectionsAsync());
        await desk.Rig.Control.PatchAsync(
            $"applications/{desk.Entra.ClientId}",
            new { web = new { redirectUris = new[] { redirect }, logoutUrl = logout } }
        );

        // The secret's ID in place of its value, and a tenant that does not exist: told at the field, what was typed stays, nothing is saved.
        var secret = await desk.Rig.Control.PostAsync($"applications/{desk.Entra.ClientId}/secrets", new { displayName = "console" });
        var (value, id) = ((string)secret["secretText"]!, (string)secret["keyId"]!);
        Dictionary<string, string> fill = new()
        {
            ["cloud"] = AnteroomRig.Cloud,
            ["tenantId"] = desk.Entra.TenantId.ToString(),
            ["clientId"] = desk.Entra.ClientId.ToString(),
            ["clientSecret"] = value,
        };
        var pasted = await desk.SaveAsync(new(fill) { ["clientSecret"] = id });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, pasted.Status);
        Assert.NotNull(pasted.Html.QuerySelector("details[open] input[name=clientSecret][aria-invalid=true]"));
        Assert.Equal(desk.Entra.ClientId.ToString(), ValueOf(pasted, "clientId"));
        Assert.DoesNotContain(id, pasted.Body, StringComparison.Ordinal);
        var elsewhere = await desk.SaveAsync(new(fill) { ["tenantId"] = "no-such-tenant.example" });
        Assert.NotNull(elsewhere.Html.QuerySelector("input[name=tenantId][aria-invalid=true]"));
        Assert.Empty(await desk.ConnectionsAsync());

        // "Once you're finished, click on the Save button, log out and you can login".
        var finished = await desk.SaveAsync(fill);
        Assert.Equal(HttpStatusCode.OK, finished.Status);
        Assert.Equal((redirect, logout), CopiedFrom(finished));
        Assert.DoesNotContain(value, finished.Body, StringComparison.Ordinal);
        var connection = Assert.Single(await desk.ConnectionsAsync());
        Assert.Equal(ConnectionState.Active, connection.State);
        Assert.Equal([desk.Entra.Domain, "other.example"], connection.Settings.AuthorizedDomains);
        var settings = await desk.SettingsAsync();
        Assert.Equal(("entra", (Guid?)connection.Id.Value), (settings.SignIn.AuthenticationMethod, settings.SignIn.AutoConnectConnection));
        Assert.Null(settings.NextConnection.Key);

        await desk.Rig.HeardAsync(desk.Room.Id);
        using var person = desk.Rig.NewBrowser();
        var attempt = application.Begin(("organization", desk.Room.Slug));
        var page = await Contoso.SignInAsync(person, attempt, await desk.Entra.AddPersonAsync());
        Assert.Contains("code=", page.Address.Query, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(
            person.Visited.First(at => at.AbsolutePath.EndsWith("/oauth2/v2.0/authorize", StringComparison.Ordinal)).Query
        );
        Assert.Equal((redirect, desk.Entra.ClientId.ToString()), ((string?)asked["redirect_uri"], (string?)asked["client_id"]));
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Capability", "HEC-22")]
    [Trait("Capability", "HEC-37")]
    public async Task The_operators_app_needs_no_id_and_makes_room_for_an_own_one_without_touching_anybody()
    {
        using var desk = await SitDownAsync();
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);

        // "Select the Azure authentication method … Click on the Save button": that is all.
        var saved = await desk.SaveAsync(
            new()
            {
                ["authenticationMethod"] = "entra",
                ["registration"] = app.Cloud,
                ["authorizedDomains"] = desk.Entra.Domain,
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        var connection = Assert.Single(await desk.ConnectionsAsync());
        Assert.Equal(
            (Registration.Shared, ConnectionState.Active, app.Cloud, ""),
            (connection.Settings.Registration, connection.State, connection.Settings.Cloud, connection.Settings.ClientId)
        );
        Assert.Equal([desk.Entra.Domain], connection.Settings.AuthorizedDomains);
        Assert.NotNull(saved.Html.QuerySelector($"main a[href$='connections/{connection.Id}/tenants']"));
        Assert.Null(saved.Html.QuerySelector("select[name=registration]"));

        await app.BindAsync(desk.Room.Id, desk.Entra.TenantId);
        await app.ConsentAsync(desk.Entra.TenantId);
        var mira = await desk.Entra.AddPersonAsync();
        await SignInAsync(app.ClientId);

        // "OpenId Connect Initial Setup": read, filled in perhaps, and left.
        var (redirect, logout) = CopiedFrom(await desk.OpenAsync());
        Assert.Equal(Registration.Shared, Assert.Single(await desk.ConnectionsAsync()).Settings.Registration);
        await rig.Control.PatchAsync(
            $"applications/{desk.Entra.ClientId}",
            new { web = new { redirectUris = new[] { redirect }, logoutUrl = logout } }
        );
        var secret = await rig.Control.PostAsync($"applications/{desk.Entra.ClientId}/secrets", new { displayName = "console" });
        var changed = await desk.SaveAsync(
            new()
            {
                ["cloud"] = app.Cloud,
                ["tenantId"] = desk.Entra.TenantId.ToString(),
                ["clientId"] = desk.Entra.ClientId.ToString(),
                ["clientSecret"] = (string)secret["secretText"]!,
            }
        );
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(Registration.Own, Assert.Single(await desk.ConnectionsAsync()).Settings.Registration);
        await SignInAsync(desk.Entra.ClientId);
        Assert.Equal(2, await new OrganizationRows(rig.Database, desk.Room.Id).CountAsync("users")); // the administrator and Mira

        async Task SignInAsync(Guid client)
        {
            await rig.HeardAsync(desk.Room.Id);
            using var person = rig.NewBrowser();
            var attempt = application.Begin(("organization", desk.Room.Slug));
            var page = await Contoso.SignInAsync(person, attempt, mira);
            Assert.Contains("code=", page.Address.Query, StringComparison.Ordinal);
            var asked = person.Visited.First(at => at.AbsolutePath.EndsWith("/oauth2/v2.0/authorize", StringComparison.Ordinal));
            Assert.Equal(client.ToString(), (string?)QueryHelpers.ParseQuery(asked.Query)["client_id"]);
        }
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public async Task What_does_not_pass_its_test_is_saved_and_told_and_can_be_mended_on_the_same_page()
    {
        using var desk = await SitDownAsync();
        await ConsoleForm.SubmitAsync(desk.Browser, await desk.OpenAsync(), selector: SetUpForm);
        Dictionary<string, string> fill = new()
        {
            ["cloud"] = AnteroomRig.Cloud,
            ["tenantId"] = desk.Entra.TenantId.ToString(),
            ["clientId"] = desk.Entra.ClientId.ToString(),
            ["clientSecret"] = "not-the-secret-of-this-application",
        };
        var told = await desk.SaveAsync(fill);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, told.Status);
        Assert.Contains("nobody can sign in by this connection yet", told.Text, StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Draft, Assert.Single(await desk.ConnectionsAsync()).State);

        var secret = await desk.Rig.Control.PostAsync($"applications/{desk.Entra.ClientId}/secrets", new { displayName = "mended" });
        var mended = await ConsoleForm.SubmitAsync(desk.Browser, told, new() { ["clientSecret"] = (string)secret["secretText"]! });
        Assert.Equal(HttpStatusCode.OK, mended.Status);
        Assert.Equal(ConnectionState.Active, Assert.Single(await desk.ConnectionsAsync()).State);
    }

    [Fact]
    [Trait("Capability", "HEC-25")]
    [Trait("Capability", "HEC-40")]
    public async Task What_people_sign_in_by_already_is_tested_when_it_is_changed()
    {
        using var desk = await SitDownConnectedAsync();
        var told = await desk.SaveAsync(new() { ["clientSecret"] = "not-the-secret-of-this-application" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, told.Status);
        Assert.Contains("The test failed at \"Credential\"", told.Text, StringComparison.Ordinal);
        Assert.Equal("tion", Assert.Single(await desk.ConnectionsAsync()).SecretLast4); // told, not taken back

        var mended = await ConsoleForm.SubmitAsync(desk.Browser, told, new() { ["clientSecret"] = desk.Entra.SecretValue });
        Assert.Equal(HttpStatusCode.OK, mended.Status);
        Assert.DoesNotContain("test failed", mended.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-25")]
    [Trait("Capability", "HEC-26")]
    public async Task Takes_ids_however_they_were_pasted()
    {
        using var desk = await SitDownConnectedAsync();
        var saved = await desk.SaveAsync(
            new()
            {
                ["tenantId"] = $" {{{desk.Entra.TenantId.ToString().ToUpperInvariant()}}} ",
                ["clientId"] = $"{desk.Entra.ClientId.ToString("B").ToUpperInvariant()}\u00a0",
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        var connection = Assert.Single(await desk.ConnectionsAsync());
        Assert.Equal(
            (desk.Entra.TenantId, desk.Entra.ClientId.ToString(), desk.Entra.Connection.SecretLast4),
            (connection.Settings.TenantId, connection.Settings.ClientId, connection.SecretLast4)
        );
    }

    [Fact]
    [Trait("Capability", "HEC-04")]
    [Trait("Capability", "HEC-09")]
    [Trait("Capability", "HEC-13")]
    [Trait("Capability", "HEC-16")]
    public async Task Settings_count_when_they_are_saved_and_also_for_a_server_that_is_started_later()
    {
        using var desk = await SitDownConnectedAsync();
        var before = await desk.OpenAsync();
        Assert.Equal("", ValueOf(before, "authorizedDomains")); // looked at, filled in perhaps, and left
        Assert.Equal(desk.Entra.Connection.Revision, Assert.Single(await desk.ConnectionsAsync()).Revision);

        await ConsoleForm.SubmitAsync(
            desk.Browser,
            before,
            new()
            {
                ["authorizedDomains"] = "Only.Example",
                ["provisioning"] = "on",
                ["hideLocalForm"] = "on",
            }
        );
        var later = await desk.Rig.AddNodeAsync();
        desk.Browser.Route = desk.Rig.RouteTo(later);
        var after = await desk.OpenAsync();
        Assert.Equal("only.example", ValueOf(after, "authorizedDomains"));
        Assert.NotNull(after.Html.QuerySelector("[name=provisioning][checked]"));
        Assert.NotNull(after.Html.QuerySelector("[name=hideLocalForm][checked]"));
        var connection = Assert.Single(await desk.ConnectionsAsync());
        Assert.Equal(
            (desk.Entra.Connection.Revision + 1, ProvisioningMode.RequireExisting, desk.Entra.Connection.SecretLast4),
            (connection.Revision, connection.Settings.Provisioning, connection.SecretLast4)
        );
        Assert.False((await desk.SettingsAsync()).SignIn.ShowLocalForm);
        Assert.Single(await desk.Entra.Rows.AuditAsync("connection.updated"));
        Assert.Single(await desk.Entra.Rows.AuditAsync("organization.sign_in_policy_updated"));
    }

    [Fact]
    public async Task What_only_one_of_the_two_has_is_saved_there_alone()
    {
        using var desk = await SitDownConnectedAsync();
        await desk.SaveAsync(new() { ["authorizedDomains"] = "a.example" });
        Assert.Empty(await desk.Entra.Rows.AuditAsync("organization.sign_in_policy_updated"));
        await desk.SaveAsync(new() { ["knownNamesRedirect"] = "" });
        Assert.Single(await desk.Entra.Rows.AuditAsync("organization.sign_in_policy_updated"));
        Assert.Single(await desk.Entra.Rows.AuditAsync("connection.updated"));
    }

    [Fact]
    public async Task Saves_all_of_it_or_nothing()
    {
        using var desk = await SitDownConnectedAsync();
        var refused = await desk.SaveAsync(new() { ["authenticationMethod"] = "local", ["authorizedDomains"] = "a.example" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Html.QuerySelector("select[name=authenticationMethod][aria-invalid=true]"));
        Assert.Equal("a.example", ValueOf(refused, "authorizedDomains"));
        var alsoRefused = await desk.SaveAsync(new() { ["authenticationMethod"] = "entra", ["authorizedDomains"] = "no domain!" });
        Assert.NotNull(alsoRefused.Html.QuerySelector("input[name=authorizedDomains][aria-invalid=true]"));
        Assert.Null((await desk.SettingsAsync()).SignIn.AuthenticationMethod);
        Assert.Empty(Assert.Single(await desk.ConnectionsAsync()).Settings.AuthorizedDomains);
    }

    [Fact]
    public async Task Asks_the_second_of_two_administrators_and_loses_nothing()
    {
        using var desk = await SitDownConnectedAsync();
        var (first, second) = (await desk.OpenAsync(), await desk.OpenAsync());
        await ConsoleForm.SubmitAsync(desk.Browser, first, new() { ["authorizedDomains"] = "one.example" });
        var asked = await ConsoleForm.SubmitAsync(
            desk.Browser,
            second,
            new() { ["authorizedDomains"] = "two.example", ["hideLocalForm"] = "on" }
        );
        Assert.Equal(HttpStatusCode.Conflict, asked.Status);
        Assert.True((await desk.SettingsAsync()).SignIn.ShowLocalForm);
        Assert.Contains("Keep what is saved now: No", asked.Text, StringComparison.Ordinal);

        var merged = await ConsoleForm.SubmitAsync(desk.Browser, asked, new() { ["authorizedDomains"] = "two.example" });
        Assert.Equal(HttpStatusCode.OK, merged.Status);
        Assert.Equal(["two.example"], Assert.Single(await desk.ConnectionsAsync()).Settings.AuthorizedDomains);
        Assert.False((await desk.SettingsAsync()).SignIn.ShowLocalForm);
    }

    [Fact]
    public async Task Of_several_connections_it_says_which_one_it_is_about()
    {
        using var desk = await SitDownConnectedAsync();
        var draft = new ConnectionDraft(
            "Subsidiary",
            ConnectionKind.Entra,
            desk.Entra.TenantId.ToString(),
            null,
            desk.Entra.Connection.Settings with
            {
                AuthorizedDomains = ["subsidiary.example"],
            }
        );
        Assert.True(
            (await desk.Rig.Get<SaveConnection>().CreateAsync(desk.Room.Id, draft, AnteroomRig.Desk, default)).TryGet(out var other, out _)
        );

        var page = await desk.OpenAsync();
        Assert.Equal("", ValueOf(page, "authorizedDomains")); // the active one
        Assert.Contains(desk.Entra.Connection.Name, page.Html.QuerySelector("main .lead")!.TextContent, StringComparison.Ordinal);
        var link = page.Html.QuerySelectorAll("main section a").First(one => one.TextContent == "Subsidiary");
        var theirs = await desk.Browser.GetAsync(desk.Rig.Address + link.GetAttribute("href"));
        Assert.Equal("subsidiary.example", ValueOf(theirs, "authorizedDomains"));
        var saved = await ConsoleForm.SubmitAsync(desk.Browser, theirs, new() { ["provisioning"] = "on" });
        Assert.Equal("subsidiary.example", ValueOf(saved, "authorizedDomains")); // still about the same

        var now = await desk.ConnectionsAsync();
        Assert.Equal(ProvisioningMode.RequireExisting, now.Single(one => one.Id == other!.Id).Settings.Provisioning);
        Assert.Equal(desk.Entra.Connection.Revision, now.Single(one => one.Id == desk.Entra.Connection.Id).Revision);
        var foreign = await desk.Browser.GetAsync($"{desk.Address}?connection={ConnectionId.New(desk.Rig.Clock)}");
        Assert.Equal("", ValueOf(foreign, "authorizedDomains"));
    }

    [Fact]
    [Trait("Capability", "HEC-01")]
    public async Task Whoever_may_not_change_connections_changes_none_from_here()
    {
        using var desk = await SitDownConnectedAsync();
        await ConsoleForm.SubmitAsync(
            desk.Browser,
            await desk.Browser.GetAsync(desk.Scene.AddressOf(desk.Room, "roles/new")),
            new()
            {
                ["key"] = "office",
                ["name"] = "Office",
                ["permissions"] = $"{Permissions.OrganizationRead} {Permissions.OrganizationWrite}",
            }
        );
        using var office = await desk.Scene.EnterAsync(desk.Room.Id, "office");
        var page = await office.GetAsync(desk.Address);
        Assert.DoesNotContain(desk.Entra.TenantId.ToString(), page.Body, StringComparison.Ordinal);
        Assert.Null(page.Html.QuerySelector("[name=authorizedDomains]"));
        var saved = await ConsoleForm.SubmitAsync(
            office,
            page,
            new()
            {
                ["authorizedDomains"] = "office.example",
                ["clientSecret"] = "a-secret-of-the-office",
                ["hideLocalForm"] = "on",
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        Assert.Equal(desk.Entra.Connection.Revision, Assert.Single(await desk.ConnectionsAsync()).Revision);
        Assert.False((await desk.SettingsAsync()).SignIn.ShowLocalForm);
    }

    private static string? ValueOf(Page page, string field) => page.Html.QuerySelector($"[name={field}]")!.GetAttribute("value");

    private static (string Redirect, string Logout) CopiedFrom(Page page) =>
        page.Html.QuerySelectorAll("details .copyable code").Select(code => code.TextContent).ToArray() switch
        {
            [var redirect, var logout] => (redirect, logout),
            _ => throw new InvalidOperationException($"Two addresses are to be copied:\n{page.Text}"),
        };
}
