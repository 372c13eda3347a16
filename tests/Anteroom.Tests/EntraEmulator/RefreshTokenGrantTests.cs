using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.2, §9.4, §11: refresh tokens rotate, stay good, and end.</summary>
public sealed class RefreshTokenGrantTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §3.2: rotates, and the old one is not revoked; §9.4: revocation shows here
    public async Task Refresh_tokens_rotate_stay_good_and_end_with_the_person()
    {
        var first = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid profile offline_access")));
        var token = (string)first.Body["refresh_token"]!;
        var second = await RefreshAsync(token);
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.NotEqual(token, (string)second.Body["refresh_token"]!);
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(token)).Status);

        _stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { password = "another password" });
        TokenRefusals.Check(await RefreshAsync(token), 50173, "invalid_grant", HttpStatusCode.BadRequest, "");
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { accountEnabled = false });
        TokenRefusals.Check(await RefreshAsync(token), 50057, "invalid_grant", HttpStatusCode.BadRequest, "The user account is disabled.");
    }

    [Fact] // §11: 90 days of inactivity
    public async Task An_unused_refresh_token_ends_after_90_days()
    {
        var reply = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        _stage.Clock.Advance(TimeSpan.FromDays(90));
        TokenRefusals.Check(
            await RefreshAsync((string)reply.Body["refresh_token"]!),
            700082,
            "invalid_grant",
            HttpStatusCode.BadRequest,
            ""
        );
    }

    private Task<TokenReply> RefreshAsync(string token) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("refresh_token", token)
        );
}
