using Anteroom.Harness;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.EndToEnd;

/// <summary>"Authorized Domains" of a connection: who may come in, by the verified account's domain and nothing else.</summary>
public sealed class AuthorizedDomainTests(SharedRig shared)
{
    private async Task<(AnteroomRig Rig, RelyingParty Application, Contoso Contoso)> SetAsync(params string[] domains)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { MultiTenant = true });
        var own = contoso.Domain;
        await contoso.ChangeAsync(settings =>
            settings with
            {
                AuthorizedDomains = [.. domains.Select(domain => domain.Replace("OWN", own.ToUpperInvariant(), StringComparison.Ordinal))],
            }
        );
        return (rig, application, contoso);
    }

    [Fact]
    [Trait("Capability", "HEC-04")]
    public async Task Lets_in_a_domain_of_the_list_however_it_was_written()
    {
        var (rig, application, contoso) = await SetAsync("@OWN.");
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
        Assert.Equal([contoso.Domain], contoso.Connection.Settings.AuthorizedDomains);
    }

    [Fact]
    [Trait("Capability", "HEC-05")]
    public async Task Refuses_another_domain_and_leaves_nothing_but_the_record()
    {
        var (rig, application, contoso) = await SetAsync("a.example");
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, application.Begin(("organization", contoso.Slug)), await contoso.AddPersonAsync());

        Assert.Equal("domain_not_authorized", page.Reason);
        Assert.False(browser.HasCookie(rig.Get<CookieNames>().For("session-")));
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("domain_not_authorized", (await contoso.Rows.LastRefusalAsync()).Reason);
    }

    [Fact]
    [Trait("Capability", "HEC-06")]
    public async Task An_empty_list_is_no_limit()
    {
        var (rig, application, contoso) = await SetAsync("a.example");
        await contoso.ChangeAsync(settings => settings with { AuthorizedDomains = [] });
        using var browser = rig.NewBrowser();

        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "HEC-07")]
    [Trait("Security", "SEC-062")]
    public async Task A_forged_address_and_a_guest_s_name_open_nothing()
    {
        var (rig, application, contoso) = await SetAsync("c.example", "A.EXAMPLE");
        using var browser = rig.NewBrowser();
        var forger = await contoso.AddPersonAsync("forger", new { mail = "boss@a.example" });
        var attempt = application.Begin(("organization", contoso.Slug));
        Assert.Equal("domain_not_authorized", (await Contoso.SignInAsync(browser, attempt, forger)).Reason);

        // A guest's preferred_username is what the home tenant says of them; the token has no word of this tenant about a.example.
        var elsewhere = await Contoso.CreateAsync(rig);
        await rig.Control.PostAsync($"tenants/{elsewhere.TenantId}/domains", new { name = "a.example" });
        var guest = await contoso.InviteAsync(await elsewhere.AddPersonAsync("gina", domain: "a.example"));
        using var other = rig.NewBrowser();
        var refused = await Contoso.SignInAsync(other, application.Begin(("organization", contoso.Slug)), guest);
        Assert.Equal("domain_not_authorized", refused.Reason);
        Assert.Equal(0, await contoso.Rows.CountAsync("users"));
    }
}
