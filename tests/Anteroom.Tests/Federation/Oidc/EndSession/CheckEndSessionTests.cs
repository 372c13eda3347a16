using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.EndSession;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.SignOut;

namespace Anteroom.Tests.Federation.Oidc.EndSession;

public sealed class CheckEndSessionTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private const string Back = "https://rp.example/signed-out";

    private async Task<OidcScenario> SignedInAsync()
    {
        var scenario = await OidcScenario.CreateAsync(fixture, OidcScenario.Draft() with { PostLogoutRedirectUris = [Back] });
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return scenario;
    }

    private static async Task<SignOutRequest?> CheckAsync(OidcScenario scenario, params (string Name, string Value)[] parameters)
    {
        Assert.True(
            OAuthParameters.Read(parameters.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))).TryGet(out var read, out _)
        );
        return await scenario.Node.Get<CheckEndSession>().HandleAsync(read, default);
    }

    [Fact] // RP-Initiated Logout §2, §3
    [Trait("Security", "SEC-108")]
    public async Task Believes_a_hint_of_ours_and_goes_back_to_a_registered_address()
    {
        await using var scenario = await SignedInAsync();
        scenario.Clock.Advance(TimeSpan.FromHours(2)); // expired hints are allowed
        var request = await CheckAsync(
            scenario,
            ("id_token_hint", scenario.Tokens!.IdToken!),
            ("post_logout_redirect_uri", Back),
            ("state", "s&t")
        );
        Assert.Equal(
            new SignOutRequest(
                scenario.Organization,
                scenario.Session.Id,
                scenario.Application.ClientId,
                scenario.Application.Name,
                Back + "?state=s%26t",
                Confirmed: true
            ),
            request
        );
    }

    [Theory]
    [InlineData("https://rp.example/signed-out/")]
    [InlineData("https://rp.example/callback")]
    [InlineData("https://evil.example/")]
    [Trait("Security", "SEC-108")]
    public async Task Asks_and_stays_where_the_address_is_not_registered(string address)
    {
        await using var scenario = await SignedInAsync();
        var request = await CheckAsync(scenario, ("id_token_hint", scenario.Tokens!.IdToken!), ("post_logout_redirect_uri", address));
        Assert.Null(request!.ReturnUrl);
        Assert.False(request.Confirmed);
    }

    [Fact]
    [Trait("Security", "SEC-108")]
    public async Task Asks_without_a_hint()
    {
        await using var scenario = await SignedInAsync();
        Assert.False((await CheckAsync(scenario))!.Confirmed);
        var named = await CheckAsync(scenario, ("client_id", scenario.Application.ClientId), ("post_logout_redirect_uri", Back));
        Assert.False(named!.Confirmed);
        Assert.Equal(Back, named.ReturnUrl);
    }

    [Fact]
    [Trait("Security", "SEC-108")]
    public async Task Does_not_believe_a_forged_hint()
    {
        await using var scenario = await SignedInAsync();
        var hint = scenario.Tokens!.IdToken!;
        foreach (var forged in new[] { hint[..^4] + "AAAA", scenario.Tokens.AccessToken, "x" })
        {
            var request = await CheckAsync(scenario, ("id_token_hint", forged), ("post_logout_redirect_uri", Back));
            Assert.False(request!.Confirmed);
            Assert.Null(request.Session);
            Assert.Null(request.ReturnUrl);
        }
    }

    [Fact] // SEC-106: bounded; an id_token of somebody in very many groups is longer than a hint may be
    [Trait("Security", "SEC-108")]
    [Trait("Security", "SEC-106")]
    public async Task Asks_whom_a_hint_that_is_too_long_is_of()
    {
        await using var scenario = await SignedInAsync();
        await scenario.ExecuteAsync(
            """
            INSERT INTO groups (organization_id, group_id, name, source, created_at)
            SELECT @organization, gen_random_uuid(), lpad(n::text, 60, 'g'), 'graph', @at FROM generate_series(1, 150) n
            """,
            new { at = ManualClock.Start }
        );
        await scenario.ExecuteAsync(
            """
            INSERT INTO group_members (organization_id, group_id, user_id, source, at)
            SELECT @organization, group_id, @user, 'graph', @at FROM groups WHERE organization_id = @organization
            """,
            new { user = scenario.User.Value, at = ManualClock.Start }
        );
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var hint = scenario.Tokens!.IdToken!;
        Assert.True(hint.Length > OAuthParameters.MaxValueBytes);

        var asked = await CheckAsync(
            scenario,
            ("id_token_hint", hint),
            ("client_id", scenario.Application.ClientId),
            ("post_logout_redirect_uri", Back)
        );
        Assert.False(asked!.Confirmed);
        Assert.Null(asked.Session);
        Assert.Equal(Back, asked.ReturnUrl); // whoever says yes comes back all the same
    }

    [Fact] // RP-Initiated Logout §2
    public async Task Refuses_a_client_that_contradicts_the_hint()
    {
        await using var scenario = await SignedInAsync();
        var hint = scenario.Tokens!.IdToken!;
        await scenario.RegisterAsync(OidcScenario.Draft(), OrganizationId.Platform);
        Assert.Null(await CheckAsync(scenario, ("id_token_hint", hint), ("client_id", scenario.Application.ClientId)));
    }
}
