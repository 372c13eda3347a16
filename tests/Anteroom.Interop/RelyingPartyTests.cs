namespace Anteroom.Interop;

/// <summary>Relying parties that we did not write sign people in through us.</summary>
public sealed class RelyingPartyTests(Stage stage)
{
    // HID-65: code with PKCE, userinfo, refresh and sign-out as npm openid-client 6 sees them.
    [Fact, Trait("Capability", "HID-65")]
    public async Task Openid_client_lives_a_whole_sign_in()
    {
        var seen = await stage.OpenIdClient.Value;
        var sub = seen.Text("claims", "sub");

        Assert.Equal("contoso", seen.Text("claims", "org_slug"));
        Assert.Equal("Alma Reyes", seen.Text("claims", "name"));
        Assert.Empty(seen["titles"]!.AsArray()); // the second sign-in met no page
        Assert.Equal(sub, seen.Text("userInfo", "sub"));
        Assert.Equal("Alma Reyes", seen.Text("userInfo", "name"));
        Assert.True(seen["refreshed"]!["rotated"]!.GetValue<bool>());
        Assert.Equal(sub, seen.Text("refreshed", "sub"));
        Assert.EndsWith("/signed-out?state=after", seen.Text("signedOut"), StringComparison.Ordinal);
        Assert.NotEqual("accepted", seen.Text("userInfoAfter"));
        Assert.Equal("login_required", seen.Text("afterSignOut"));
    }

    // SEC-092, SEC-101: what must not be accepted, by them or by us.
    [Fact, Trait("Security", "SEC-092"), Trait("Security", "SEC-101")]
    public async Task Openid_client_meets_refusals_where_it_should()
    {
        var seen = await stage.OpenIdClient.Value;

        Assert.Equal("OAUTH_INVALID_RESPONSE", seen.Text("wrongState"));
        Assert.Equal("OAUTH_JWT_CLAIM_COMPARISON_FAILED", seen.Text("wrongNonce"));
        Assert.Equal("invalid_grant", seen.Text("codeTwice"));
        Assert.Equal("invalid_grant", seen.Text("reused"));
        Assert.Equal("invalid_grant", seen.Text("afterReuse")); // the whole family ends with the reused token
    }

    // HID-65: tokens verify with npm jose against our key set; one key per algorithm.
    [Theory, Trait("Capability", "HID-65")]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task Jose_verifies_our_tokens(string algorithm)
    {
        var seen = await stage.RunAsync("jose.mjs", ("algorithm", algorithm));

        Assert.Equal(algorithm, seen.Text("header", "alg"));
        Assert.Equal("at+jwt", seen.Text("accessHeader", "typ"));
        Assert.Equal(seen.Text("sub"), seen.Text("accessSub"));
        Assert.InRange(seen["lifetime"]!.GetValue<int>(), 1, 600);
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", seen.Text("forged"));
    }

    // SEC-109: npm jose verifies the logout token that an application's server gets; openid-client's session ended.
    [Fact, Trait("Security", "SEC-109")]
    public async Task Jose_verifies_our_logout_token()
    {
        var seen = await stage.RunAsync("logout.mjs");

        Assert.Equal("logout+jwt", seen.Text("header", "typ"));
        Assert.Equal(seen.Text("sub"), seen.Text("claims", "sub"));
        Assert.Equal(seen.Text("sid"), seen.Text("claims", "sid"));
        Assert.NotNull(seen["claims"]!["events"]!["http://schemas.openid.net/event/backchannel-logout"]);
        Assert.Null(seen["claims"]!["nonce"]);
        Assert.True(seen["offered"]!.GetValue<bool>());
        Assert.Equal("ERR_JWT_CLAIM_VALIDATION_FAILED", seen.Text("asIdToken")); // by its typ
    }

