using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1 and §2.6 "Code, PKCE, SPA": a code, redeemed once, by whoever asked for it.</summary>
public sealed class AuthorizationCodeGrantTests : IAsyncLifetime
{
    private const string Verifier = CodeForms.Verifier;

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §3.2
    [Trait("Capability", "HEL-04")]
    public async Task A_code_buys_the_documented_answer()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync());
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(
            ["token_type", "scope", "expires_in", "ext_expires_in", "access_token", "id_token"],
            reply.Body.Select(member => member.Key)
        );
        Assert.Equal("Bearer", (string?)reply.Body["token_type"]);
        Assert.Equal("email openid profile", (string?)reply.Body["scope"]);
        Assert.InRange((int)reply.Body["expires_in"]!, 3600, 5400);
        Assert.Equal((int)reply.Body["expires_in"]!, (int)reply.Body["ext_expires_in"]!);
        Assert.Equal("no-store, no-cache", reply.Headers["Cache-Control"]);
        Assert.Equal("no-cache", reply.Headers["Pragma"]);
        Assert.Contains("x-ms-request-id", reply.Headers.Keys);
    }

    [Fact] // §2.6 row 54005
    public async Task A_code_is_redeemed_once()
    {
        var code = await _stage.CodeAsync();
        await _stage.RedeemAsync(code);
        TokenRefusals.Check(
            await _stage.RedeemAsync(code),
            54005,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "OAuth2 Authorization code was already redeemed"
        );
    }

    [Fact] // §2.6 row 54005, raced
    public async Task Of_many_redemptions_at_once_one_wins()
    {
        var code = await _stage.CodeAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => _stage.RedeemAsync(code)));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.OK), reply => Assert.Equal(54005, reply.Code));
    }

    [Fact] // §2.6 row 70008, §11: ten minutes
    public async Task A_code_lives_ten_minutes()
    {
        var code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code)).Status);

        code = await _stage.CodeAsync();
        _stage.Clock.Advance(TimeSpan.FromMinutes(10));
        TokenRefusals.Check(
            await _stage.RedeemAsync(code),
            70008,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "has expired due to inactivity"
        );
    }

    [Theory] // §2.6 row 501481
    [InlineData("S256")]
    [InlineData("plain")]
    public async Task A_wrong_verifier_is_501481(string method)
    {
        var challenge = method == "S256" ? CodeForms.S256 : Verifier;
        var code = await _stage.CodeAsync(("code_challenge", challenge), ("code_challenge_method", method));
        TokenRefusals.Check(
            await _stage.RedeemAsync(code, ("code_verifier", new string('x', 43))),
            501481,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "The Code_Verifier does not match"
        );
        TokenRefusals.Check(
            await _stage.RedeemAsync(code),
            501481,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            "The Code_Verifier does not match"
        );

        // A failed try does not use the code up.
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code, ("code_verifier", Verifier))).Status);
    }

    [Fact] // §2.1: an absent method means plain
    public async Task A_challenge_without_a_method_is_plain()
    {
        var code = await _stage.CodeAsync(("code_challenge", Verifier));
        Assert.Equal(HttpStatusCode.OK, (await _stage.RedeemAsync(code, ("code_verifier", Verifier))).Status);
    }

    [Fact] // §2.6 row 700005
    public async Task A_code_is_redeemed_at_the_path_it_was_issued_at()
    {
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        var reply = await _stage.TokenAsync("organizations", null, CodeForms.Of(_stage, await _stage.CodeAsync()));
        TokenRefusals.Check(reply, 700005, "invalid_grant", HttpStatusCode.BadRequest, "");
    }

    [Fact] // §3.2, §12.4: nobody but Graph can validate it
    public async Task The_access_token_is_graphs_and_verifies_for_nobody_else()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync());
        var token = (string)reply.Body["access_token"]!;
        Assert.True(Jwt.Header(token).ContainsKey("nonce"));
        var claims = Jwt.Payload(token);
        Assert.Equal("00000003-0000-0000-c000-000000000000", (string?)claims["aud"]);
        Assert.Equal($"https://sts.windows.net/{_stage.TenantId}/", (string?)claims["iss"]);
        Assert.Equal("1.0", (string?)claims["ver"]);
        Assert.False(Jwt.Verifies(token, await _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys")));

        // §4.5: Graph takes it, and the subject is the ID token's.
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var info = JsonNode.Parse(await client.GetStringAsync(new Uri($"{_stage.Url}/graph/oidc/userinfo")))!;
        Assert.Equal((string?)Jwt.Payload((string)reply.Body["id_token"]!)["sub"], (string?)info["sub"]);
        Assert.Equal("Mira Koch", (string?)info["name"]);
        Assert.Null(info["oid"]);
    }
}
