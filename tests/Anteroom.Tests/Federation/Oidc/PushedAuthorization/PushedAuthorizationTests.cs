using System.Net;
using System.Text.Json;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Authorize;
using Anteroom.Server.Federation.Oidc.PushedAuthorization;
using Anteroom.Server.Platform;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.Federation.Oidc.PushedAuthorization;

public sealed class PushedAuthorizationTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private async Task<OidcHttp> StartAsync(ApplicationDraft? draft = null) =>
        await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft));

    private static Task<(HttpResponseMessage Response, JsonElement Body)> PushAsync(
        OidcHttp http,
        params (string Name, string? Value)[] changes
    )
    {
        var pairs = http.Scenario.AuthorizationParameters().Where(pair => changes.All(change => change.Name != pair.Key)).ToList();
        pairs.AddRange(changes.Where(change => change.Value is not null).Select(change => KeyValuePair.Create(change.Name, change.Value!)));
        return http.PostAsync("/connect/par", http.Basic(), pairs);
    }

    private static async Task<Handle> HandleAsync(OidcHttp http)
    {
        var (response, body) = await PushAsync(http);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var handle = PushedRequests.HandleOf(body.GetProperty("request_uri").GetString());
        Assert.NotNull(handle);
        return handle;
    }

    private static PushedRequests Requests(OidcHttp http) => http.Scenario.Node.Get<PushedRequests>();

    [Fact] // RFC 9126 §2.2
    [Trait("Security", "SEC-105")]
    [Trait("Security", "SEC-007")]
    public async Task Keeps_a_request_for_its_client_and_a_minute()
    {
        await using var http = await StartAsync();
        var (response, body) = await PushAsync(http);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal(["request_uri", "expires_in"], body.EnumerateObject().Select(member => member.Name));
        Assert.InRange(body.GetProperty("expires_in").GetInt32(), 5, 90);
        var handle = PushedRequests.HandleOf(body.GetProperty("request_uri").GetString())!;
        Assert.Equal(OrganizationId.Platform, handle.Organization); // it says whose row it is

        var client = http.Scenario.Application.ClientId;
        var kept = await Requests(http).FindAsync(handle, client, default);
        foreach (var (name, value) in http.Scenario.AuthorizationParameters())
            Assert.Equal(value, kept![name]);
        Assert.Null(await Requests(http).FindAsync(handle, null, default));
        Assert.Null(await Requests(http).FindAsync(handle, "app_somebody", default));
        http.Scenario.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await Requests(http).FindAsync(handle, client, default)); // people reload pages
        http.Scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Requests(http).FindAsync(handle, client, default));
    }

    [Fact] // RFC 9126 §2.3
    [Trait("Security", "SEC-362")]
    public async Task Asks_a_network_that_pushes_too_much_to_wait()
    {
        await using var http = await StartAsync();
        http.Scenario.Node.Get<AnteroomOptions>().StoredRequestsPerMinute = 1;
        await PushAsync(http);
        var (response, body) = await PushAsync(http);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(1), response.Headers.RetryAfter!.Delta);
        Assert.Equal("temporarily_unavailable", body.GetProperty("error").GetString());
    }

    [Fact] // the database holds neither the request in clear nor what the client proved itself with
    [Trait("Security", "SEC-105")]
    public async Task Keeps_no_secret()
    {
        await using var http = await StartAsync(OidcScenario.Draft() with { ClientAuthentication = "client_secret_post" });
        var scenario = http.Scenario;
        List<KeyValuePair<string, string>> form =
        [
            .. scenario.AuthorizationParameters(),
            new("client_secret", scenario.ClientSecret!.Reveal()),
        ];
        var (response, body) = await http.PostAsync("/connect/par", null, form);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var handle = PushedRequests.HandleOf(body.GetProperty("request_uri").GetString())!;
        var kept = await Requests(http).FindAsync(handle, scenario.Application.ClientId, default);
        Assert.Null(kept!["client_secret"]);
        Assert.Equal(scenario.State, kept["state"]);
        var stored = await fixture
            .Test.Database.In(OrganizationId.Platform)
            .FirstAsync<byte[]>("SELECT sealed FROM stored_requests WHERE sha256 = @hash", new { hash = handle.Sha256() }, default);
        Assert.Equal(-1, stored.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(scenario.State!)));
    }

    [Theory] // RFC 9126 §2.1, §2.3: each mistake is told at once
    [InlineData("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("redirect_uri", null, "invalid_request")]
    [InlineData("redirect_uri", "https://evil.example/cb", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("resource", "https://other.example", "invalid_target")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("client_id", "app_somebody", "invalid_request")]
    [Trait("Security", "SEC-105")]
    public async Task Refuses_what_the_authorization_endpoint_would_refuse(string name, string? value, string error)
    {
        await using var http = await StartAsync();
        var (response, body) = await PushAsync(http, (name, value));
        Assert.Equal((HttpStatusCode.BadRequest, error), (response.StatusCode, body.GetProperty("error").GetString()));
    }

    [Fact]
    [Trait("Security", "SEC-105")]
    [Trait("Security", "SEC-015")]
    public async Task Refuses_a_client_that_proves_nothing_and_a_parameter_given_twice()
    {
        await using var http = await StartAsync();
        var pairs = http.Scenario.AuthorizationParameters();
        var (response, body) = await http.PostAsync("/connect/par", null, pairs);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (response.StatusCode, body.GetProperty("error").GetString()));
        (response, body) = await http.PostAsync("/connect/par", http.Basic(), [.. pairs, new("state", "again")]);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (response.StatusCode, body.GetProperty("error").GetString()));
        using var get = await http.Client.GetAsync("/connect/par");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("urn:ietf:params:oauth:request_uri:")]
    [InlineData("urn:ietf:params:oauth:request_uri:par_x")]
    [InlineData("URN:ietf:params:oauth:request_uri:par_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("https://rp.example/request.jwt")]
    [InlineData("urn:ietf:params:oauth:request_uri:sr_aaaaaaaaaaaaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [Trait("Security", "SEC-105")]
    public void Only_our_own_handles_are_request_uris(string? requestUri) => Assert.Null(PushedRequests.HandleOf(requestUri));

    [Fact] // RFC 9126 §6: the client asked to be held to it
    [Trait("Security", "SEC-105")]
    public async Task A_client_that_must_push_is_refused_by_the_browser_and_served_when_it_pushes()
    {
        await using var http = await StartAsync(OidcScenario.Draft() with { RequirePushedAuthorizationRequests = true });
        var application = http.Scenario.Application;
        Assert.True(Server.Federation.Oidc.OidcForms.Parse(http.Scenario.AuthorizationParameters()).TryGet(out var parameters, out _));
        Assert.False(AuthorizationRequestParser.Parse(parameters, application).TryGet(out _, out var refused));
        Assert.Equal("invalid_request", refused!.Answer!.Value.Error.Code);
        Assert.True(AuthorizationRequestParser.Parse(parameters, application, pushed: true).TryGet(out _, out _));
        await HandleAsync(http);
    }

    [Fact] // SEC-105: one use at completion
    [Trait("Security", "SEC-105")]
    public async Task One_code_comes_of_a_pushed_request()
    {
        await using var http = await StartAsync();
        http.Scenario.Pushed = await HandleAsync(http);
        var first = Answer(await http.Scenario.AuthorizeAsync());
        Assert.StartsWith("ac_", first["code"], StringComparison.Ordinal);
        var second = Answer(await http.Scenario.AuthorizeAsync());
        Assert.Equal("invalid_request_uri", second["error"]);
        Assert.Equal(http.Scenario.State, second["state"]);
        Assert.Equal(OidcScenario.Issuer, second["iss"]);
        Assert.Equal(1, await http.Scenario.CountAsync("authorization_codes"));
    }

    [Fact] // a platform application serves all organizations, and its request still counts once in all of them
    [Trait("Security", "SEC-105")]
    [Trait("Security", "SEC-260")]
    public async Task One_code_comes_of_it_in_all_organizations_together()
    {
        await using var http = await StartAsync();
        var handle = await HandleAsync(http);
        await using var elsewhere = await OidcScenario.CreateAsync(fixture);
        http.Scenario.Pushed = elsewhere.Pushed = handle;
        Assert.True(Answer(await elsewhere.AuthorizeAsync()).ContainsKey("code"));
        Assert.Equal("invalid_request_uri", Answer(await http.Scenario.AuthorizeAsync())["error"]);
        Assert.Equal(0, await http.Scenario.CountAsync("grants"));
    }

    [Fact] // SEC-341
    [Trait("Security", "SEC-105")]
    public async Task Of_many_answers_at_once_on_two_nodes_one_is_a_code()
    {
        await using var http = await StartAsync();
        var scenario = http.Scenario;
        scenario.Pushed = await HandleAsync(http);
        await using var other = await scenario.OtherNodeAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => scenario.AuthorizeAsync(node: i % 2 == 0 ? scenario.Node : other)))
        );
        Assert.Single(answers, answer => Answer(answer).ContainsKey("code"));
        Assert.Equal(1, await scenario.CountAsync("authorization_codes"));
    }

    [Fact] // SEC-362: public clients push without a proof, so their rows are capped by network
    [Trait("Security", "SEC-362")]
    public async Task A_public_client_pushes_too()
    {
        await using var http = await StartAsync(OidcScenario.Draft() with { ClientKind = "public" });
        var (response, _) = await http.PostAsync("/connect/par", null, http.Scenario.AuthorizationParameters());
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    private static Dictionary<string, string> Answer(HttpResponse response) =>
        QueryHelpers
            .ParseQuery(new Uri(response.Headers.Location.ToString()).Query)
            .ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
}
