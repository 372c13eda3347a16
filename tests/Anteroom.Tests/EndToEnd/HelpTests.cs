using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Who does not know their organization's name, or is refused, reads whom to ask; and nothing that tells names apart.</summary>
public sealed class HelpTests : IAsyncLifetime
{
    private const string Contact = "help@operator.example";

    private AnteroomRig _rig = null!;

    public async ValueTask InitializeAsync() =>
        _rig = await AnteroomRig.StartAsync(
            new()
            {
                Https = true,
                OwnHosts = true,
                Settings = new Dictionary<string, string> { ["Anteroom:Contact"] = "mailto:" + Contact },
            }
        );

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    [Trait("Capability", "IMP-07")]
    public async Task An_unknown_name_or_host_gets_help_to_find_the_right_one()
    {
        var application = await RelyingParty.RegisterAsync(_rig);
        using var browser = _rig.NewBrowser();
        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);
        Assert.DoesNotContain("How do I find my organization?", question.Text, StringComparison.Ordinal);

        var unknown = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = "no-such-code" });
        Assert.Contains("How do I find my organization?", unknown.Text, StringComparison.Ordinal);
        Assert.Contains(Contact, unknown.Text, StringComparison.Ordinal);

        var host = await browser.GetAsync($"https://nobody.{AnteroomRig.OrganizationDomain}/sign-in");
        Assert.Equal(HttpStatusCode.NotFound, host.Status);
        Assert.Contains("How do I find my organization?", host.Text, StringComparison.Ordinal);
        Assert.Contains(Contact, host.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "IMP-25")]
    public async Task A_refusal_names_whom_to_ask()
    {
        var application = await RelyingParty.RegisterAsync(_rig);
        var contoso = await Contoso.CreateAsync(_rig, new() { Provisioning = ProvisioningMode.RequireExisting });
        using var browser = _rig.NewBrowser();

        var refused = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), await contoso.AddPersonAsync());

        Assert.Equal("account_required", refused.Reason);
        Assert.Equal("mailto:" + Contact, refused.Html.QuerySelector("details.help a")!.GetAttribute("href"));
    }
}
