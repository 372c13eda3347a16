using System.Net;
using System.Text;
using System.Text.Json;
using Anteroom.Harness;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>What an application may use once, used by a hundred requests at the same moment, half of them at each server (security.md §16.3).</summary>
public sealed class TokenRaceTests(TwoProcesses two) : IClassFixture<TwoProcesses>
{
    private const int AtOnce = 100;

    [Fact]
    [Trait("Security", "SEC-101")]
    [Trait("Security", "SEC-341")]
    public async Task Of_a_hundred_refreshes_of_one_token_one_succeeds_and_the_family_ends()
    {
        var (rig, application) = (two.Rig, two.Application);
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAtEntraAsync(browser, mira);
        var rounds = TestScale.Pick(2, 100);
        for (var round = 0; round < rounds; round++)
        {
            var tokens = await contoso.SignInAsync(application, browser, mira, round % 2);

            var answers = await StartBarrier.RunAsync(AtOnce, number => application.RefreshAsync(tokens.RefreshToken, number % 2));

            var winner = Assert.Single(answers, answer => answer.IsSuccess);
            Assert.All(answers.Where(answer => !answer.IsSuccess), answer => Assert.Equal("invalid_grant", answer.Error));
            // Ninety-nine of them look like a thief, so what the one got is worth nothing either.
            Assert.Equal("invalid_grant", (await application.RefreshAsync(winner.RefreshToken, (round + 1) % 2)).Error);
        }
        Assert.Equal(
            rounds,
            (
                await contoso.Rows.FirstAsync<long>(
                    "SELECT count(*) FROM grants WHERE organization_id = @organization AND revoked_for = 'refresh_token_replayed'"
                )
            )
        );
        Assert.Equal(2 * rounds, await contoso.Rows.CountAsync("refresh_tokens"));
        Assert.Empty(await rig.Invariants.ViolationsAsync());
        CampaignLog.Saw(
            $"{rounds} rounds: {AtOnce * rounds} uses, {rounds} succeeded, {(AtOnce - 1) * rounds} invalid_grant, {rounds} families revoked"
        );
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-341")]
    public async Task Of_a_hundred_uses_of_one_assertion_one_proves_who_the_application_is()
    {
        var key = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "raced");
        var application = await RelyingParty.RegisterAsync(
            two.Rig,
            change: draft =>
                draft with
                {
                    RedirectUris = [],
                    PostLogoutRedirectUris = [],
                    ClientAuthentication = "private_key_jwt",
                    GrantTypes = [GrantType.ClientCredentials],
                    Jwks = Encoding.UTF8.GetString(new JsonWebKeySet([key.PublicKey.JsonWebKey]).ToUtf8()),
                }
        );
        var rounds = TestScale.Pick(2, 100);
        for (var round = 0; round < rounds; round++)
        {
            var assertion = Assertion(application, key);

            var answers = await StartBarrier.RunAsync(
                AtOnce,
                number =>
                    application.FormAsync(
                        "/connect/token",
                        number % 2,
                        ("grant_type", "client_credentials"),
                        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                        ("client_assertion", assertion)
                    )
            );

            Assert.Single(answers, answer => answer.IsSuccess);
            Assert.All(
                answers.Where(answer => !answer.IsSuccess),
                answer => Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error))
            );
        }
        CampaignLog.Saw($"{rounds} rounds: {AtOnce * rounds} uses, {rounds} succeeded, {(AtOnce - 1) * rounds} invalid_client");
    }

    private string Assertion(RelyingParty application, SigningKey key)
    {
        var now = two.Rig.Clock.GetUtcNow().ToUnixTimeSeconds();
        return JsonWebToken.Sign(
            key,
            "JWT",
            JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, object>
                {
                    ["iss"] = application.ClientId,
                    ["sub"] = application.ClientId,
                    ["aud"] = two.Rig.Address,
                    ["jti"] = Guid.CreateVersion7().ToString(),
                    ["iat"] = now,
                    ["exp"] = now + 60,
                }
            )
        );
    }
}
