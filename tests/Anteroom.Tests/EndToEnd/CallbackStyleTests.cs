using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Where answers come back: what is shown is what is sent, and an answer at another address signs nobody in.</summary>
public sealed class CallbackStyleTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEL-02")]
    [Trait("Capability", "HEC-23")]
    public async Task Two_organizations_share_the_central_address_and_each_person_lands_in_their_own()
    {
        var (rig, application) = await shared.GetAsync();
        foreach (var mode in (string[])["code", "browser"])
        {
            HashSet<string> sent = [];
            HashSet<string> organizations = [];
            using var browser = rig.NewBrowser();
            for (var count = 0; count < 2; count++)
            {
                var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode, CallbackStyle.Central));
                var answer = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
                organizations.Add((string)answer.Claims["org_slug"]!);
                sent.Add(
                    (string)(await rig.Control.RequestsAsync($"/{contoso.TenantId}/oauth2/v2.0/authorize"))[0]["values"]!["redirect_uri"]!
                );
                Assert.Equal(contoso.RedirectUri, sent.Last());
                Assert.Contains(contoso.Slug, organizations);
            }
            Assert.Equal(rig.Address + "/sso/callback", Assert.Single(sent));
            Assert.Equal(2, organizations.Count);
        }
    }

    [Fact]
    [Trait("Capability", "HEL-03")]
    [Trait("Security", "SEC-066")]
    public async Task Refuses_swapped_states_and_answers_in_another_browser_at_the_central_address()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("code", CallbackStyle.Central));
        var fabrikam = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("code", CallbackStyle.Central));
        var (mira, dana) = (await contoso.AddPersonAsync(), await fabrikam.AddPersonAsync("dana"));
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var one = await CallbackAttackTests.CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);
        var two = await CallbackAttackTests.CatchAsync(rig, browser, application.Begin(("organization", fabrikam.Slug)), dana);
        Refused.AssertPage(await other.GetAsync(one), "transaction_missing");
        var (before, beforeTwo) = (await contoso.Rows.CountAsync(), await fabrikam.Rows.CountAsync());

        var (first, second) = (
            Uri.EscapeDataString(Queries.Read(new(one))["state"]),
            Uri.EscapeDataString(Queries.Read(new(two))["state"])
        );
        var crossed = await browser.GetAsync(one.Replace(first, second, StringComparison.Ordinal));
        var crossedBack = await browser.GetAsync(two.Replace(second, first, StringComparison.Ordinal));

        Assert.NotNull(crossed.Reason);
        await Refused.AssertAsync(fabrikam, crossed, beforeTwo, crossed.Reason!); // Entra's own refusal of a foreign code
        await Refused.AssertAsync(contoso, crossedBack, before, crossed.Reason!);
        Assert.False(rig.HasSession(browser));
    }

    [Theory]
    [InlineData(CallbackStyle.Connection)]
    [InlineData(CallbackStyle.Central)]
    [Trait("Security", "SEC-066")]
    public async Task Refuses_an_answer_at_the_address_of_another_style(CallbackStyle style)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("code", style));
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var callback = await CallbackAttackTests.CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);
        var elsewhere =
            style == CallbackStyle.Central ? $"{rig.Address}/sso/{contoso.Connection.Key}/callback" : rig.Address + "/sso/callback";

        var page = await browser.GetAsync(elsewhere + new Uri(callback).Query);

        await Refused.AssertAsync(contoso, page, before, "callback_address_wrong");
    }

    [Fact]
    [Trait("Capability", "IMP-06")]
    public async Task The_base_host_has_no_callback_of_organizations()
    {
        var (rig, _) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(rig.Address + "/api/single-sign-on")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsync(rig.Address + "/api/single-sign-on", [new("state", "x")])).Status);
    }

    [Fact]
    [Trait("Capability", "HEC-24")]
    public async Task Every_address_without_parameters_is_where_a_sign_out_ends()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        foreach (
            var address in (string[])[contoso.RedirectUri, contoso.Connection.LogoutUri(contoso.Origin), rig.Address + "/sso/callback"]
        )
        {
            var page = await browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains("You are signed out", page.Text, StringComparison.Ordinal);
        }
    }
}
