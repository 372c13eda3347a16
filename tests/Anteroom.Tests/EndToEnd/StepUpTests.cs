using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Second factors are Entra's to ask for and are believed by authentication context; applications ask for more by <c>acr_values</c> (IMP-24, SEC-077).</summary>
public sealed class StepUpTests(SharedRig shared)
{
    private const string High = "urn:example:high";

    private sealed record Stage(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, Person Mira);

    /// <summary>A tenant whose contexts <c>c1</c> and <c>c2</c> ask for a second factor, which Mira has.</summary>
    private async Task<Stage> SetAsync(Func<ConnectionSettings, ConnectionSettings> settings)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Settings = settings });
        foreach (var context in (string[])["c1", "c2"])
            await rig.Control.PostAsync(
                $"tenants/{contoso.TenantId}/authentication-contexts",
                new { id = context, displayName = $"Context {context}" }
            );
        await rig.Control.PostAsync(
            $"tenants/{contoso.TenantId}/conditional-access-policies",
            new
            {
                displayName = "Second factor",
                conditions = new
                {
                    users = new { includeUsers = new[] { "All" } },
                    applications = new { includeAuthenticationContextClassReferences = new[] { "c1", "c2" } },
                },
                grantControls = new { builtInControls = new[] { "mfa" } },
            }
        );
        return new(rig, application, contoso, await contoso.AddPersonAsync(more: new { isMfaRegistered = true }));
    }

    [Fact]
    [Trait("Capability", "IMP-24")]
    [Trait("Security", "SEC-077")]
    public async Task A_context_that_Entra_satisfied_is_the_second_factor_and_nobody_is_asked_again()
    {
        var stage = await SetAsync(settings => settings with { AuthContext = "c1", MfaRequired = true, TrustUpstreamMfa = true });
        using var browser = stage.Rig.NewBrowser();

        var tokens = await stage.Contoso.SignInAsync(stage.Application, browser, stage.Mira);

        Assert.True(tokens.IsSuccess);
        Assert.Contains("mfa", tokens.Claims["amr"]!.AsArray().Select(method => (string?)method));
        var facts = await stage.Contoso.Rows.FirstAsync<string>(
            "SELECT facts->>'acrs' FROM sign_ins WHERE organization_id = @organization AND decision = 'created'"
        );
        Assert.Equal("""["c1"]""", facts);
    }

    [Fact]
    [Trait("Security", "SEC-077")]
    public async Task It_is_no_second_factor_where_the_connection_does_not_say_so()
    {
        var stage = await SetAsync(settings => settings with { AuthContext = "c1" });
        using var browser = stage.Rig.NewBrowser();

        var tokens = await stage.Contoso.SignInAsync(stage.Application, browser, stage.Mira);

        Assert.True(tokens.IsSuccess);
        Assert.DoesNotContain("mfa", tokens.Claims["amr"]?.AsArray().Select(method => (string?)method) ?? []);
    }

    [Fact]
    [Trait("Capability", "IMP-24")]
    [Trait("Security", "SEC-077")]
    public async Task A_context_that_the_token_does_not_show_is_refused_by_name()
    {
        var stage = await SetAsync(settings => settings with { AuthContext = "c9" }); // not one of the tenant's: Entra lets it pass
        var before = await stage.Contoso.Rows.CountAsync();
        using var browser = stage.Rig.NewBrowser();

        var page = await Contoso.SignInAsync(browser, stage.Application.Begin(("organization", stage.Contoso.Slug)), stage.Mira);

        await Refused.AssertAsync(stage.Contoso, page, before, "auth_context_missing");
    }

    [Fact]
    [Trait("Capability", "IMP-24")]
    public async Task An_application_steps_up_by_its_own_word_and_is_told_that_it_got_it()
    {
        var stage = await SetAsync(settings => settings with { StepUps = [new(High, "c2")] });
        using var browser = stage.Rig.NewBrowser();
        var plain = await stage.Contoso.SignInAsync(stage.Application, browser, stage.Mira);
        Assert.NotEqual(High, (string?)plain.Claims["acr"]);

        // The session is too weak for it, so silence is an answer, and otherwise Entra asks.
        var silent = stage.Application.Begin(("organization", stage.Contoso.Slug), ("acr_values", High), ("prompt", "none"));
        Assert.Equal("login_required", (await browser.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        var attempt = stage.Application.Begin(("organization", stage.Contoso.Slug), ("acr_values", High));
        var tokens = await stage.Application.RedeemAsync(attempt, await Contoso.SignInAsync(browser, attempt, stage.Mira));
        Assert.Equal(High, (string?)tokens.Claims["acr"]);
        Assert.Equal(plain.Subject, tokens.Subject);
        var asked = await stage.Rig.Control.RequestsAsync($"/{stage.Contoso.TenantId}/oauth2/v2.0/authorize");
        Assert.Contains(asked, request => ((string?)request["values"]!["claims"])?.Contains("c2", StringComparison.Ordinal) is true);

        // From now on the session is strong enough.
        var again = stage.Application.Begin(("organization", stage.Contoso.Slug), ("acr_values", High), ("prompt", "none"));
        Assert.True((await browser.GetAsync(again.Address.AbsoluteUri)).Answer.ContainsKey("code"));
    }

    [Fact]
    public async Task A_word_that_no_connection_maps_asks_for_nothing()
    {
        var stage = await SetAsync(settings => settings);
        using var browser = stage.Rig.NewBrowser();
        await stage.Contoso.SignInAsync(stage.Application, browser, stage.Mira);

        var attempt = stage.Application.Begin(("organization", stage.Contoso.Slug), ("acr_values", "urn:example:unknown c2"));
        var page = await browser.GetAsync(attempt.Address.AbsoluteUri);

        Assert.True((await stage.Application.RedeemAsync(attempt, page)).IsSuccess); // without a page of Entra's
    }

    [Fact]
    [Trait("Security", "SEC-107")]
    public async Task An_age_that_an_application_accepts_is_kept_also_where_only_Entra_has_a_session()
    {
        var stage = await SetAsync(settings => settings);
        using var browser = stage.Rig.NewBrowser();
        await stage.Contoso.SignInAtEntraAsync(browser, stage.Mira);

        var attempt = stage.Application.Begin(("organization", stage.Contoso.Slug), ("max_age", "3600"));
        var entra = await browser.GetAsync(attempt.Address.AbsoluteUri);

        Assert.Equal("login", Queries.Read(entra.Address)["prompt"]);
        Assert.NotNull(entra.Html.QuerySelector("form")); // Entra asks, whatever session it has
    }
}
