using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Console;

/// <summary>Operators say in the console whom people may ask, and what two submitted ids become. An installation of its own, because everybody sees it.</summary>
public sealed class OperatorSettingsPageTests : IAsyncLifetime
{
    private AnteroomRig _rig = null!;

    public async ValueTask InitializeAsync() =>
        _rig = await AnteroomRig.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["Anteroom:Contact"] = "mailto:first@operator.example" } }
        );

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    [Trait("Capability", "IMP-25")]
    [Trait("Capability", "IMP-08")]
    public async Task What_operators_save_counts_for_everybody_a_moment_later()
    {
        var scene = new ConsoleScene(_rig);
        using var operators = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        var address = scene.Address + "/organizations/platform/settings";
        Assert.Equal("mailto:first@operator.example", await ContactAsync());

        var form = await operators.GetAsync(address);
        var refused = await ConsoleForm.SubmitAsync(operators, form, new() { ["contact"] = "javascript:alert(1)" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.NotNull(refused.Html.QuerySelector("[name=contact][aria-invalid=true]"));
        var saved = await ConsoleForm.SubmitAsync(
            operators,
            form,
            new()
            {
                ["contact"] = "mailto:help@operator.example",
                ["intakeMode"] = "idToken",
                ["intakeAccountRequired"] = "",
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);

        await UntilAsync(async () => await ContactAsync() == "mailto:help@operator.example");
        Assert.Equal(
            ("idToken", false),
            (_rig.Get<InstallationSettings>().Current.IntakeMode, _rig.Get<InstallationSettings>().Current.IntakeAccountRequired)
        );
        await SubmitsTwoIdsAsync(scene);

        await ConsoleForm.SubmitAsync(operators, await operators.GetAsync(address), new() { ["contact"] = "" });
        await UntilAsync(async () => await ContactAsync() == "mailto:first@operator.example"); // what the configuration says
    }

    private async Task SubmitsTwoIdsAsync(ConsoleScene scene)
    {
        var contoso = await Contoso.CreateAsync(_rig, new() { State = ConnectionState.Disabled });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SelfServiceActivation = false },
            }
        );
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var settings = await console.GetAsync(scene.AddressOf(contoso.Organization, "settings"));
        Assert.Null(settings.Html.QuerySelector("[name=contact], [name=intakeMode]")); // the platform's alone

        await ConsoleForm.SubmitAsync(
            console,
            await console.GetAsync(scene.AddressOf(contoso.Organization, "connections/intake")),
            new()
            {
                ["clientId"] = contoso.ClientId.ToString(),
                ["tenantId"] = contoso.TenantId.ToString(),
                ["cloud"] = AnteroomRig.Cloud,
            }
        );

        var submitted = (await _rig.Get<ConnectionStore>().ListAsync(contoso.Organization.Id, default)).Single(one =>
            one.State == ConnectionState.Submitted
        );
        Assert.Equal(
            (ClientKind.Confidential, ResponseMode.IdToken, ProvisioningMode.Create, (string?)null),
            (submitted.Settings.ClientKind, submitted.Settings.ResponseMode, submitted.Settings.Provisioning, submitted.SecretLast4)
        );
    }

    /// <summary>Where the help of an error page leads.</summary>
    private async Task<string?> ContactAsync()
    {
        using var browser = _rig.NewBrowser();
        var page = await browser.GetAsync(_rig.Address + "/sso/admin-consent");
        return page.Html.QuerySelector("details.help a")?.GetAttribute("href");
    }

    private static Task UntilAsync(Func<Task<bool>> holds) => Poll.UntilAsync("it is so", TimeSpan.FromSeconds(30), holds);
}
