using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.Federation.Oidc.Token;

public sealed class RedeemAuthorizationCodeTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    [Fact] // OIDC Core §3.1.3.3, design.md §4
    [Trait("Security", "SEC-098")]
    [Trait("Security", "SEC-103")]
    public async Task Issues_tokens_for_a_fresh_code()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));

        var now = scenario.Clock.GetUtcNow().ToUnixTimeSeconds();
        var id = scenario.IdToken;
        Assert.Equal(OidcScenario.Issuer, id.GetProperty("iss").GetString());
        Assert.Equal(scenario.Subject, id.GetProperty("sub").GetString());
        Assert.Equal(scenario.Application.ClientId, id.GetProperty("aud").GetString());
        Assert.Equal(now, id.GetProperty("iat").GetInt64());
        Assert.Equal(now + 300, id.GetProperty("exp").GetInt64());
        Assert.Equal(now - 300, id.GetProperty("auth_time").GetInt64());
        Assert.Equal(scenario.Nonce, id.GetProperty("nonce").GetString());
        Assert.Equal(scenario.Session.Id.ToString(), id.GetProperty("sid").GetString());
        Assert.Equal(scenario.Organization.ToString(), id.GetProperty("org_id").GetString());
        Assert.Equal(scenario.Slug, id.GetProperty("org_slug").GetString());
        Assert.Equal("member", id.GetProperty("role").GetString());
        Assert.Equal("Ada Lovelace", id.GetProperty("name").GetString());
        Assert.Equal("Ada@acme.example", id.GetProperty("preferred_username").GetString());
        Assert.Equal("ada@acme.example", id.GetProperty("email").GetString());
        Assert.False(id.GetProperty("email_verified").GetBoolean());
        Assert.Equal(["pwd", "mfa"], id.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
        Assert.Equal(0, id.GetProperty("groups").GetArrayLength());
        Assert.False(id.TryGetProperty("groups_truncated", out _));

        var access = scenario.AccessToken;
        Assert.Equal("at+jwt", OidcScenario.Claims(scenario.Tokens!.AccessToken, 0).GetProperty("typ").GetString());
        Assert.Equal(scenario.Application.ClientId, access.GetProperty("aud").GetString());
        Assert.Equal(scenario.Application.ClientId, access.GetProperty("client_id").GetString());
        Assert.Equal(now + 600, access.GetProperty("exp").GetInt64());
        Assert.Equal("openid profile email", access.GetProperty("scope").GetString());
        Assert.False(access.TryGetProperty("email", out _));
        Assert.Null(scenario.Tokens.RefreshToken);
    }

    [Fact] // OIDC Core §5.4
    public async Task Tells_no_profile_where_none_was_asked_for()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.Scope = "openid";
        scenario.Nonce = null;
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        foreach (var claim in new[] { "name", "given_name", "family_name", "preferred_username", "email", "email_verified", "nonce" })
            Assert.False(scenario.IdToken.TryGetProperty(claim, out _), claim);
    }

    [Fact] // SEC-077: the provider's word for a second factor counts only where the connection says so
    public async Task Says_mfa_only_where_a_second_factor_counts()
    {
        var evidence = new Evidence("entra", ManualClock.Start, ["pwd", "mfa"], null, [], SecondFactor: false);
        await using var scenario = await OidcScenario.CreateAsync(fixture, evidence: evidence);
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal(["pwd"], scenario.IdToken.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
    }

    [Theory] // design.md §4
    [InlineData(200, false)]
    [InlineData(201, true)]
    public async Task Tells_two_hundred_groups_and_whether_there_are_more(int groups, bool truncated)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await scenario.ExecuteAsync(
            """
            INSERT INTO groups (organization_id, group_id, name, source, created_at)
            SELECT @organization, gen_random_uuid(), 'group ' || lpad(n::text, 3, '0'), 'graph', @at FROM generate_series(1, @groups) n
            """,
            new { groups, at = ManualClock.Start }
        );
        await scenario.ExecuteAsync(
            """
            INSERT INTO group_members (organization_id, group_id, user_id, source, at)
            SELECT @organization, group_id, @user, told.by, @at FROM groups CROSS JOIN unnest(ARRAY['graph', 'token']) AS told (by)
             WHERE organization_id = @organization
            """,
            new { user = scenario.User.Value, at = ManualClock.Start }
        );
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal(200, scenario.IdToken.GetProperty("groups").GetArrayLength());
        Assert.Equal("group 001", scenario.IdToken.GetProperty("groups")[0].GetString());
        Assert.Equal(truncated, scenario.IdToken.TryGetProperty("groups_truncated", out var more) && more.GetBoolean());
    }

    [Fact] // RFC 6749 §4.1.2: refused, and what the first use bought is revoked
    [Trait("Security", "SEC-092")]
    public async Task Refuses_a_code_presented_twice_and_revokes_its_grant()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.Scope = "openid offline_access";
        var code = await scenario.CodeAsync();
        Assert.Null(await scenario.RedeemAsync(code));
        var refreshToken = scenario.Tokens!.RefreshToken;

        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
        Assert.Equal("code_replayed", await scenario.RevokedForAsync());
        Assert.Equal("invalid_grant", (await scenario.RefreshAsync(refreshToken))?.Code);
        Assert.Equal(
            1,
            await scenario.FirstAsync<long>(
                "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND action = 'grant.revoked' AND reason = 'code_replayed'"
            )
        );
    }

    [Fact] // RFC 6749 §4.1.2: the lifetime is 60 seconds, and the 60th second is already too late
    [Trait("Security", "SEC-092")]
    public async Task Refuses_a_code_at_the_end_of_its_lifetime()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        scenario.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
    }

    [Fact]
    public async Task Accepts_a_code_just_before_the_end_of_its_lifetime()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        scenario.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(await scenario.RedeemAsync(code));
    }

    [Fact] // RFC 7636 §4.6
    [Trait("Security", "SEC-093")]
    public async Task Refuses_another_verifier_and_uses_the_code_up()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code, CodeVerifier.New().Reveal()))?.Code);
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
    }

    [Theory] // RFC 6749 §4.1.3: identical, letter by letter
    [InlineData("https://rp.example/callback/")]
    [InlineData("https://RP.example/callback")]
    [InlineData("https://rp.example/callback?x=1")]
    [Trait("Security", "SEC-092")]
    public async Task Refuses_another_redirect_uri(string redirectUri)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(await scenario.CodeAsync(), redirectUri: redirectUri))?.Code);
    }

    [Fact] // RFC 6749 §4.1.3
    [Trait("Security", "SEC-092")]
    public async Task Refuses_the_code_of_another_client()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        await scenario.RegisterAsync(OidcScenario.Draft() with { Name = "Other" }, OrganizationId.Platform);
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
    }

    [Fact] // RFC 8707 §2
    public async Task Refuses_a_resource_that_is_not_the_applications()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        Assert.Equal("invalid_target", (await scenario.RedeemAsync(await scenario.CodeAsync(), resource: "https://other.example"))?.Code);
    }

    public static TheoryData<string> Ends =>
        new(
            "INSERT INTO user_blocks (organization_id, user_id, source, channels, at) VALUES (@organization, @user, 'administrator', '{web}', @at)",
            "UPDATE users SET deleted_at = @at WHERE organization_id = @organization AND user_id = @user",
            "UPDATE roles SET channels = '{unlock}' WHERE organization_id = @organization",
            "DELETE FROM sessions WHERE organization_id = @organization AND user_id = @user",
            "UPDATE grants SET revoked_at = @at, revoked_for = 'test' WHERE organization_id = @organization AND user_id = @user",
            "UPDATE organizations SET status = 'disabled' WHERE organization_id = @organization"
        );

    [Theory]
    [MemberData(nameof(Ends))]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-039")]
    public async Task Refuses_what_ended_between_answer_and_redemption(string end)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        await scenario.ExecuteAsync(end, new { user = scenario.User.Value, at = ManualClock.Start });
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
    }

    [Fact] // a block of the native channel is none of a web application's business
    public async Task Minds_the_channel_of_a_block()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        await scenario.ExecuteAsync(
            "INSERT INTO user_blocks (organization_id, user_id, source, channels, at) VALUES (@organization, @user, 'administrator', '{native}', @at)",
            new { user = scenario.User.Value, at = ManualClock.Start }
        );
        Assert.Null(await scenario.RedeemAsync(code));
    }

    [Fact]
    [Trait("Security", "SEC-094")]
    public async Task Refuses_when_the_application_was_switched_off()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        var code = await scenario.CodeAsync();
        await scenario
            .Node.Get<ApplicationRegistry>()
            .SetDisabledAsync(OrganizationId.Platform, scenario.Application.Id, true, OidcScenario.Context, default);
        Assert.Equal("invalid_grant", (await scenario.RedeemAsync(code))?.Code);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [Trait("Security", "SEC-098")]
    public async Task Signs_as_the_application_registered(string algorithm)
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, OidcScenario.Draft() with { SigningAlgorithm = algorithm });
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.Equal(algorithm, OidcScenario.Claims(scenario.Tokens!.IdToken!, 0).GetProperty("alg").GetString());
        Assert.Equal(algorithm, OidcScenario.Claims(scenario.Tokens.AccessToken, 0).GetProperty("alg").GetString());
    }

    [Fact] // RFC 6749 §10.5
    [Trait("Security", "SEC-092")]
    public async Task Of_two_hundred_redemptions_at_once_on_two_nodes_one_wins()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture);
        await using var other = await scenario.OtherNodeAsync();
        for (var round = 0; round < 3; round++)
        {
            var code = await scenario.CodeAsync();
            using var barrier = new ManualResetEventSlim();
            var attempts = Enumerable
                .Range(0, 200)
                .Select(i =>
                    Task.Run(async () =>
                    {
                        barrier.Wait();
                        return await scenario.RedeemAsync(code, node: i % 2 == 0 ? scenario.Node : other);
                    })
                )
                .ToList();
            barrier.Set();
            var errors = await Task.WhenAll(attempts);
            Assert.Single(errors, error => error is null);
            Assert.All(errors.Where(error => error is not null), error => Assert.Equal("invalid_grant", error!.Code));
        }
        Assert.Equal(
            3,
            await scenario.FirstAsync<long>(
                "SELECT count(*) FROM grants WHERE organization_id = @organization AND revoked_for = 'code_replayed'"
            )
        );
    }
}
