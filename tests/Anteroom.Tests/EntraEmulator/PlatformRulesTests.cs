using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.4: the platform of the redirect URI decides who may redeem.</summary>
public sealed class PlatformRulesTests : IAsyncLifetime
{
    private const string Verifier = CodeForms.Verifier;

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §3.4 web with Origin, §2.6 row 9002326
    public async Task A_web_code_with_an_origin_is_9002326()
    {
        var reply = await _stage.TokenAsync(null, "https://rp.example", CodeForms.Of(_stage, await _stage.CodeAsync()));
        TokenRefusals.Check(
            reply,
            9002326,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "permitted only for the 'Single-Page Application' client-type. Request origin: 'https://rp.example'."
        );
    }

    [Fact] // §3.4 spa without Origin, §2.6 row 9002327: a server whose address was registered as SPA
    public async Task A_spa_code_without_an_origin_is_9002327()
    {
        var code = await SpaCodeAsync();
        TokenRefusals.Check(
            await _stage.RedeemAsync(code, ("redirect_uri", EmulatorStage.SpaRedirectUri), ("code_verifier", Verifier)),
            9002327,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "may only be redeemed via cross-origin requests."
        );
    }

    [Fact] // §3.4 spa
    public async Task A_spa_redeems_cross_origin_with_pkce_and_without_a_secret()
    {
        var code = await SpaCodeAsync();
        (string, string?)[] form = [.. CodeForms.Of(_stage, code, EmulatorStage.SpaRedirectUri, secret: null), ("code_verifier", Verifier)];
        var withoutVerifier = await _stage.TokenAsync(
            null,
            "https://spa.example",
            CodeForms.Of(_stage, code, EmulatorStage.SpaRedirectUri, secret: null)
        );
        TokenRefusals.Check(
            withoutVerifier,
            9002325,
            "invalid_request",
            HttpStatusCode.BadRequest,
            "Proof Key for Code Exchange is required"
        );

        var reply = await _stage.TokenAsync(null, "https://spa.example", form);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("*", reply.Headers["Access-Control-Allow-Origin"]);
    }

    [Fact] // §3.4 publicClient
    public async Task A_public_client_must_not_send_a_secret()
    {
        var code = await _stage.CodeAsync(("redirect_uri", EmulatorStage.NativeRedirectUri), ("code_challenge", Verifier));
        (string, string?)[] form = [.. CodeForms.Of(_stage, code, EmulatorStage.NativeRedirectUri), ("code_verifier", Verifier)];
        TokenRefusals.Check(
            await _stage.TokenAsync(null, null, form),
            700025,
            "invalid_client",
            HttpStatusCode.Unauthorized,
            "Client is public"
        );

        form = [.. CodeForms.Of(_stage, code, EmulatorStage.NativeRedirectUri, secret: null), ("code_verifier", Verifier)];
        Assert.Equal(HttpStatusCode.OK, (await _stage.TokenAsync(null, null, form)).Status);
    }

    [Fact] // §3.4: a SPA's refresh tokens end 24 hours after the sign-in, successors too
    public async Task A_spa_refresh_token_and_its_successors_end_after_a_day()
    {
        var code = await _stage.CodeAsync(
            ("redirect_uri", EmulatorStage.SpaRedirectUri),
            ("code_challenge", Verifier),
            ("scope", "openid offline_access")
        );
        var first = await _stage.TokenAsync(
            null,
            "https://spa.example",
            [.. CodeForms.Of(_stage, code, EmulatorStage.SpaRedirectUri, null), ("code_verifier", Verifier)]
        );
        _stage.Clock.Advance(TimeSpan.FromHours(23));
        var second = await SpaRefreshAsync((string)first.Body["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        _stage.Clock.Advance(TimeSpan.FromHours(1));
        TokenRefusals.Check(
            await SpaRefreshAsync((string)second.Body["refresh_token"]!),
            700084,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            ""
        );
    }

    private async Task<string> SpaCodeAsync() =>
        await _stage.CodeAsync(
            ("redirect_uri", EmulatorStage.SpaRedirectUri),
            ("code_challenge", CodeForms.S256),
            ("code_challenge_method", "S256")
        );

    private Task<TokenReply> SpaRefreshAsync(string token) =>
        _stage.TokenAsync(
            null,
            "https://spa.example",
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("refresh_token", token)
        );
}
