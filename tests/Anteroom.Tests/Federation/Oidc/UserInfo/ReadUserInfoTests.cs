using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Keys.Signing;
using Anteroom.Tests.Federation.Oidc.Token;

namespace Anteroom.Tests.Federation.Oidc.UserInfo;

public sealed class ReadUserInfoTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcScenario> SignedInAsync(string scope = "openid profile email")
    {
        var scenario = await OidcScenario.CreateAsync(fixture);
        scenario.Scope = scope;
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        return scenario;
    }

    private static async Task<(JsonElement? Document, string? Error)> ReadAsync(OidcScenario scenario, string? token = null)
    {
        var outcome = await scenario.Node.Get<ReadUserInfo>().HandleAsync(token ?? scenario.Tokens!.AccessToken, default);
        return outcome.TryGet(out var info, out var error) ? (JsonElement.Parse(info.Document), null) : (null, error.Code);
    }

    [Fact] // OIDC Core §5.3.2
    public async Task Tells_what_the_scope_allows()
    {
        await using var scenario = await SignedInAsync();
        var (document, _) = await ReadAsync(scenario);
        Assert.Equal(scenario.Subject, document!.Value.GetProperty("sub").GetString());
        Assert.Equal("Ada Lovelace", document.Value.GetProperty("name").GetString());
        Assert.Equal(scenario.Slug, document.Value.GetProperty("org_slug").GetString());

        await using var bare = await SignedInAsync("openid");
        var (less, _) = await ReadAsync(bare);
        Assert.False(less!.Value.TryGetProperty("name", out var _));
        Assert.False(less.Value.TryGetProperty("email", out var _));
    }

    [Fact]
    public async Task Tells_what_is_true_now()
    {
        await using var scenario = await SignedInAsync();
        await scenario.ExecuteAsync("UPDATE users SET display_name = 'Countess Lovelace' WHERE organization_id = @organization");
        Assert.Equal("Countess Lovelace", (await ReadAsync(scenario)).Document!.Value.GetProperty("name").GetString());
    }

    [Theory]
    [MemberData(nameof(RedeemAuthorizationCodeTests.Ends), MemberType = typeof(RedeemAuthorizationCodeTests))]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-104")]
    public async Task A_token_dies_with_what_it_stands_on(string end)
    {
        await using var scenario = await SignedInAsync();
        await scenario.ExecuteAsync(end, new { user = scenario.User.Value, at = ManualClock.Start });
        Assert.Equal("invalid_token", (await ReadAsync(scenario)).Error);
    }

    [Fact] // OIDC Core §11
    public async Task Offline_access_outlives_the_sessions_time_and_not_its_grant()
    {
        await using var scenario = await SignedInAsync("openid offline_access");
        await scenario.ExecuteAsync("DELETE FROM sessions WHERE organization_id = @organization");
        Assert.Null((await ReadAsync(scenario)).Error);
        await scenario.ExecuteAsync(
            "UPDATE grants SET revoked_at = @at WHERE organization_id = @organization",
            new { at = ManualClock.Start }
        );
        Assert.Equal("invalid_token", (await ReadAsync(scenario)).Error);
    }

    [Fact]
    [Trait("Security", "SEC-098")]
    public async Task A_token_dies_after_ten_minutes()
    {
        await using var scenario = await SignedInAsync();
        scenario.Clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Null((await ReadAsync(scenario)).Error);
        scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("invalid_token", (await ReadAsync(scenario)).Error);
    }

    [Fact] // RFC 8725 §3.11: one kind of token never passes for another
    [Trait("Security", "SEC-099")]
    public async Task An_id_token_is_no_access_token()
    {
        await using var scenario = await SignedInAsync();
        Assert.Equal("invalid_token", (await ReadAsync(scenario, scenario.Tokens!.IdToken!)).Error);
    }

    [Fact]
    [Trait("Security", "SEC-099")]
    public async Task Refuses_a_token_that_was_bent_anywhere()
    {
        await using var scenario = await SignedInAsync();
        var token = scenario.Tokens!.AccessToken;
        var parts = token.Split('.');
        string[] bent =
        [
            token[..^1],
            token + "A",
            token + ".",
            token + "=",
            " " + token,
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            $"{parts[0]}.{Base64Url.Encode("{}"u8)}.{parts[2]}",
            $"{Base64Url.Encode("""{"typ":"at+jwt","alg":"none"}"""u8)}.{parts[1]}.",
            $"{Base64Url.Encode("""{"typ":"at+jwt","alg":"HS256","kid":"x"}"""u8)}.{parts[1]}.{parts[2]}",
            "",
        ];
        foreach (var text in bent)
            Assert.Equal("invalid_token", (await ReadAsync(scenario, text)).Error);
        Assert.Null((await ReadAsync(scenario, token)).Error);
    }

    [Fact]
    [Trait("Security", "SEC-099")]
    public async Task Refuses_a_token_by_somebody_elses_key()
    {
        await using var scenario = await SignedInAsync();
        Assert.True(Base64Url.TryDecode(scenario.Tokens!.AccessToken.Split('.')[1], out var payload));
        var published = (await scenario.Node.Get<SigningKeys>().PublishedAsync(default))[0].Kid!;
        var forged = JsonWebToken.Sign(SigningKey.Generate(SignatureAlgorithm.ES256, kid: published), TokenTypes.AccessToken, payload);
        Assert.Equal("invalid_token", (await ReadAsync(scenario, forged)).Error);
    }
}
