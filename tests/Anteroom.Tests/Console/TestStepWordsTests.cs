using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Console;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>Steps of tests have names for programs and words for people.</summary>
public sealed class TestStepWordsTests(SharedRig shared)
{
    [Fact]
    public async Task The_test_of_a_connection_is_told_in_words()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}"));

        var tested = await ConsoleForm.SubmitAsync(browser, page, selector: "main form[action$='/test']");
        Assert.Equal(
            ["Metadata", "Signing keys", "Tenant", "Client ID", "Credential", "Redirect Uri", "Token boxes", "API permissions", "Consent"],
            tested.Html.QuerySelectorAll(".causes li strong").Select(step => step.TextContent)
        );
    }

    [Fact]
    public async Task A_connection_that_fails_its_test_is_not_activated_and_the_reason_is_in_words()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft, Secret = (_, _) => "not-the-secret-of-this" });
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}"));
        var refused = await ConsoleForm.SubmitAsync(browser, page, selector: "main form[action$='/activate']");
        Assert.StartsWith(
            "The test failed at \"Credential\":",
            refused.Html.QuerySelector("[role=alert]")!.TextContent.Trim(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Steps_about_permissions_have_words_too()
    {
        var words = new System.Resources.ResourceManager(typeof(ConsoleText));
        string[] steps = [PermissionSteps.Groups, PermissionSteps.Domains];
        Assert.All(steps, step => Assert.NotNull(words.GetString("Step." + step, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void The_test_of_the_mail_settings_has_words_too()
    {
        var words = new System.Resources.ResourceManager(typeof(ConsoleText));
        string[] steps = ["settings", "connection", "encryption", "credential", "tenant", "delivery"];
        Assert.All(steps, step => Assert.NotNull(words.GetString("Step." + step, System.Globalization.CultureInfo.InvariantCulture)));
    }
}
