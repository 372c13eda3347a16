using System.Net.Sockets;
using System.Web;
using Anteroom.Harness;
using Microsoft.Identity.Client;

namespace Anteroom.Interop.Entra;

/// <summary>Issue 3: MSAL.NET (Microsoft.Identity.Client), told no more than authority, certificate authority and no instance discovery.</summary>
public sealed class MsalNetTests
{
    private const string Callback = "https://application.example/signed-in";
    private static readonly string[] Graph = [EntraScene.GraphDefault];
    private static readonly string[] UserRead = ["User.Read"];

    // Issue 3: confidential client by secret (entra-oidc.md §3.1).
    [Fact]
    public async Task Msal_net_proves_itself_by_secret()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        var application = Confidential(entra, client).WithClientSecret(await client.AddSecretAsync()).Build();

        var first = await application.AcquireTokenForClient(Graph).ExecuteAsync();
        var second = await application.AcquireTokenForClient(Graph).ExecuteAsync();

        Assert.Equal(TokenSource.IdentityProvider, first.AuthenticationResultMetadata.TokenSource);
        Assert.Equal(TokenSource.Cache, second.AuthenticationResultMetadata.TokenSource);
        Assert.Equal(client.Id, Jwt.Claims(first.AccessToken).Text("appid"));
        Assert.Equal("app", Jwt.Claims(first.AccessToken).Text("idtyp"));
    }

    // entra-oidc.md §2.6 (7000215), §3.3: the library reads code, correlation id and numbers out of the error's JSON.
    [Fact]
    public async Task Msal_net_understands_a_refusal()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        var application = Confidential(entra, client).WithClientSecret("not the secret").Build();

        var refused = await Assert.ThrowsAsync<MsalServiceException>(() => application.AcquireTokenForClient(Graph).ExecuteAsync());

        Assert.Equal("invalid_client", refused.ErrorCode);
        Assert.Equal(401, refused.StatusCode);
        Assert.StartsWith(
            "AADSTS7000215",
            refused.Message[refused.Message.IndexOf("AADSTS", StringComparison.Ordinal)..],
            StringComparison.Ordinal
        );
        Assert.False(string.IsNullOrEmpty(refused.CorrelationId));
    }

    // Issue 3: authorization code with PKCE as a web application, then the cache, then the refresh token.
    [Fact]
    public async Task Msal_net_signs_in_by_code_with_pkce_and_refreshes()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Web application", new { web = new { redirectUris = new[] { Callback } } });
        var application = Confidential(entra, client).WithClientSecret(await client.AddSecretAsync()).WithRedirectUri(Callback).Build();

        var address = await application.GetAuthorizationRequestUrl(UserRead).WithPkce(out var verifier).ExecuteAsync();
        using var browser = new HttpBrowser { StopAt = Callback };
        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(address.AbsoluteUri), entra.Mira);
        var tokens = await application
            .AcquireTokenByAuthorizationCode(UserRead, page.Answer["code"])
            .WithPkceCodeVerifier(verifier)
            .ExecuteAsync();
        var account = await application.GetAccountAsync(tokens.Account.HomeAccountId.Identifier);
        var cached = await application.AcquireTokenSilent(UserRead, account).ExecuteAsync();
        var refreshed = await application.AcquireTokenSilent(UserRead, account).WithForceRefresh(true).ExecuteAsync();

        Assert.Equal($"{entra.Mira.ObjectId}.{entra.TenantId}", tokens.Account.HomeAccountId.Identifier);
        Assert.Equal(entra.Mira.UserName, tokens.Account.Username);
        Assert.Equal(entra.TenantId.ToString(), tokens.TenantId);
        Assert.Equal(TokenSource.Cache, cached.AuthenticationResultMetadata.TokenSource);
        Assert.Equal(TokenSource.IdentityProvider, refreshed.AuthenticationResultMetadata.TokenSource);
        Assert.NotEqual(tokens.AccessToken, refreshed.AccessToken);
    }

    // Issue 3: public client with the library's own loopback listener; the browser that it opens is ours.
    [Fact]
    public async Task Msal_net_signs_in_interactively_as_a_public_client()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync(
            "Desktop program",
            new { publicClient = new { redirectUris = new[] { "http://localhost" } } }
        );
        var application = Public(entra, client).WithRedirectUri("http://localhost").Build();
        using var browser = new HttpBrowser();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var visit = Task.CompletedTask;
        // As a real browser: the library listens only after it was opened.
        var open = new SystemWebViewOptions
        {
            OpenBrowserAsync = address =>
            {
                visit = VisitAsync(browser, address, entra.Mira);
                return Task.CompletedTask;
            },
        };

        var tokens = await application
            .AcquireTokenInteractive(UserRead)
            .WithUseEmbeddedWebView(false)
            .WithSystemWebViewOptions(open)
            .ExecuteAsync(patience.Token);
        await visit;
        var refreshed = await application.AcquireTokenSilent(UserRead, tokens.Account).WithForceRefresh(true).ExecuteAsync();

        Assert.Equal(entra.Mira.UserName, tokens.Account.Username);
        Assert.Contains("User.Read", string.Join(' ', tokens.Scopes), StringComparison.Ordinal);
        Assert.Equal(TokenSource.IdentityProvider, refreshed.AuthenticationResultMetadata.TokenSource);
    }

    // Issue 3: confidential client by certificate, with and without the chain in the assertion.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Msal_net_proves_itself_by_certificate(bool sendsChain)
    {
        await using var entra = await EntraScene.StartAsync();
        using var certificate = new ClientCertificate();
        var client = await entra.RegisterAsync("Daemon");
        await client.AddCertificateAsync(certificate);
        var application = Confidential(entra, client).WithCertificate(certificate.Certificate, sendsChain).Build();

        var token = await application.AcquireTokenForClient(Graph).ExecuteAsync();

        Assert.Equal(client.Id, Jwt.Claims(token.AccessToken).Text("appid"));
    }

    // Issue 3: confidential client by the token of another issuer.
    [Fact]
    public async Task Msal_net_proves_itself_by_assertion()
    {
        await using var entra = await EntraScene.StartAsync();
        await using var issuer = await FederatedIssuer.StartAsync();
        var client = await entra.RegisterAsync("Daemon");
        await client.AddFederatedCredentialAsync(issuer, "job:build");
        var application = Confidential(entra, client)
            .WithClientAssertion((AssertionRequestOptions _) => Task.FromResult(issuer.Issue("job:build")))
            .Build();

        var token = await application.AcquireTokenForClient(Graph).ExecuteAsync();

        Assert.Equal(client.Id, Jwt.Claims(token.AccessToken).Text("appid"));
    }

    // Issue 3: public client by device code.
    [Fact]
    public async Task Msal_net_signs_in_by_device_code()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Device", new { isFallbackPublicClient = true });
        var application = Public(entra, client).Build();
        using var browser = new HttpBrowser();

        var tokens = await application
            .AcquireTokenWithDeviceCode(
                UserRead,
                async device =>
                {
                    var typed = await browser.SubmitAsync(
                        await browser.GetAsync(device.VerificationUrl),
                        new Dictionary<string, string> { ["otc"] = device.UserCode }
                    );
                    var confirm = await EntraPages.SignInAsync(browser, typed, entra.Mira, "continue");
                    Assert.Empty(confirm.Html.Forms);
                }
            )
            .ExecuteAsync();

        Assert.Equal(entra.Mira.UserName, tokens.Account.Username);
    }

    // Name and password, where the tenant allows it; the library asks for the user's realm first (entra-oidc.md §1.2, §3.1, 50126).
    [Fact]
    public async Task Msal_net_signs_in_by_user_name_and_password()
    {
        await using var entra = await EntraScene.StartAsync();
        var client = await entra.RegisterAsync("Old program", new { isFallbackPublicClient = true });
        var application = Public(entra, client).Build();

#pragma warning disable CS0618 // deprecated there, and still used by old programs
        var tokens = await application.AcquireTokenByUsernamePassword(UserRead, entra.Mira.UserName, entra.Mira.Password).ExecuteAsync();
        var refused = await Assert.ThrowsAsync<MsalUiRequiredException>(() =>
            application.AcquireTokenByUsernamePassword(UserRead, entra.Mira.UserName, "not the password").ExecuteAsync()
        );
#pragma warning restore CS0618

        Assert.Equal(entra.Mira.UserName, tokens.Account.Username);
        Assert.Contains("AADSTS50126", refused.Message, StringComparison.Ordinal);
    }

    // Issue 3: on behalf of a person.
    [Fact]
    public async Task Msal_net_acts_on_behalf_of_a_person()
    {
        await using var entra = await EntraScene.StartAsync();
        var api = await entra.RegisterApiAsync();
        var program = await entra.RegisterAsync(
            "Old program",
            new { isFallbackPublicClient = true, requiredResourceAccess = EntraScene.PermissionFor(api) }
        );
        var application = Confidential(entra, api).WithClientSecret(await api.AddSecretAsync()).Build();

#pragma warning disable CS0618
        var forApi = await Public(entra, program)
            .Build()
            .AcquireTokenByUsernamePassword([EntraScene.ApiScope], entra.Mira.UserName, entra.Mira.Password)
            .ExecuteAsync();
#pragma warning restore CS0618
        var forGraph = await application.AcquireTokenOnBehalfOf(UserRead, new UserAssertion(forApi.AccessToken)).ExecuteAsync();

        Assert.Equal(api.Id, Jwt.Claims(forGraph.AccessToken).Text("appid"));
        Assert.Equal(entra.Mira.ObjectId.ToString(), Jwt.Claims(forGraph.AccessToken).Text("oid"));
    }

    private static async Task VisitAsync(HttpBrowser browser, Uri address, Person person)
    {
        await ListeningAsync(new Uri(HttpUtility.ParseQueryString(address.Query)["redirect_uri"]!));
        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(address.AbsoluteUri), person);
        if (page.Html.QuerySelector("form[name=hiddenform]") is not null)
            await browser.SubmitAsync(page); // what the page's script does
    }

    /// <summary>A person takes longer than the library's listener; this browser, on a busy machine, does not.</summary>
    private static async Task ListeningAsync(Uri listener)
    {
        for (var tries = 0; ; tries++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(listener.Host, listener.Port);
                return;
            }
            catch (SocketException) when (tries < 300)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            }
        }
    }

    private static ConfidentialClientApplicationBuilder Confidential(EntraScene entra, Registration client) =>
        ConfidentialClientApplicationBuilder
            .Create(client.Id)
            .WithAuthority(entra.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(new Trusting(entra.Http));

    private static PublicClientApplicationBuilder Public(EntraScene entra, Registration client) =>
        PublicClientApplicationBuilder
            .Create(client.Id)
            .WithAuthority(entra.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(new Trusting(entra.Http));

    private sealed class Trusting(HttpClient http) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => http;
    }
}
