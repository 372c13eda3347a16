using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>The operator's page of shared apps, and the customer's form of a connection that uses one.</summary>
public sealed class SharedAppPageTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Security", "SEC-267")]
    public async Task An_operator_adds_changes_and_disables_a_shared_app()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        await app.ChangeAsync(SharedRegistrationState.Disabled); // its cloud is free
        var scene = new ConsoleScene(rig);
        using var desk = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        var address = scene.Address + "/shared-apps";

        var told = await desk.GetAsync(address);
        foreach (
            var words in (string[])
                [
                    "Accounts in any organizational directory",
                    rig.Address + "/sso/callback",
                    rig.Address + "/sso/admin-consent",
                    rig.Address + "/sso/logout",
                ]
        )
            Assert.Contains(words, told.Text, StringComparison.Ordinal);

        Dictionary<string, string> fill = new()
        {
            ["name"] = "For everybody",
            ["cloud"] = app.Cloud,
            ["clientId"] = app.ClientId.ToString(),
            ["clientSecret"] = "44444444-4444-4444-8444-444444444444",
        };
        var unfit = await ConsoleForm.SubmitAsync(desk, await desk.GetAsync(address + "/new"), fill);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unfit.Status);
        fill["clientSecret"] = "planted-canary-of-shared-app";
        var added = await ConsoleForm.SubmitAsync(desk, await desk.GetAsync(address + "/new"), fill);
        Assert.Equal(HttpStatusCode.OK, added.Status);
        var made = Assert.Single(await rig.Get<SharedRegistrations>().ListAsync(default), one => one.Cloud == app.Cloud && one.IsActive);

        var edit = await desk.GetAsync($"{address}/{made.Id}/edit");
        Assert.DoesNotContain("planted-canary", added.Body + edit.Body, StringComparison.Ordinal);
        Assert.Contains("-app", edit.Text, StringComparison.Ordinal); // its end alone
        await ConsoleForm.SubmitAsync(desk, edit, new() { ["state"] = "", ["clientSecret"] = "another-secret-of-this-app" });

        Assert.Null(await rig.Get<SharedRegistrations>().ActiveAsync(app.Cloud, default));
        var changed = (await rig.Get<SharedRegistrations>().FindAsync(made.Id, default))!;
        Assert.Equal((SharedRegistrationState.Disabled, "-app"), (changed.State, changed.SecretLast4));
        Assert.True(changed.SecretAt > made.SecretAt);
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    public async Task A_secret_is_not_changed_by_who_has_proven_nothing_lately()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        var user = await scene.AddAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        using var desk = await scene.BrowserOfAsync(user);
        var edit = await desk.GetAsync($"{scene.Address}/shared-apps/{app.Registration.Id}/edit");
        await rig
            .Database.In(OrganizationId.Platform)
            .ExecuteAsync(
                """
                UPDATE console_sessions SET authenticated_at = authenticated_at - interval '6 minutes'
                 WHERE organization_id = @organization AND user_id = @user
                """,
                new { user = user.Id.Value },
                default
            );

        var refused = await ConsoleForm.SubmitAsync(desk, edit, new() { ["clientSecret"] = "another-secret-of-this-app" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(app.Registration.Version, (await rig.Get<SharedRegistrations>().FindAsync(app.Registration.Id, default))!.Version);
    }

    [Fact] // a browser takes the first option for one that is not there, and accounts are known by their cloud
    public async Task Saving_something_else_moves_no_connection_to_another_cloud()
    {
        var (rig, _) = await shared.GetAsync();
        var (app, other) = (await SharedApp.CreateAsync(rig), await SharedApp.CreateAsync(rig));
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.ChangeAsync(SharedRegistrationState.Disabled);
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var form = await console.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/shared"));
        Assert.NotNull(form.Html.QuerySelector($"select[name=cloud] option[value={other.Cloud}]"));

        var refused = await ConsoleForm.SubmitAsync(console, form, new() { ["name"] = "Renamed" });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        var now = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!;
        Assert.Equal(app.Cloud, now.Settings.Cloud);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Capability", "HEC-22")]
    [Trait("Capability", "HEC-37")]
    public async Task A_customer_makes_a_connection_without_any_id_and_takes_an_own_app_later()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Disabled });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var list = await console.GetAsync(scene.AddressOf(contoso.Organization, "connections"));

        var form = await console.ClickAsync(list, "Microsoft Entra ID with the shared app");
        Assert.Null(form.Html.QuerySelector("[name=clientId], [name=tenantId], [name=clientSecret]"));
        var made = await ConsoleForm.SubmitAsync(console, form, new() { ["name"] = "Shared", ["cloud"] = app.Cloud });
        Assert.EndsWith("/tenants", made.Address.AbsolutePath, StringComparison.Ordinal);
        var connection = (await rig.Get<ConnectionStore>().ListAsync(contoso.Organization.Id, default)).Single(one => one.Name == "Shared");
        Assert.Equal((Registration.Shared, CallbackStyle.Central), (connection.Settings.Registration, connection.Settings.CallbackStyle));

        var page = await console.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{connection.Id}"));
        Assert.Contains("Connect your Entra tenant", page.Text, StringComparison.Ordinal);
        var edit = await console.ClickAsync(page, "Edit");
        await ConsoleForm.SubmitAsync(console, edit, new() { ["authorizedDomains"] = "A.test" });
        var changed = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, connection.Id, default))!;
        Assert.Equal((Registration.Shared, "a.test"), (changed.Settings.Registration, Assert.Single(changed.Settings.AuthorizedDomains)));

        // What option 1 has stays until the form of option 2 is saved (HEC-22).
        var own = await console.ClickAsync(page, "OpenId Connect Initial Setup");
        Assert.Equal(2, (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, connection.Id, default))!.Revision);
        await ConsoleForm.SubmitAsync(
            console,
            own,
            new()
            {
                ["tenantId"] = contoso.TenantId.ToString(),
                ["clientId"] = contoso.ClientId.ToString(),
                ["clientSecret"] = contoso.SecretValue,
            }
        );
        var taken = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, connection.Id, default))!;
        Assert.Equal((Registration.Own, contoso.TenantId), (taken.Settings.Registration, taken.Settings.TenantId));
    }
}
