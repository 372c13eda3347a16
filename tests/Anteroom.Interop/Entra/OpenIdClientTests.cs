namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: npm openid-client 6, told what Entra's documentation tells a client of OpenID Connect.</summary>
public sealed class OpenIdClientTests
{
    private const string Callback = "https://application.example/signed-in";

    // Issue 3; entra-oidc.md §1.3 (metadata), §2.3 (hybrid), §2.5 D (prompt=none), §3 (secret in body and by Basic), §7 (sign-out).
    [Fact]
    public async Task Openid_client_lives_a_whole_sign_in_at_Entra()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync(
            "Web application",
            new { web = new { redirectUris = new[] { Callback }, implicitGrantSettings = new { enableIdTokenIssuance = true } } }
        );

        var seen = await entra.RunAsync(
            "openid-client.mjs",
            client,
            ("clientSecret", await client.AddSecretAsync()),
            ("redirectUri", Callback)
        );

        var sub = seen.Text("claims", "sub");
        Assert.Equal($"{entra.Authority}/v2.0", seen.Text("claims", "iss"));
        Assert.Equal(entra.TenantId.ToString(), seen.Text("claims", "tid"));
        Assert.Equal(entra.Mira.ObjectId.ToString(), seen.Text("claims", "oid"));
        Assert.Equal(entra.Mira.UserName, seen.Text("claims", "email"));
        Assert.Equal(sub, seen.Text("userInfo", "sub"));
        Assert.Equal("Mira Koch", seen.Text("userInfo", "name"));
        Assert.Equal(sub, seen.Text("refreshed", "sub"));
        Assert.True(seen.Flag("refreshed", "hasRefreshToken"));
        Assert.Equal(sub, seen.Text("byBasic"));
        Assert.Equal(sub, seen.Text("hybrid"));
        Assert.Equal("login_required", seen.Text("loginRequired", "error"));
        Assert.Equal("invalid_client", seen.Text("wrongSecret", "error"));
        Assert.Equal(7000215, seen.Number("wrongSecret", "aadsts"));
        Assert.True(seen.Flag("signedOut"));
        Assert.Equal("login_required", seen.Text("afterSignOut"));
    }
}
