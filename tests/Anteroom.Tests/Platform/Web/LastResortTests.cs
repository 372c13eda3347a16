using System.Net;
using System.Text.Json;
using Anteroom.Server.Platform.Database;
using Npgsql;

namespace Anteroom.Tests.Platform.Web;

public sealed class LastResortTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;
    private GroundHost _host = null!;
    private HttpClient _client = null!;
    private Func<HttpContext, Task> _endpoint = _ => Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        _host = await GroundHost.StartAsync(_ground.Source, application => application.Map("/{**path}", http => _endpoint(http)));
        _client = _host.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
        await _ground.DisposeAsync();
    }

    public static TheoryData<Exception, int, string> Causes() =>
        new()
        {
            { new InvalidOperationException("canary SELECT /src/file.cs"), 500, "server_error" },
            { new CommitUnknownException(new NpgsqlException("canary")), 503, "outcome_unknown" },
            { new NpgsqlException("canary"), 503, "database_unavailable" },
            { Told("53100"), 503, "database_unavailable" }, // disk full (SEC-347)
            { Told("25006"), 503, "database_unavailable" }, // read-only
            { Told("57P01"), 503, "database_unavailable" }, // shutting down
            { Told("53300"), 503, "database_unavailable" }, // too many connections
            { new InvalidOperationException("canary", new NpgsqlException("canary")), 503, "database_unavailable" },
            { Told("23505"), 500, "server_error" }, // a unique violation that nobody expected is our mistake
            { new BadHttpRequestException("canary", 413), 413, "request_invalid" },
        };

    private static PostgresException Told(string state) => new("canary", "ERROR", "ERROR", state);

    [Theory]
    [Trait("Security", "SEC-325")]
    [Trait("Security", "SEC-346")]
    [Trait("Security", "SEC-347")]
    [Trait("Security", "SEC-340")]
    [MemberData(nameof(Causes))]
    public async Task A_program_gets_code_and_correlation_id_and_nothing_of_our_inside(Exception cause, int status, string code)
    {
        _endpoint = _ => throw cause;
        using var response = await _client.GetAsync(new Uri("/api/v1/users", UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        AssertLogged(problem.GetProperty("correlationId").GetString());
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
        foreach (var inside in new[] { "canary", "SELECT", "Npgsql", "Exception", "   at ", "10.0" })
            Assert.DoesNotContain(inside, body, StringComparison.Ordinal);
        Assert.Empty(response.Headers.Server);
    }

    [Fact]
    [Trait("Security", "SEC-325")]
    public async Task An_oauth_client_gets_an_oauth_error()
    {
        _endpoint = _ => throw new NpgsqlException("canary");
        using var response = await _client.PostAsync(new Uri("/connect/token", UriKind.Relative), new FormUrlEncodedContent([]));
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"),
            (response.StatusCode, problem.GetProperty("error").GetString())
        );
        AssertLogged(problem.GetProperty("correlationId").GetString());
    }

    [Theory]
    [Trait("Security", "SEC-325")]
    [InlineData("/connect/authorize")]
    [InlineData("/sign-in")]
    [InlineData("/sso/abc/callback")]
    [InlineData("/api/single-sign-on")]
    public async Task A_person_gets_words(string path)
    {
        _endpoint = _ => throw new InvalidOperationException("canary");
        using var response = await _client.GetAsync(new Uri(path, UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("server_error", body, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", body, StringComparison.Ordinal);
        Assert.False(body.StartsWith('{'));
        AssertLogged(body.TrimEnd().Split(' ')[^1]); // "code id" is the last line
    }

    [Fact]
    [Trait("Security", "SEC-325")]
    public async Task Each_failure_has_an_id_of_its_own_that_no_header_chooses()
    {
        _endpoint = _ => throw new InvalidOperationException();
        HashSet<string> ids = [];
        for (var count = 0; count < 20; count++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/x", UriKind.Relative));
            foreach (var name in (string[])["X-Correlation-Id", "X-Request-Id", "Request-Id"])
                request.Headers.Add(name, "canary");
            using var response = await _client.SendAsync(request);
            var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            ids.Add(problem.GetProperty("correlationId").GetString()!);
        }
        Assert.Equal(20, ids.Count);
        Assert.DoesNotContain("canary", ids);
    }

    /// <summary>What a person quotes is found in the log, once.</summary>
    private void AssertLogged(string? correlationId)
    {
        Assert.False(string.IsNullOrEmpty(correlationId));
        var ours = _host.Log.Lines.Where(line =>
            line.StartsWith("A request ended as", StringComparison.Ordinal)
            || line.StartsWith("A malformed request", StringComparison.Ordinal)
        );
        Assert.Contains($"({correlationId})", Assert.Single(ours), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-325")]
    public async Task What_was_prepared_before_the_failure_does_not_leave()
    {
        _endpoint = http =>
        {
            http.Response.Headers.SetCookie = "session=canary";
            http.Response.Headers.Location = "https://canary.example";
            throw new InvalidOperationException();
        };
        using var response = await _client.GetAsync(new Uri("/api/v1/x", UriKind.Relative));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Null(response.Headers.Location);
    }

    [Fact]
    [Trait("Security", "SEC-325")]
    public async Task Half_an_answer_breaks_off_and_does_not_look_whole()
    {
        _endpoint = async http =>
        {
            await http.Response.WriteAsync("half");
            await http.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetStringAsync(new Uri("/api/v1/x", UriKind.Relative)));
    }

    [Fact]
    [Trait("Security", "SEC-360")]
    public async Task Requests_beyond_the_limits_are_refused()
    {
        _endpoint = async http =>
        {
            if (http.Request.HasFormContentType)
                await http.Request.ReadFormAsync();
            else
                await http.Request.Body.CopyToAsync(Stream.Null);
        };
        async Task<int> PostAsync(string path, HttpContent content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
            request.Headers.ExpectContinue = true; // a server that refuses the length closes; without asking, the client may still be sending
            using var response = await _client.SendAsync(request);
            return (int)response.StatusCode;
        }
        static FormUrlEncodedContent Form(int keys, int keyLength, int valueLength) =>
            new(
                Enumerable
                    .Range(0, keys)
                    .Select(i => new KeyValuePair<string, string>($"{i}".PadLeft(keyLength, 'k'), new string('v', valueLength)))
            );

        Assert.Equal(200, await PostAsync("/connect/token", Form(200, 5, 5)));
        Assert.Equal(400, await PostAsync("/connect/token", Form(201, 5, 5)));
        Assert.Equal(400, await PostAsync("/connect/token", Form(1, 257, 5)));
        Assert.Equal(200, await PostAsync("/connect/token", Form(1, 5, 60_000)));
        Assert.Equal(413, await PostAsync("/connect/token", Form(1, 5, 66_000)));
        Assert.Equal(200, await PostAsync("/saml/acs", Form(1, 5, 500_000)));
        Assert.Equal(413, await PostAsync("/saml/acs", Form(1, 5, 600_000)));
        Assert.Equal(413, await PostAsync("/api/v1/x", new ByteArrayContent(new byte[1024 * 1024 + 1])));

        using var longLine = await _client.GetAsync(new Uri("/x?q=" + new string('a', 8200), UriKind.Relative));
        Assert.Equal(414, (int)longLine.StatusCode);
        using var manyHeaders = new HttpRequestMessage(HttpMethod.Get, "/x");
        for (var i = 0; i < 101; i++)
            manyHeaders.Headers.Add($"x-{i}", "1");
        using var refused = await _client.SendAsync(manyHeaders);
        Assert.Equal(431, (int)refused.StatusCode);
    }
}
