using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>The control API: faults, clock, request log, seed, and who may call it.</summary>
public sealed class ControlTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(429, 7)]
    [InlineData(429, null)]
    [InlineData(500, null)]
    [InlineData(503, null)]
    public async Task A_status_fault_meets_as_many_requests_as_it_says(int status, int? retryAfter)
    {
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = "/*/v2.0/.well-known/openid-configuration",
                kind = "status",
                status,
                retryAfterSeconds = retryAfter,
                times = 2,
            }
        );
        for (var i = 0; i < 2; i++)
        {
            using var response = await DiscoveryAsync();
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal(retryAfter, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
        using var healthy = await DiscoveryAsync();
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
    }

    [Fact]
    public async Task Bodies_can_be_cut_off_turned_to_html_or_mislabelled()
    {
        await FaultAsync("truncatedBody");
        await Assert.ThrowsAnyAsync<HttpRequestException>(DiscoveryAsync);
        await FaultAsync("html");
        using (var html = await DiscoveryAsync())
            Assert.Equal("text/html", html.Content.Headers.ContentType?.MediaType);
        await FaultAsync("wrongContentType");
        using (var text = await DiscoveryAsync())
        {
            Assert.Equal("text/plain", text.Content.Headers.ContentType?.MediaType);
            Assert.NotNull(JsonNode.Parse(await text.Content.ReadAsStringAsync()));
        }
    }

    [Fact]
    public async Task A_lost_answer_has_its_effect()
    {
        var code = await _stage.CodeAsync();
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = "/*/oauth2/v2.0/token",
                kind = "lostAnswer",
                times = 1,
            }
        );
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _stage.RedeemAsync(code));
        Assert.Equal(54005, (await _stage.RedeemAsync(code)).Code);
    }

    [Fact]
    public async Task Latency_delays_the_answer()
    {
        await _stage.PostAsync(
            "/faults",
            new
            {
                path = "/**",
                kind = "latency",
                delayMilliseconds = 300,
                times = 1,
            }
        );
        var started = TimeProvider.System.GetTimestamp();
        using var response = await DiscoveryAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task The_clock_can_run_ahead()
    {
        await _stage.PatchAsync("/settings", new { clockOffsetSeconds = 3600 });
        var claims = await _stage.IdTokenAsync();
        Assert.Equal(_stage.Clock.GetUtcNow().ToUnixTimeSeconds() + 3600 - 300, (long)claims["iat"]!);
    }

    [Fact]
    public async Task The_request_log_names_parameters_and_never_shows_secrets_codes_or_passwords()
    {
        var code = await _stage.CodeAsync(("login_hint", "mira@contoso.example"));
        var tokens = await _stage.RedeemAsync(code);
        var log = await _stage.ControlAsync(HttpMethod.Get, "/requests?limit=1000");
        var text = log.ToJsonString();
        foreach (
            var secret in new[]
            {
                code,
                _stage.Secret,
                EmulatorStage.Password,
                (string)tokens.Body["access_token"]!,
                (string)tokens.Body["id_token"]!,
            }
        )
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);

        var redemption = ((JsonArray)log["items"]!).Last()!;
        Assert.EndsWith("/oauth2/v2.0/token", (string?)redemption["path"], StringComparison.Ordinal);
        Assert.Equal(200, (int)redemption["status"]!);
        Assert.Equal(
            ["grant_type", "client_id", "client_secret", "code", "redirect_uri"],
            ((JsonArray)redemption["formNames"]!).Select(name => (string)name!)
        );
        Assert.Equal("authorization_code", (string?)redemption["values"]!["grant_type"]);
        Assert.Equal(EmulatorStage.RedirectUri, (string?)redemption["values"]!["redirect_uri"]);

        var next = await _stage.ControlAsync(HttpMethod.Get, $"/requests?after={(long)log["next"]!}");
        Assert.Empty((JsonArray)next["items"]!);
    }

    [Fact]
    public async Task Seeding_twice_tells_the_same_and_adds_nothing()
    {
        var first = await _stage.ControlAsync(HttpMethod.Post, "/reset");
        Assert.Empty(first);
        var seeded = await _stage.ControlAsync(HttpMethod.Post, "/seed");
        Assert.Equal(["Contoso", "Fabrikam"], ((JsonArray)seeded["items"]!).Select(tenant => (string)tenant!["displayName"]!));
        Assert.Equal(seeded.ToJsonString(), (await _stage.ControlAsync(HttpMethod.Post, "/seed")).ToJsonString());
        Assert.Equal(2, (int)(await _stage.ControlAsync(HttpMethod.Get, "/status"))["tenants"]!);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    public async Task A_page_of_another_site_is_refused(string origin)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_stage.Url}/_emulator/reset");
        request.Headers.Add("Origin", origin);
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(1, (int)(await _stage.ControlAsync(HttpMethod.Get, "/status"))["tenants"]!);
    }

    [Theory]
    [InlineData("/tenants", """{"displayName":"X","colour":"red"}""")]
    [InlineData("/tenants", """{"displayName":"X","initialDomain":"not a domain"}""")]
    [InlineData("/tenants", """{"displayName":"X","initialDomain":"contoso.example"}""")]
    [InlineData("/faults", """{"path":"/x","kind":"meteor"}""")]
    [InlineData("/tenants", "[1,2")]
    public async Task Malformed_changes_are_refused_with_a_sentence(string path, string body)
    {
        using var client = new HttpClient();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"{_stage.Url}/_emulator{path}"), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.NotEmpty((string)problem!["detail"]!);
    }

    [Fact]
    public async Task Users_are_created_all_or_none()
    {
        using var client = new HttpClient();
        using var response = await client.PostAsJsonAsync(
            $"{_stage.Url}/_emulator/tenants/{_stage.TenantId}/users",
            new[] { new { userPrincipalName = "new@contoso.example" }, new { userPrincipalName = "MIRA@contoso.example" } }
        );
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var users = await _stage.ControlAsync(HttpMethod.Get, $"/tenants/{_stage.TenantId}/users");
        Assert.Single((JsonArray)users["items"]!);
    }

    [Fact]
    public async Task A_session_without_pages_signs_in_silently()
    {
        var session = await _stage.PostAsync("/sessions", new { userId = _stage.UserId });
        using var browser = _stage.NewBrowser();
        browser.Cookies.Add(_stage.Server.Http!, new Cookie((string)session["cookieName"]!, (string)session["cookieValue"]!));
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
    }

    private Task<JsonObject> FaultAsync(string kind) =>
        _stage.PostAsync(
            "/faults",
            new
            {
                path = "/common/v2.0/**",
                kind,
                times = 1,
            }
        );

    private Task<HttpResponseMessage> DiscoveryAsync() => _stage.GetAsync("/common/v2.0/.well-known/openid-configuration");
}