    // SEC-093: a public client with PKCE alone, and answers by form_post; then every other grant that we have.
    [Fact, Trait("Security", "SEC-093"), Trait("Security", "SEC-111"), Trait("Capability", "HID-65")]
    public async Task Oauth4webapi_uses_every_grant()
    {
        var seen = await stage.RunAsync("oauth4webapi.mjs");

        Assert.Equal("contoso", seen.Text("org"));
        Assert.Equal("invalid_grant", seen.Text("wrongVerifier"));

        // RFC 8414, RFC 9126, RFC 7009: without a secret it may push and revoke; RFC 7662: to introspect takes a proof.
        Assert.InRange(seen["pushedFor"]!.GetValue<int>(), 1, 90);
        Assert.Equal("invalid_grant", seen.Text("revoked"));
        Assert.Equal("OAUTH_WWW_AUTHENTICATE_CHALLENGE", seen.Text("mayIntrospect")); // 401: prove who you are

        // RFC 6749 §6, RFC 9700 §4.14.2: three answers, three access tokens, three refresh tokens.
        Assert.Equal(3, seen["refreshes"]!["accessTokens"]!.GetValue<int>());
        Assert.Equal(3, seen["refreshes"]!["refreshTokens"]!.GetValue<int>());

        // RFC 8628: a device, whose code counts once; the same person as in the browser.
        Assert.Equal("authorization_pending", seen.Text("device", "waiting"));
        Assert.Contains("is being signed in on your device", seen.Text("device", "page"), StringComparison.Ordinal);
        Assert.Equal(seen.Text("sub"), seen.Text("device", "sub"));
        Assert.True(seen.Flag("device", "refreshed"));
        Assert.Equal("invalid_grant", seen.Text("device", "again"));

        // Programs by secret and by an RSA key (PS256).
        foreach (var name in new[] { "job", "signer" })
        {
            Assert.True(seen[name]!["active"]!.GetValue<bool>());
            Assert.Equal(seen.Text(name + "Id"), seen.Text(name, "sub"));
        }
        Assert.Equal("orders:read", seen.Text("job", "scope"));
    }

    // SEC-105: a pushed request and tokens for one API each, as npm openid-client 6 does them.
    [Fact, Trait("Security", "SEC-105"), Trait("Capability", "HID-65")]
    public async Task Openid_client_pushes_its_request_and_narrows_its_tokens()
    {
        var seen = (await stage.OpenIdClient.Value)["pushed"]!;

        Assert.Equal("client_id request_uri", string.Join(' ', seen["parameters"]!.AsArray().Select(name => (string?)name)));
        Assert.True(seen["audience"]!.GetValue<bool>());
        Assert.Equal("invalid_request_uri", seen.Text("again"));
        Assert.True(seen["narrowed"]!["audience"]!.GetValue<bool>());
        Assert.Equal("openid orders:read", seen.Text("narrowed", "scope"));
        Assert.Equal("invalid_target", seen.Text("elsewhere"));
    }

    // SEC-104: introspection and revocation.
    [Fact, Trait("Security", "SEC-104")]
    public async Task Openid_client_introspects_and_revokes()
    {
        var seen = await stage.OpenIdClient.Value;

        Assert.True(seen["introspected"]!["before"]!["active"]!.GetValue<bool>());
        Assert.Equal("openid orders:read", seen.Text("introspected", "before", "scope"));
        Assert.False(seen["introspected"]!["after"]!["active"]!.GetValue<bool>());
        Assert.Equal("invalid_grant", seen.Text("introspected", "refreshedAfter"));
    }

    // SEC-097: a program proves itself by its key (ES256) and acts for itself.
    [Fact, Trait("Security", "SEC-097"), Trait("Security", "SEC-102")]
    public async Task Openid_client_acts_for_itself_by_its_key()
    {
        var seen = (await stage.OpenIdClient.Value)["program"]!;

        Assert.Null(seen["secret"]);
        Assert.Equal("orders:read", seen.Text("token", "scope"));
        Assert.Equal(seen.Text("clientId"), seen.Text("introspected", "sub"));
        Assert.Equal("invalid_scope", seen.Text("tooMuch"));
        Assert.False(seen["after"]!["active"]!.GetValue<bool>());
    }

    // RFC 8628 as npm openid-client 6 does it: a device without a browser, and a person with one.
    [Fact, Trait("Security", "SEC-111"), Trait("Security", "SEC-092")]
    public async Task Openid_client_signs_a_device_in()
    {
        var seen = await stage.RunAsync("device.mjs");

        Assert.EndsWith("/connect/device", seen.Text("endpoint"), StringComparison.Ordinal);
        Assert.Matches("^[B-Z]{4}-[B-Z]{4}$", seen.Text("codes", "user"));
        Assert.Equal("authorization_pending", seen.Text("pending"));
        Assert.Equal("slow_down", seen.Text("tooSoon"));
        Assert.Contains("is being signed in on your device", seen.Text("allowed"), StringComparison.Ordinal);
        Assert.Equal("contoso", seen.Text("claims", "org_slug"));
        Assert.Equal("Alma Reyes", seen.Text("userInfo", "name"));
        Assert.Equal(seen.Text("claims", "sub"), seen.Text("refreshed", "sub"));
        Assert.True(seen["refreshed"]!["rotated"]!.GetValue<bool>());

        Assert.Equal(3, seen["refused"]!["pages"]!.GetValue<int>()); // the code, the question, the answer
        Assert.Contains("The device was not signed in", seen.Text("refused", "text"), StringComparison.Ordinal);
        Assert.Equal("access_denied", seen.Text("denied"));
        Assert.Equal("invalid_grant", seen.Text("again"));
        Assert.Equal("invalid_grant", seen.Text("afterReplay"));
    }
}
