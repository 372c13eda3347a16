using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A pushed request (RFC 9126) from the application through a whole sign-in to the tokens.</summary>
public sealed class PushedRequestTests(SharedRig shared, OwnHosts hosts) : IClassFixture<OwnHosts>
{
    [Fact]
    [Trait("Security", "SEC-105")]
    public async Task A_person_signs_in_by_a_pushed_request_and_its_address_is_worth_nothing_afterwards()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();

        var attempt = await application.PushAsync(application.Begin(("organization", contoso.Slug)));
        Assert.DoesNotContain(attempt.State, attempt.Address.Query, StringComparison.Ordinal);
        var page = await Contoso.SignInAsync(browser, attempt, await contoso.AddPersonAsync());
        Assert.True((await application.RedeemAsync(attempt, page)).IsSuccess);

        // The person goes back: the session would answer at once, but this request had its answer.
        var again = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Equal("invalid_request_uri", again.Answer["error"]);
        Assert.Equal(attempt.State, again.Answer["state"]);
        Assert.Equal(rig.Address, again.Answer["iss"]);
    }

    [Fact] // what stands beside the handle was not pushed, so it does not count (RFC 9126 §4)
    [Trait("Security", "SEC-105")]
    public async Task What_somebody_writes_into_the_address_changes_nothing()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();

        var attempt = await application.PushAsync(application.Begin(("organization", contoso.Slug), ("scope", "openid")));
        var address = attempt.Address.AbsoluteUri + "&scope=openid%20profile&redirect_uri=https%3A%2F%2Fevil.example%2F&state=mine";
        var entra = await browser.GetAsync(address);
        var page = await EntraPages.SignInAsync(browser, entra, await contoso.AddPersonAsync());

        var tokens = await application.RedeemAsync(attempt, page);
        Assert.True(tokens.IsSuccess);
        Assert.Null(tokens.Claims["name"]);
    }

    [Fact]
    [Trait("Security", "SEC-105")]
    [Trait("Security", "SEC-091")]
    [Trait("Security", "SEC-006")]
    public async Task An_unknown_or_foreign_request_uri_ends_on_a_page()
    {
        var (rig, application) = await shared.GetAsync();
        var stranger = await RelyingParty.RegisterAsync(rig);
        var attempt = await application.PushAsync(application.Begin());
        using var browser = rig.NewBrowser();
        foreach (
            var address in new[]
            {
                attempt.Address.AbsoluteUri[..^1],
                attempt.Address.AbsoluteUri.Replace(application.ClientId, stranger.ClientId, StringComparison.Ordinal),
                attempt.Address.AbsoluteUri.Replace("client_id=" + application.ClientId, "x=y", StringComparison.Ordinal),
            }
        )
        {
            var page = await browser.GetAsync(address, follow: false);
            Refused.AssertPage(page, "pushed_request_unknown");
            Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]); // the address carries a handle
            Assert.Null(page.Location);
        }
    }

    [Fact] // design.md §4: an organization with its own host signs in wholly there
    [Trait("Capability", "IMP-06")]
    [Trait("Security", "SEC-105")]
    public async Task Works_on_the_organizations_own_host()
    {
        var contoso = await hosts.OrganizationAsync();
        using var browser = hosts.Rig.NewBrowser();
        var attempt = await hosts.Application.PushAsync(hosts.Application.Begin(("organization", contoso.Slug)));
        var page = await Contoso.SignInAsync(browser, attempt, await contoso.AddPersonAsync());
        Assert.Contains(browser.Visited, at => at.Host == new Uri(contoso.Origin).Host);
        Assert.True((await hosts.Application.RedeemAsync(attempt, page)).IsSuccess);
        Assert.Equal("invalid_request_uri", (await browser.GetAsync(attempt.Address.AbsoluteUri)).Answer["error"]);
    }
}
