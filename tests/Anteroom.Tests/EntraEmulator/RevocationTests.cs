using System.Net;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §9.4: which event ends which token and cookie.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // the rows of the table: confidential, public, cookie
    [InlineData("user changes password", true, false, false)]
    [InlineData("admin resets password", false, false, false)]
    [InlineData("revokeSignInSessions", false, false, false)]
    [InlineData("nothing", true, true, true)]
    public async Task Each_event_ends_what_the_table_says(string happens, bool confidential, bool isPublic, bool cookie)
    {
        using var browser = _stage.NewBrowser();
        var web = await browser.SignInAsync(_stage.AuthorizeUrl(null, ("scope", "openid offline_access")), Mira, EmulatorStage.Password);
        var webToken = (string)(await _stage.RedeemAsync(web["code"])).Body["refresh_token"]!;
        var native = await browser.OpenAsync(
            _stage.AuthorizeUrl(null, ("redirect_uri", EmulatorStage.NativeRedirectUri), ("scope", "openid offline_access"))
        );
        var nativeToken = (string)
            (
                await _stage.RedeemAsync(native.Reply()["code"], ("redirect_uri", EmulatorStage.NativeRedirectUri), ("client_secret", null))
            ).Body["refresh_token"]!;

        _stage.Clock.Advance(TimeSpan.FromSeconds(1));
        await HappenAsync(happens);

        AssertAlive(confidential, await RefreshAsync(webToken, _stage.Secret));
        AssertAlive(isPublic, await RefreshAsync(nativeToken, null));
        var silent = (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply();
        Assert.Equal(cookie, silent.ContainsKey("code"));
    }

    [Fact] // last sentence of §9.4 and §2.6 row 50057: a disabled person fails at the next refresh, and comes back
    public async Task A_disabled_person_fails_until_enabled_again()
    {
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        var token = (string)tokens.Body["refresh_token"]!;
        _stage.Change((User user) => user with { AccountEnabled = false });
        Assert.Equal(50057, (await RefreshAsync(token, _stage.Secret)).Code);
        _stage.Change((User user) => user with { AccountEnabled = true });
        Assert.Equal(HttpStatusCode.OK, (await RefreshAsync(token, _stage.Secret)).Status);
    }

    [Fact] // §2.6 rows 7000112 and 50105, at the refresh
    public async Task Applications_that_are_switched_off_or_closed_end_refreshes()
    {
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        var token = (string)tokens.Body["refresh_token"]!;
        var path = $"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}";
        await _stage.ControlAsync(HttpMethod.Put, path, new { appRoleAssignmentRequired = true });
        var refused = await RefreshAsync(token, _stage.Secret);
        Assert.Equal((50105, "invalid_grant"), (refused.Code, refused.Error));
        await _stage.ControlAsync(HttpMethod.Put, path, new { accountEnabled = false });
        refused = await RefreshAsync(token, _stage.Secret);
        Assert.Equal((7000112, "unauthorized_client"), (refused.Code, refused.Error));
    }

    private async Task HappenAsync(string what)
    {
        switch (what)
        {
            case "user changes password":
                _stage.Server.Get<PasswordCheck>().Change(_stage.User, "another password");
                break;
            case "admin resets password":
                await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { password = "another password" });
                break;
            case "revokeSignInSessions":
                await _stage.ControlAsync(HttpMethod.Post, $"/tenants/{_stage.TenantId}/users/{_stage.UserId}/revoke-sign-in-sessions");
                break;
        }
    }

    private Task<TokenReply> RefreshAsync(string token, string? secret) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("client_secret", secret),
            ("refresh_token", token)
        );

    private static void AssertAlive(bool isAlive, TokenReply reply)
    {
        if (isAlive)
            Assert.Equal(HttpStatusCode.OK, reply.Status);
        else
            Assert.Equal((50173, "invalid_grant", "bad_token"), (reply.Code, reply.Error, (string?)reply.Body["suberror"]));
    }
}
