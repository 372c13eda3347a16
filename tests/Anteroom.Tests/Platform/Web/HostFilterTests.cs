using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

public sealed class HostFilterTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;
    private GroundHost _host = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
        {
            await tx.ExecuteAsync("INSERT INTO routes (kind, key, organization_id) VALUES ('host', 'acme', @organization)", null, default);
            await tx.CommitAsync(default);
        }
        _host = await GroundHost.StartAsync(
            _ground.Source,
            application =>
            {
                foreach (var path in (string[])["/who", "/sign-in/who"])
                    application.MapGet(
                        path,
                        (HttpContext http) =>
                            $"{OrganizationHost.Of(http)?.Slug ?? "base"} {http.Connection.RemoteIpAddress} {http.Request.Scheme} {http.Request.Host}"
                    );
            },
            options => options.OrganizationDomain = "anteroom.localhost"
        );
        _client = _host.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        await _ground.DisposeAsync();
    }

    private async Task<(int Status, string Body)> GetAsync(string path, string? host = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host?.Replace("{port}", $"{_host.Address.Port}", StringComparison.Ordinal);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [Trait("Security", "SEC-014")]
    [InlineData(null, 200, "base")]
    [InlineData("LOCALHOST:{port}", 200, "base")]
    [InlineData("acme.anteroom.localhost:{port}", 200, "acme")]
    [InlineData("ACME.anteroom.localhost:{port}", 200, "acme")]
    [InlineData("nobody.anteroom.localhost:{port}", 404, "not_found")]
    [InlineData("globex.anteroom.localhost:{port}", 404, "not_found")] // an organization of the base host
    [InlineData("platform.anteroom.localhost:{port}", 404, "not_found")]
    [InlineData("a.acme.anteroom.localhost:{port}", 400, "host_unknown")]
    [InlineData("anteroom.localhost:{port}", 400, "host_unknown")]
    [InlineData("evil.example", 400, "host_unknown")]
    [InlineData("localhost", 400, "host_unknown")]
    [InlineData("localhost:1", 400, "host_unknown")]
    [InlineData("evil.example:{port}", 400, "host_unknown")]
    public async Task Only_the_base_host_and_organizations_hosts_answer(string? host, int status, string says)
    {
        var (answered, body) = await GetAsync("/sign-in/who", host);
        Assert.Equal(status, answered);
        Assert.Contains(says, body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", body, StringComparison.Ordinal);
    }

    [Theory] // what programs call has one address
    [Trait("Security", "SEC-014")]
    [InlineData("/who")]
    [InlineData("/connect/token")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/api/v1/organizations")]
    [InlineData("/sign-inner")]
    [InlineData("/connect/device")]
    [InlineData("/devices")]
    public async Task An_organizations_host_has_nothing_but_the_way_in_and_out(string path)
    {
        var (status, body) = await GetAsync(path, "acme.anteroom.localhost:{port}");
        Assert.Equal(404, status);
        Assert.Contains("not_found", body, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-014")]
    public async Task A_host_that_came_or_went_is_known_at_once()
    {
        Assert.Equal(404, (await GetAsync("/sign-in/who", "globex.anteroom.localhost:{port}")).Status);
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Globex, default))
        {
            await tx.ExecuteAsync(
                "INSERT INTO routes (kind, key, organization_id) VALUES ('host', 'globex', @organization)",
                null,
                default
            );
            await tx.NotifyAsync(KnownHosts.Channel, "globex", default);
            await tx.CommitAsync(default);
        }
        for (var tries = 0; (await GetAsync("/sign-in/who", "globex.anteroom.localhost:{port}")).Status != 200; tries++)
        {
            Assert.True(tries < 500); // ten seconds; without the notification it would be thirty
            await Task.Delay(20);
        }
    }

    [Fact]
    [Trait("Security", "SEC-014")]
    public async Task Forwarded_headers_of_an_untrusted_sender_change_nothing()
    {
        var plain = await GetAsync("/who");
        var forged = await GetAsync(
            "/who",
            null,
            ("X-Forwarded-For", "203.0.113.9"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "for=203.0.113.9;host=evil.example;proto=https")
        );
        Assert.Equal(plain, forged);
    }

    [Fact]
    [Trait("Security", "SEC-014")]
    public async Task A_trusted_proxy_tells_address_and_scheme_and_still_no_host()
    {
        await using var host = await GroundHost.StartAsync(
            _ground.Source,
            application =>
                application.MapGet(
                    "/who",
                    (HttpContext http) => $"{http.Connection.RemoteIpAddress} {http.Request.Scheme} {http.Request.Host.Host}"
                ),
            options => options.TrustedProxies = ["127.0.0.1"]
        );
        using var client = host.Client();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "evil.example");
        Assert.Equal("203.0.113.9 https localhost", await client.GetStringAsync(new Uri("/who", UriKind.Relative)));
    }

    [Fact]
    public void A_wrong_proxy_is_named() =>
        Assert.Contains(
            "'proxy.local'",
            Forwarding.Check(new() { TrustedProxies = ["10.0.0.1", "10.0.0.0/8", "proxy.local"] }),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Health_answers_under_any_host()
    {
        Assert.Equal(200, (await GetAsync("/health/live", "10.1.2.3")).Status);
        var (status, body) = await GetAsync("/health/ready", "10.1.2.3");
        Assert.Equal((200, """{"status":"ready","database":true,"schema":true,"clock":true}"""), (status, body));
    }

    [Fact]
    public async Task Metrics_answer_this_machine_only_and_speak_the_text_format()
    {
        Server.Platform.Observability.Telemetry.SignedIn("refused", "mfa_required");
        await GetAsync("/who");
        var (status, body) = await GetAsync("/metrics", "localhost:{port}");
        Assert.Equal(200, status);
        Assert.Matches("(?m)^anteroom_sign_ins_total\\{decision=\"refused\",reason=\"mfa_required\"\\} [1-9]", body);
        Assert.Matches("(?m)^# TYPE http_server_request_duration_seconds histogram$", body);
        Assert.Matches("(?m)^http_server_request_duration_seconds_bucket\\{.*le=\"\\+Inf\"\\} [1-9]", body);
        var families = body.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ToList();
        Assert.Equal(families.Count, families.Distinct().Count());
        Assert.All(
            body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'),
            line => Assert.Matches("^[a-z_][a-z0-9_]*(\\{[^\\n]*\\})? [-+0-9.eEInfNa]+$", line)
        );

        Assert.Equal(404, (await GetAsync("/metrics", "public.example")).Status);
        Assert.Equal(404, (await GetAsync("/metrics", "localhost:{port}", ("X-Forwarded-For", "203.0.113.9"))).Status);
    }
}
