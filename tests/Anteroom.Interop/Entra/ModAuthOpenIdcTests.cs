using System.Net;
using Anteroom.Harness;

namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: Debian's libapache2-mod-auth-openidc, configured as its wiki says for Microsoft Entra ID.</summary>
public sealed class ModAuthOpenIdcTests
{
    // The wiki: metadata of the tenant's v2.0 endpoint, client id and secret, "upn" added to the token configuration and used as REMOTE_USER.
    [Fact]
    public async Task Mod_auth_openidc_lets_a_person_in_and_out()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync(
            "Apache",
            new
            {
                web = new { redirectUris = new[] { "http://localhost/secure/redirect_uri" } },
                optionalClaims = new { idToken = new[] { new { name = "upn" } } },
            }
        );
        var secret = await client.AddSecretAsync();
        await using var apache = await ApacheServer.StartAsync(address => Site(entra, client, secret, address));
        using var browser = new HttpBrowser { ExtraHeaders = { ["Accept"] = "text/html,*/*" } };

        var inside = await EntraPages.SignInAsync(browser, await browser.GetAsync($"{apache.Address}/secure/page.txt"), entra.Mira);
        Assert.True(inside.Status == HttpStatusCode.OK, $"{inside.Address} {inside.Text}\n{apache.ErrorLog}");
        Assert.Equal("You are in.", inside.Body);
        Assert.Equal(entra.Mira.UserName, inside.Headers["X-Remote-User"]);
        Assert.Equal(entra.Mira.ObjectId.ToString(), inside.Headers["X-Oid"]);
        Assert.Equal(entra.TenantId.ToString(), inside.Headers["X-Tid"]);
        Assert.Equal("Mira Koch", inside.Headers["X-Name"]); // also what userinfo says: the module refuses another sub there

        var again = await browser.GetAsync($"{apache.Address}/secure/page.txt", follow: false);
        Assert.Equal(HttpStatusCode.OK, again.Status);

        var signOut = $"{apache.Address}/secure/redirect_uri?logout={Uri.EscapeDataString($"{apache.Address}/out.txt")}";
        var asked = await browser.GetAsync(signOut);
        Assert.StartsWith($"{entra.Authority}/oauth2/v2.0/logout", asked.Address.AbsoluteUri, StringComparison.Ordinal);
        await browser.SubmitAsync(asked, button: entra.Mira.ObjectId.ToString());
        var outside = await browser.GetAsync($"{apache.Address}/secure/page.txt");
        Assert.NotNull(outside.Html.QuerySelector("[name=loginfmt]"));
    }

    // entra-oidc.md §2.6: a code that Entra did not issue buys nothing.
    [Fact]
    public async Task Mod_auth_openidc_lets_nobody_in_by_a_forged_code()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync(
            "Apache",
            new { web = new { redirectUris = new[] { "http://localhost/secure/redirect_uri" } } }
        );
        var secret = await client.AddSecretAsync();
        await using var apache = await ApacheServer.StartAsync(address => Site(entra, client, secret, address));
        using var browser = new HttpBrowser { StopAt = $"{apache.Address}/secure/redirect_uri" };
        browser.ExtraHeaders["Accept"] = "text/html,*/*";

        var stopped = await EntraPages.SignInAsync(browser, await browser.GetAsync($"{apache.Address}/secure/page.txt"), entra.Mira);
        var answer = new Uri(stopped.Address, stopped.Location!).AbsoluteUri;
        var forged = await browser.GetAsync(answer.Replace("code=", "code=x", StringComparison.Ordinal));
        Assert.NotEqual("You are in.", forged.Body);
        Assert.NotEqual(HttpStatusCode.OK, (await browser.GetAsync($"{apache.Address}/secure/page.txt", follow: false)).Status);
    }

    private static string Site(EntraScene entra, Registration client, string secret, string address) =>
        $$"""
            OIDCProviderMetadataURL {{entra.Authority}}/v2.0/.well-known/openid-configuration
            OIDCClientID {{client.Id}}
            OIDCClientSecret {{secret}}
            OIDCRedirectURI {{address}}/secure/redirect_uri
            OIDCCryptoPassphrase a-passphrase-of-this-test-alone
            OIDCScope "openid email profile"
            OIDCRemoteUserClaim upn
            OIDCCABundlePath {{entra.AuthorityFile}}
            <Location /secure>
              AuthType openid-connect
              Require valid-user
              Header set X-Remote-User "expr=%{REMOTE_USER}"
              Header set X-Oid "%{OIDC_CLAIM_oid}e"
              Header set X-Tid "%{OIDC_CLAIM_tid}e"
              Header set X-Name "%{OIDC_CLAIM_name}e"
            </Location>

            """;
}
