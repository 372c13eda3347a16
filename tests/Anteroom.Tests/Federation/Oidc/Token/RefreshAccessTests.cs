using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Federation.Oidc.Token;

public sealed class RefreshAccessTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<(OidcScenario Scenario, string Token)> SignedInAsync(ApplicationDraft? draft = null)
    {
        var scenario = await OidcScenario.CreateAsync(fixture, draft);
        scenario.Scope = "openid profile email offline_access";
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return (scenario, scenario.Tokens!.RefreshToken!);
    }

    [Fact] // OIDC Core §12.2: same iss, sub, aud, auth_time; new iat; no nonce
    public async Task Issues_new_tokens_about_the_same_sign_in()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        var before = scenario.IdToken;
        scenario.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Null(await scenario.RefreshAsync(token));
        var after = scenario.IdToken;
        foreach (var claim in new[] { "iss", "sub", "aud", "auth_time", "sid" })
            Assert.Equal(before.GetProperty(claim).ToString(), after.GetProperty(claim).ToString());
        Assert.Equal(before.GetProperty("iat").GetInt64() + 3600, after.GetProperty("iat").GetInt64());
        Assert.False(after.TryGetProperty("nonce", out var none), none.ToString());
        Assert.NotEqual(token, scenario.Tokens!.RefreshToken);
    }

    [Fact] // RFC 9700 §4.14.2
    [Trait("Security", "SEC-101")]
    public async Task A_token_used_before_ends_its_family()
    {
        var (scenario, first) = await SignedInAsync();
        await using var _ = scenario;
        Assert.Null(await scenario.RefreshAsync(first));
        var second = scenario.Tokens!.RefreshToken;

        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(first))?.Code);
        Assert.Equal("refresh_token_replayed", await scenario.RevokedForAsync());
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(second))?.Code);
        Assert.Equal(
            1,
            await scenario.FirstAsync<long>(
                "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND reason = 'refresh_token_replayed'"
            )
        );
    }

    [Fact] // SEC-101: within the grace the same successor, after it the end of the family
    [Trait("Security", "SEC-101")]
    public async Task Within_the_grace_period_the_same_successor_answers()
    {
        var (scenario, first) = await SignedInAsync(OidcScenario.Draft() with { RefreshGraceSeconds = 10 });
        await using var _ = scenario;
        Assert.Null(await scenario.RefreshAsync(first));
        var successor = scenario.Tokens!.RefreshToken;

        scenario.Clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Null(await scenario.RefreshAsync(first));
        Assert.Equal(successor, scenario.Tokens!.RefreshToken);

        scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(first))?.Code);
        Assert.Equal("refresh_token_replayed", await scenario.RevokedForAsync());
    }

    [Fact] // RFC 6749 §6, §10.4
    [Trait("Security", "SEC-101")]
    public async Task Another_client_gets_nothing_and_spoils_nothing()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        var own = scenario.Application;
        await scenario.RegisterAsync(OidcScenario.Draft() with { Name = "Other" }, OrganizationId.Platform);
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(token))?.Code);
        Assert.Null(await scenario.RefreshAsync(token, client: own));
    }

    [Fact] // RFC 6749 §6
    [Trait("Security", "SEC-102")]
    public async Task Scope_shrinks_for_one_answer_and_never_grows()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        Assert.Null(await scenario.RefreshAsync(token, "openid email"));
        Assert.Equal("openid email", scenario.Tokens!.Scope);
        Assert.False(scenario.IdToken.TryGetProperty("name", out var _));

        Assert.Null(await scenario.RefreshAsync(scenario.Tokens.RefreshToken));
        Assert.Equal("openid profile email offline_access", scenario.Tokens.Scope);
    }

    [Fact]
    [Trait("Security", "SEC-102")]
    public async Task More_scope_than_granted_is_refused_and_uses_nothing_up()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.Scope = "openid offline_access";
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        var token = scenario.Tokens!.RefreshToken;
        Assert.Equal("invalid_scope", (await scenario.RefreshAsync(token, "openid email"))?.Code);
        Assert.Null(await scenario.RefreshAsync(token));
    }

    [Fact]
    [Trait("Security", "SEC-101")]
    public async Task Idle_for_fourteen_days_is_too_long()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        scenario.Clock.Advance(TimeSpan.FromDays(14));
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(token))?.Code);
        Assert.Null(await scenario.RevokedForAsync());
    }

    [Fact]
    [Trait("Security", "SEC-101")]
    public async Task No_family_lives_longer_than_thirty_days()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        for (var day = 0; day < 30; day += 10)
        {
            Assert.Null(await scenario.RefreshAsync(token));
            token = scenario.Tokens!.RefreshToken!;
            scenario.Clock.Advance(TimeSpan.FromDays(10));
        }
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(token))?.Code);
    }

    [Theory]
    [MemberData(nameof(RedeemAuthorizationCodeTests.Ends), MemberType = typeof(RedeemAuthorizationCodeTests))]
    [Trait("Security", "SEC-036")]
    public async Task Asks_again_whether_the_person_may(string end)
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        await scenario.ExecuteAsync(end, new { user = scenario.User.Value, at = ManualClock.Start });
        var outcome = await scenario.RefreshAsync(token);

        // Offline access outlives the session's row; the sign-out revokes the grant besides (OIDC Core §11).
        if (end.Contains("DELETE FROM sessions", StringComparison.Ordinal))
            Assert.Null(outcome);
        else
            Assert.Equal("invalid_grant", outcome?.Code);
    }

    [Fact] // OIDC Core §11
    public async Task Without_the_grant_type_there_is_no_refresh_token()
    {
        await using var scenario = await OidcScenario.CreateAsync(
            fixture,
            OidcScenario.Draft() with
            {
                GrantTypes = [GrantType.AuthorizationCode],
            }
        );
        scenario.Scope = "openid offline_access";
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Null(scenario.Tokens!.RefreshToken);
        Assert.Equal("openid", scenario.Tokens.Scope);
        Assert.Equal("unauthorized_client", (await scenario.RefreshAsync("rt_x"))?.Code);
    }

    [Theory]
    [InlineData("rt_")]
    [InlineData("not a token")]
    [InlineData("ac_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("rt_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [Trait("Security", "SEC-104")]
    public async Task Refuses_what_we_never_issued(string token)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(token))?.Code);
    }

    [Fact]
    [Trait("Security", "SEC-101")]
    public async Task Of_a_hundred_uses_at_once_on_two_nodes_one_wins_and_the_family_ends()
    {
        var (scenario, token) = await SignedInAsync();
        await using var _ = scenario;
        await using var other = await scenario.OtherNodeAsync();
        using var barrier = new ManualResetEventSlim();
        var attempts = Enumerable
            .Range(0, 100)
            .Select(i =>
                Task.Run(async () =>
                {
                    barrier.Wait();
                    return await scenario.RefreshAsync(token, node: i % 2 == 0 ? scenario.Node : other);
                })
            )
            .ToList();
        barrier.Set();
        Assert.Single(await Task.WhenAll(attempts), error => error is null);
        Assert.Equal("refresh_token_replayed", await scenario.RevokedForAsync());
        Assert.Equal(2, await scenario.CountAsync("refresh_tokens"));
    }

    [Fact] // SEC-101: inside the grace a race has one successor, not many
    [Trait("Security", "SEC-101")]
    public async Task With_grace_a_hundred_uses_at_once_get_the_same_successor()
    {
        var (scenario, token) = await SignedInAsync(OidcScenario.Draft() with { RefreshGraceSeconds = 10 });
        await using var _ = scenario;
        await using var other = await scenario.OtherNodeAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => Task.Run(() => scenario.RefreshAsync(token, node: i % 2 == 0 ? scenario.Node : other)))
        );
        Assert.All(answers, Assert.Null);
        Assert.Equal(2, await scenario.CountAsync("refresh_tokens"));
        Assert.Null(await scenario.RevokedForAsync());
    }
}
