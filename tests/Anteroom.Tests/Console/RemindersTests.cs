using System.Globalization;
using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>What ends soon is told before it does: to the organization on its overview, to operators under Health.</summary>
public sealed class RemindersTests(SharedRig shared)
{
    private static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    [Trait("Capability", "HID-26")]
    [Trait("Security", "SEC-261")]
    public async Task The_last_day_of_a_secret_is_typed_shown_and_told_of()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var desk = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");
        Assert.DoesNotContain(contoso.Organization.Name, await HealthAsync(), StringComparison.Ordinal);

        var unfit = await SaveAsync("next spring");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unfit.Status);
        Assert.NotNull(unfit.Html.QuerySelector("input[type=date][name=clientSecretExpiresOn][aria-invalid=true]"));

        await SaveAsync(Today.AddDays(365).ToString("O", CultureInfo.InvariantCulture));
        Assert.DoesNotContain("client secret of", await OverviewAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(contoso.Organization.Name, await HealthAsync(), StringComparison.Ordinal);

        var day = Today.AddDays(20).ToString("O", CultureInfo.InvariantCulture);
        var saved = await SaveAsync(day);
        Assert.Contains(day, saved.Text, StringComparison.Ordinal);
        Assert.Contains($"The client secret of {contoso.Connection.Name} ends", await OverviewAsync(), StringComparison.Ordinal);
        Assert.Contains(
            $"expires on {day}",
            (await browser.GetAsync(scene.AddressOf(contoso.Organization, "connections"))).Text,
            StringComparison.Ordinal
        );
        Assert.Contains("Ends soon", await RowAsync(contoso.Organization.Name), StringComparison.Ordinal);

        await SaveAsync(Today.AddDays(-1).ToString("O", CultureInfo.InvariantCulture));
        Assert.Contains("Has ended", await RowAsync(contoso.Organization.Name), StringComparison.Ordinal);
        var connection = (await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default))!;
        Assert.NotNull(connection.SecretLast4); // what is only a reminder has not touched it
        await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address + "/disable"), []);
        Assert.DoesNotContain(contoso.Organization.Name, await HealthAsync(), StringComparison.Ordinal); // nobody waits for it any more

        async Task<Page> SaveAsync(string typed) =>
            await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address + "/edit"), new() { ["clientSecretExpiresOn"] = typed });

        async Task<string> OverviewAsync() => (await browser.GetAsync(scene.AddressOf(contoso.Organization, ""))).Text;

        async Task<string> HealthAsync() => (await desk.GetAsync(scene.Address + "/health")).Text;

        async Task<string> RowAsync(string name) =>
            (await desk.GetAsync(scene.Address + "/health"))
                .Html.QuerySelectorAll("tr")
                .Single(row => row.TextContent.Contains(name, StringComparison.Ordinal))
                .TextContent;
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    public async Task Operators_are_told_of_certificates_shared_apps_and_their_own_applications()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = new ConsoleScene(rig);
        using var desk = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);

        var contoso = await Contoso.CreateAsync(rig); // a certificate holds for two years: no reminder
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}");
        await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address + "/edit"), new() { ["credential"] = "certificate" });
        Assert.DoesNotContain(contoso.Organization.Name, (await desk.GetAsync(scene.Address + "/health")).Text, StringComparison.Ordinal);
        Assert.Single(
            await CredentialEnds.ListAsync(rig.Database, Today.AddYears(3), default),
            end => end.Slug == contoso.Slug && end.EndsOn > Today.AddDays(90)
        );

        var app = await SharedApp.CreateAsync(rig);
        var form = await desk.GetAsync($"{scene.Address}/shared-apps/{app.Registration.Id}/edit");
        await ConsoleForm.SubmitAsync(
            desk,
            form,
            new() { ["clientSecretExpiresOn"] = Today.AddDays(3).ToString("O", CultureInfo.InvariantCulture) }
        );
        var changed = (await rig.Get<SharedRegistrations>().FindAsync(app.Registration.Id, default))!;
        Assert.Equal((Today.AddDays(3), app.Registration.SecretLast4), (changed.SecretExpiresOn, changed.SecretLast4));
        await ConsoleForm.SubmitAsync(
            desk,
            await desk.GetAsync($"{scene.Address}/shared-apps/{app.Registration.Id}/edit"),
            new() { ["name"] = "Reminded " + app.Cloud }
        );
        Assert.Contains("Reminded " + app.Cloud, (await desk.GetAsync(scene.Address + "/health")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_is_told_of_when_its_last_secret_ends_and_not_while_it_has_another()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var organization = contoso.Organization.Id;
        var secrets = rig.Get<ApplicationSecrets>();
        await RelyingParty.RegisterAsync(rig, organization);
        var application = (await rig.Get<ApplicationStore>().ListAsync(organization, null, 10, default)).Single();
        foreach (var secret in application.Secrets)
            await secrets.RevokeAsync(organization, application.Id, secret.Id, AnteroomRig.Desk, default);
        Assert.True(
            (await secrets.AddAsync(organization, application.Id, TimeSpan.FromDays(10), AnteroomRig.Desk, default)).TryGet(out _, out _)
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(organization, BuiltInRoles.Administrator);
        var told = $"The last secret of the application {application.Name} ends";
        Assert.Contains(told, (await browser.GetAsync(scene.AddressOf(contoso.Organization, ""))).Text, StringComparison.Ordinal);
        Assert.True((await secrets.AddAsync(organization, application.Id, null, AnteroomRig.Desk, default)).TryGet(out _, out _));
        Assert.DoesNotContain(told, (await browser.GetAsync(scene.AddressOf(contoso.Organization, ""))).Text, StringComparison.Ordinal);
    }
}
