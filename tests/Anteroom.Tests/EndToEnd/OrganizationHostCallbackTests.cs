using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The callback on an organization's own host, in every mode (IMP-05, IMP-06).</summary>
public sealed class OrganizationHostCallbackTests(OwnHosts hosts) : IClassFixture<OwnHosts>
{
    [Theory]
    [InlineData("code")]
    [InlineData("hybrid")]
    [InlineData("idToken")]
    [InlineData("browser")]
    [Trait("Capability", "IMP-05")]
    [Trait("Capability", "IMP-06")]
    [Trait("Capability", "HEC-23")]
    public async Task Sends_and_answers_at_the_address_of_the_host(string mode)
    {
        var rig = hosts.Rig;
        var contoso = await CreateAsync(mode);
        var address = $"https://{contoso.Slug}.{AnteroomRig.OrganizationDomain}/api/single-sign-on";
        Assert.Equal(address, contoso.RedirectUri);
        using var browser = rig.NewBrowser();
        var answer = await contoso.SignInAsync(hosts.Application, browser, await contoso.AddPersonAsync());

        Assert.Equal(contoso.Slug, (string?)answer.Claims["org_slug"]);
        Assert.Equal(
            address,
            (string?)(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"))[0]["values"]!["redirect_uri"]
        );
        if (mode == "browser")
            Assert.Equal(
                contoso.Origin,
                (string?)Assert.Single(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/token"))["origin"]
            );
        Assert.Contains("You are signed out", (await browser.GetAsync(address)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(contoso.Origin + "/sso/callback")).Status);
    }

    [Fact]
    [Trait("Capability", "HEL-03")]
    [Trait("Security", "SEC-066")]
    public async Task An_answer_for_one_host_is_nothing_on_another()
    {
        var rig = hosts.Rig;
        var (contoso, fabrikam) = (await CreateAsync("idToken"), await CreateAsync("idToken"));
        using var browser = rig.NewBrowser();
        var answer = await PostedAnswerTests.CatchAsync(
            browser,
            hosts.Application.Begin(("organization", contoso.Slug)),
            await contoso.AddPersonAsync()
        );
        var before = await fabrikam.Rows.CountAsync();

        Refused.AssertPage(await browser.PostAsync(fabrikam.RedirectUri, PostedAnswerTests.Fields(answer)), "transaction_missing");

        Assert.Equal(before, await fabrikam.Rows.CountAsync());
        Assert.True((await browser.SubmitAsync(answer)).Answer.ContainsKey("code"));
    }

    [Fact]
    public async Task A_style_that_does_not_fit_the_host_is_refused_when_saved_and_explained_where_the_host_changed_later()
    {
        var rig = hosts.Rig;
        var contoso = await CreateAsync("code");
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            contoso.ChangeAsync(settings => settings with { CallbackStyle = CallbackStyle.Central })
        );
        await contoso.ChangeAsync(organization => organization with { Settings = organization.Settings with { OwnHost = false } });
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(hosts.Application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);

        await Refused.AssertAsync(contoso, page, before, "callback_style_unfit");
        var steps = await rig.Get<TestConnection>().RunAsync(contoso.Connection, default);
        Assert.Equal(ConnectionTestResult.Failed, steps.Single(step => step.Name == "redirectUri").Result);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            contoso.ChangeAsync(settings => settings with { TrustUpstreamMfa = true })
        );
    }

    private Task<Contoso> CreateAsync(string mode) =>
        Contoso.CreateAsync(hosts.Rig, ConnectionModeTests.Options(mode, CallbackStyle.OrganizationHost) with { OwnHost = true });
}
