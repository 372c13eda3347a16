using System.Net;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

public sealed class SecurityHeadersTests
{
    private const string Page = "<!doctype html><title>x</title>";

    [Fact]
    [Trait("Security", "SEC-004")]
    public async Task Gives_a_page_the_strict_policy()
    {
        using var response = await GetAsync("/sign-in", WritePageAsync);
        Assert.Equal(PagePolicy.Of(new DefaultHttpContext()).ContentSecurityPolicy(), Header(response, "Content-Security-Policy"));
    }

    [Fact]
    [Trait("Security", "SEC-004")]
    public async Task Does_not_let_an_endpoint_write_a_policy_of_its_own_for_a_page()
    {
        using var response = await GetAsync(
            "/",
            http =>
            {
                http.Response.Headers.ContentSecurityPolicy = "default-src *";
                return WritePageAsync(http);
            }
        );
        Assert.StartsWith("default-src 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Applies_what_the_endpoint_asked_for()
    {
        using var response = await GetAsync(
            "/connect/authorize",
            http =>
            {
                PagePolicy.Of(http).OnlyFormAction(new Uri("https://application.example/callback")).HideReferrer();
                return WritePageAsync(http);
            }
        );
        Assert.Contains("form-action https://application.example;", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
    }

    [Theory]
    [InlineData("/page")]
    [InlineData("/json")]
    [InlineData("/empty")]
    [InlineData("/fails")]
    [Trait("Security", "SEC-006")]
    [Trait("Security", "SEC-007")]
    public async Task Gives_every_response_the_same_protection(string path)
    {
        using var response = await GetAsync(
            path,
            http =>
                http.Request.Path.Value switch
                {
                    "/page" => WritePageAsync(http),
                    "/json" => http.Response.WriteAsJsonAsync(new { }),
                    "/fails" => throw new InvalidOperationException("on purpose"),
                    _ => Task.CompletedTask,
                }
        );

        Assert.Equal(path == "/fails" ? HttpStatusCode.InternalServerError : HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("default-src 'none'", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("same-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal("same-origin", Header(response, "Referrer-Policy"));
        Assert.Equal(
            "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=()",
            Header(response, "Permissions-Policy")
        );
        Assert.Contains("no-store", Header(response, "Cache-Control"), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("X-Powered-By"));
    }

    [Theory]
    [InlineData("/console/users", "same-origin")]
    [InlineData("/account", "same-origin")]
    [InlineData("/connect/authorize", "unsafe-none")]
    [InlineData("/sign-in", "unsafe-none")]
    [InlineData("/sign-in-elsewhere", "same-origin")]
    [InlineData("/sso/callback", "unsafe-none")]
    [InlineData("/api/single-sign-on", "unsafe-none")]
    [InlineData("/saml/x", "unsafe-none")]
    [InlineData("/wsfed/x", "unsafe-none")]
    [Trait("Security", "SEC-006")]
    public async Task Keeps_the_opener_only_where_sign_in_may_run_in_a_popup(string path, string policy)
    {
        using var response = await GetAsync(path, WritePageAsync);
        Assert.Equal(policy, Header(response, "Cross-Origin-Opener-Policy"));
    }

    [Theory]
    [InlineData("https://id.example", false, "max-age=31536000")]
    [InlineData("https://id.example", true, "max-age=31536000; includeSubDomains")]
    [InlineData("https://localhost:5080", false, null)]
    [InlineData("https://contoso.anteroom.localhost:5080", false, null)]
    [InlineData("https://127.0.0.1:5080", true, null)]
    [InlineData("https://[::1]:5080", true, null)]
    [InlineData("http://id.example", false, null)]
    [InlineData("https://localhost.example", false, "max-age=31536000")]
    [Trait("Security", "SEC-006")]
    public void Insists_on_https_outside_loopback(string baseUrl, bool includeSubdomains, string? expected) =>
        Assert.Equal(expected, SecurityHeaders.StrictTransportSecurity(new SecurityHeaderSettings(new Uri(baseUrl), includeSubdomains)));

    [Fact]
    [Trait("Security", "SEC-006")]
    public async Task Sends_strict_transport_security_for_the_configured_address_not_for_the_requests_own()
    {
        await using var host = await PageHost.StartAsync("https://id.example", WritePageAsync);
        using var response = await host.Client.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("max-age=31536000", Header(response, "Strict-Transport-Security"));
    }

    [Fact] // SEC-006, SEC-007: jwks and the public logo are for everybody, discovery may be kept
    [Trait("Security", "SEC-007")]
    public async Task Leaves_alone_what_the_endpoint_decided()
    {
        using var response = await GetAsync(
            "/.well-known/jwks.json",
            http =>
            {
                http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
                http.Response.Headers.CacheControl = "public, max-age=600";
                return http.Response.WriteAsJsonAsync(new { });
            }
        );
        Assert.Equal("cross-origin", Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Equal("public, max-age=600", Header(response, "Cache-Control"));
    }

    private static Task WritePageAsync(HttpContext http)
    {
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(Page);
    }

    private static async Task<HttpResponseMessage> GetAsync(string path, RequestDelegate endpoint)
    {
        await using var host = await PageHost.StartAsync("http://localhost", endpoint);
        return await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
