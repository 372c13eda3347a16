using System.Net;
using System.Text;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Tests.Federation.Oidc.Token;

public sealed class TokenEndpointTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcHttp> StartAsync(ApplicationDraft? draft = null) =>
        await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft));

    [Fact] // RFC 6749 §5.1
    [Trait("Security", "SEC-007")]
    public async Task Answers_with_tokens_that_nobody_keeps()
    {
        await using var http = await StartAsync();
        var (response, body) = await http.RedeemAsync(await http.Scenario.CodeAsync(), http.Basic());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.Equal(600, body.GetProperty("expires_in").GetInt32());
        Assert.Equal(3, body.GetProperty("id_token").GetString()!.Split('.').Length);
        Assert.False(body.TryGetProperty("refresh_token", out _));
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("no-cache", response.Headers.Pragma.ToString());
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact] // RFC 6749 §2.3.1, SEC-096: the registered method, no other
    [Trait("Security", "SEC-096")]
    public async Task Each_client_authenticates_in_its_registered_way_alone()
    {
        await using var basic = await StartAsync();
        var id = basic.Scenario.Application.ClientId;
        var secret = basic.Scenario.ClientSecret!.Reveal();
        var code = await basic.Scenario.CodeAsync();
        await RefusesAsync(basic.RedeemAsync(code, null, ("client_id", id), ("client_secret", secret)), "invalid_client", 401);
        await RefusesAsync(basic.RedeemAsync(code, null, ("client_id", id)), "invalid_client", 401);
        Assert.Equal(HttpStatusCode.OK, (await basic.RedeemAsync(code, basic.Basic())).Response.StatusCode);

        await using var post = await StartAsync(OidcScenario.Draft() with { ClientAuthentication = "client_secret_post" });
        code = await post.Scenario.CodeAsync();
        await RefusesAsync(post.RedeemAsync(code, post.Basic()), "invalid_client", 401);
        var client = ("client_id", (string?)post.Scenario.Application.ClientId);
        var (response, _) = await post.RedeemAsync(code, null, client, ("client_secret", post.Scenario.ClientSecret!.Reveal()));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await using var none = await StartAsync(OidcScenario.Draft() with { ClientKind = "public" });
        code = await none.Scenario.CodeAsync();
        client = ("client_id", none.Scenario.Application.ClientId);
        await RefusesAsync(none.RedeemAsync(code, null, client, ("client_secret", "x")), "invalid_client", 401);
        Assert.Equal(HttpStatusCode.OK, (await none.RedeemAsync(code, null, client)).Response.StatusCode);
    }

    [Fact] // RFC 6749 §2.3: MUST NOT use more than one
    [Trait("Security", "SEC-096")]
    public async Task Two_ways_at_once_are_an_invalid_request()
    {
        await using var http = await StartAsync();
        var code = await http.Scenario.CodeAsync();
        await RefusesAsync(http.RedeemAsync(code, http.Basic(), ("client_secret", "x")), "invalid_request", 400);
        await RefusesAsync(http.RedeemAsync(code, http.Basic(), ("client_assertion", "x")), "invalid_request", 400);
        await RefusesAsync(http.RedeemAsync(code, http.Basic(), ("client_id", "somebody_else")), "invalid_request", 400);
        Assert.Equal(
            HttpStatusCode.OK,
            (await http.RedeemAsync(code, http.Basic(), ("client_id", http.Scenario.Application.ClientId))).Response.StatusCode
        );
    }

    [Theory]
    [InlineData("Basic !")]
    [InlineData("Basic YQ==")]
    [InlineData("Bearer x")]
    [Trait("Security", "SEC-096")]
    public async Task Refuses_broken_credentials(string authorization)
    {
        await using var http = await StartAsync();
        await RefusesAsync(http.RedeemAsync(await http.Scenario.CodeAsync(), authorization), "invalid_client", 401);
    }

    [Fact]
    [Trait("Security", "SEC-096")]
    public async Task A_wrong_secret_an_unknown_client_and_a_disabled_one_look_alike()
    {
        await using var http = await StartAsync();
        var id = http.Scenario.Application.ClientId;
        var code = await http.Scenario.CodeAsync();
        var wrong = await RefusesAsync(http.RedeemAsync(code, OidcHttp.Basic(id, "wrong")), "invalid_client", 401);
        var unknown = await RefusesAsync(http.RedeemAsync(code, OidcHttp.Basic("app_nobody", "wrong")), "invalid_client", 401);
        await http
            .Scenario.Node.Get<ApplicationRegistry>()
            .SetDisabledAsync(OrganizationId.Platform, http.Scenario.Application.Id, true, OidcScenario.Context, default);
        http.Scenario.Clock.Advance(TimeSpan.FromMinutes(5));
        var disabled = await RefusesAsync(http.RedeemAsync(code, http.Basic()), "invalid_client", 401);
        Assert.Equal(wrong, unknown);
        Assert.Equal(wrong, disabled);
    }

    [Fact] // SEC-096: at most two years
    [Trait("Security", "SEC-096")]
    public async Task Expired_and_revoked_secrets_open_nothing()
    {
        await using var http = await StartAsync();
        var secrets = http.Scenario.Node.Get<ApplicationSecrets>();
        var id = http.Scenario.Application.Id;
        var added = await secrets.AddAsync(OrganizationId.Platform, id, TimeSpan.FromDays(1), OidcScenario.Context, default);
        Assert.True(added.TryGet(out var second, out _));
        await secrets.RevokeAsync(OrganizationId.Platform, id, http.Scenario.Application.Secrets[0].Id, OidcScenario.Context, default);
        var secondBasic = OidcHttp.Basic(http.Scenario.Application.ClientId, second.Value.Reveal());
        await RefusesAsync(http.RedeemAsync(await http.Scenario.CodeAsync(), http.Basic()), "invalid_client", 401);
        Assert.Equal(HttpStatusCode.OK, (await http.RedeemAsync(await http.Scenario.CodeAsync(), secondBasic)).Response.StatusCode);
        http.Scenario.Clock.Advance(TimeSpan.FromDays(1));
        await RefusesAsync(http.RedeemAsync(await http.Scenario.CodeAsync(), secondBasic), "invalid_client", 401);
    }

    [Theory]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", "client_credentials", "unauthorized_client")]
    [InlineData("grant_type", "implicit", "unsupported_grant_type")]
    [InlineData("code", null, "invalid_request")]
    [InlineData("code", "ac_short", "invalid_grant")]
    [InlineData("redirect_uri", null, "invalid_request")]
    [InlineData("code_verifier", null, "invalid_grant")]
    [InlineData("code_verifier", "short", "invalid_grant")]
    [Trait("Security", "SEC-093")]
    [Trait("Security", "SEC-094")]
    public async Task Names_the_mistake_in_the_words_of_the_standard(string name, string? value, string error)
    {
        await using var http = await StartAsync();
        await RefusesAsync(http.RedeemAsync(await http.Scenario.CodeAsync(), http.Basic(), (name, value)), error, 400);
    }

    [Fact] // RFC 6749 §3.2
    [Trait("Security", "SEC-015")]
    public async Task Refuses_a_repeated_parameter_and_one_in_the_address()
    {
        await using var http = await StartAsync();
        var code = (await http.Scenario.CodeAsync()).Reveal();
        foreach (var (address, form) in new[] { ("/connect/token", "&code=" + code), ("/connect/token?code=" + code, "") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.TryAddWithoutValidation("Authorization", http.Basic());
            request.Content = new StringContent(
                $"grant_type=authorization_code&code={code}{form}",
                Encoding.UTF8,
                "application/x-www-form-urlencoded"
            );
            await RefusesAsync(http.SendAsync(request), "invalid_request", 400);
        }
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8", HttpStatusCode.Unauthorized)]
    [InlineData("application/x-www-form-urlencoded; charset=us-ascii", HttpStatusCode.Unauthorized)]
    [InlineData("application/x-www-form-urlencoded; charset=ISO-8859-1", HttpStatusCode.Unauthorized)]
    [Trait("Security", "SEC-016")]
    public async Task Takes_forms_in_utf8_alone(string contentType, HttpStatusCode status)
    {
        await using var http = await StartAsync();
        using var content = new ByteArrayContent("grant_type=x"u8.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        Assert.Equal(status, (await http.Client.PostAsync("/connect/token", content)).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/connect/token")]
    [InlineData("PUT", "/connect/token")]
    [InlineData("DELETE", "/connect/userinfo")]
    [InlineData("POST", "/.well-known/jwks.json")]
    [InlineData("POST", "/.well-known/openid-configuration")]
    [Trait("Security", "SEC-016")]
    public async Task Takes_its_methods_alone(string method, string path)
    {
        await using var http = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-HTTP-Method-Override", "POST");
        var response = await http.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    [Trait("Security", "SEC-360")]
    public async Task Refuses_a_form_beyond_its_bounds()
    {
        await using var http = await StartAsync();
        using var content = new StringContent("grant_type=" + new string('a', 70_000), Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Contains((int)(await http.Client.PostAsync("/connect/token", content)).StatusCode, new[] { 400, 413 });
    }

    [Fact] // SEC-011: exact, of this client, never with credentials
    [Trait("Security", "SEC-011")]
    public async Task Lets_a_browser_application_read_its_own_answers()
    {
        var origin = "https://spa-token.example";
        await using var http = await StartAsync(
            OidcScenario.Draft() with
            {
                ClientKind = "public",
                RedirectUris = [OidcScenario.RedirectUri, origin + "/cb"],
            }
        );
        Assert.Equal(origin, await AllowedAsync(http, origin));
        Assert.Null(await AllowedAsync(http, "https://evil.example"));
        Assert.Null(await AllowedAsync(http, "null"));
        Assert.Null(await AllowedAsync(http, origin + ".evil.example"));

        static async Task<string?> AllowedAsync(OidcHttp http, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
            {
                Content = new FormUrlEncodedContent([new("client_id", http.Scenario.Application.ClientId), new("grant_type", "x")]),
            };
            request.Headers.TryAddWithoutValidation("Origin", origin);
            var response = await http.Client.SendAsync(request);
            Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
            Assert.Contains("Origin", response.Headers.Vary);
            return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }
    }

    private static async Task<string> RefusesAsync(
        Task<(HttpResponseMessage Response, System.Text.Json.JsonElement Body)> sending,
        string error,
        int status
    )
    {
        var (response, body) = await sending;
        Assert.Equal((status, error), ((int)response.StatusCode, body.GetProperty("error").GetString()));
        Assert.True(response.Headers.CacheControl!.NoStore);
        if (status == 401)
            Assert.Equal("Basic", response.Headers.WwwAuthenticate.Single().Scheme);
        return body.ToString();
    }
}
