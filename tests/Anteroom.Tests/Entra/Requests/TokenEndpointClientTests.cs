using System.Text;
using System.Web;
using Anteroom.Entra.Providers;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Primitives;
using Anteroom.Tests.Entra.Outbound;

namespace Anteroom.Tests.Entra.Requests;

public sealed class TokenEndpointClientTests : IAsyncDisposable
{
    private static readonly UpstreamProvider Entra = new EntraProvider(Cloud.Global, new Guid("6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f"));
    private static readonly UpstreamProvider Standard = OidcProvider.TryCreate("https://idp.example", [], out var provider)
        ? provider
        : throw new InvalidOperationException();

    private readonly OutboundScenario _scenario;
    private byte[] _answer = Reply.Json(
        """{"token_type":"Bearer","expires_in":4821,"access_token":"an-access-token","refresh_token":"a-refresh-token","id_token":"a.b.c"}"""
    );

    public TokenEndpointClientTests() => _scenario = new OutboundScenario(_ => _answer);

    public ValueTask DisposeAsync() => _scenario.DisposeAsync();

    private Task<Result<UpstreamTokens, TokenEndpointFailure>> RedeemAsync(
        UpstreamProvider? provider = null,
        Secret? secret = null,
        params string[]? methods
    ) =>
        new TokenEndpointClient(_scenario.Http).RedeemCodeAsync(
            new TokenEndpoint(
                provider ?? Entra,
                new Uri(_scenario.Server.Origin + "/token"),
                methods is { Length: > 0 } ? methods : null,
                "org"
            ),
            new UpstreamClient("client id", secret),
            "0.AX/+ code",
            "https://sso.example/callback",
            new Secret("a-verifier"),
            TestContext.Current.CancellationToken
        );

    private async Task<TokenEndpointFailure> FailureAsync() =>
        (await RedeemAsync()).TryGet(out _, out var failure) ? throw new InvalidOperationException() : failure;

    private Dictionary<string, string> Sent()
    {
        var form = HttpUtility.ParseQueryString(_scenario.Server.Requests.Single().Body);
        return form.AllKeys.ToDictionary(name => name!, name => form[name]!);
    }

    [Fact, Trait("Security", "SEC-065")]
    public async Task A_code_is_redeemed_at_entra_with_the_secret_in_the_form()
    {
        Assert.True((await RedeemAsync(secret: new Secret("s~ecret+&"))).TryGet(out var tokens, out _));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = "0.AX/+ code",
                ["redirect_uri"] = "https://sso.example/callback",
                ["code_verifier"] = "a-verifier",
                ["client_id"] = "client id",
                ["client_secret"] = "s~ecret+&",
            },
            Sent()
        );
        Assert.Equal(
            ("a.b.c", "an-access-token", TimeSpan.FromSeconds(4821)),
            (tokens.IdToken, tokens.AccessToken?.Reveal(), tokens.ExpiresIn)
        );
        Assert.Null(tokens.RefreshToken); // nobody asked
        Assert.DoesNotContain("Origin", _scenario.Server.Requests.Single().Headers.Keys); // AADSTS9002326
    }

    [Theory]
    [InlineData(new string[0], true)] // the default of the standard
    [InlineData(new[] { "client_secret_post", "client_secret_basic" }, true)]
    [InlineData(new[] { "private_key_jwt" }, true)]
    [InlineData(new[] { "client_secret_post" }, false)]
    public async Task A_standard_provider_gets_the_secret_as_its_metadata_says(string[] methods, bool basic)
    {
        await RedeemAsync(Standard, new Secret("s:ecret+"), methods);
        var authorization = _scenario.Server.Requests.Single().Headers.GetValueOrDefault("Authorization");
        Assert.Equal(basic, authorization is not null);
        Assert.Equal(basic, !Sent().ContainsKey("client_secret"));
        if (basic) // RFC 6749 §2.3.1: encoded, then joined
            Assert.Equal("client+id:s%3Aecret%2B", Encoding.ASCII.GetString(Convert.FromBase64String(authorization!["Basic ".Length..])));
    }

    [Fact]
    public async Task A_public_client_sends_its_name_alone()
    {
        await RedeemAsync(Standard);
        Assert.Equal("client id", Sent()["client_id"]);
        Assert.DoesNotContain("client_secret", Sent().Keys);
    }

    [Fact]
    public async Task An_error_of_entra_is_kept_as_codes_and_identifiers()
    {
        _answer = Reply.Json(
            """
            {"error":"invalid_grant","error_description":"AADSTS50076: Due to a configuration change <script>alert(1)</script>","error_codes":[50076],
             "timestamp":"2026-03-02 02:35:05Z","trace_id":"0788aaaa-0000-4000-8000-000000000001","correlation_id":"3a3abbbb-0000-4000-8000-000000000002",
             "error_uri":"https://login.microsoftonline.com/error?code=50076","suberror":"basic_action",
             "claims":"{\"access_token\":{\"capolids\":{\"essential\":true}}}"}
            """,
            400
        );
        var error = Assert.IsType<UpstreamTokenError>(await FailureAsync());
        Assert.Equal(
            ("token_endpoint_error", "invalid_grant", "basic_action", 400),
            (error.Code, error.Error, error.Suberror, error.Status)
        );
        Assert.Equal("AADSTS50076", error.Aadsts?.ToString());
        Assert.Equal(new Guid("3a3abbbb-0000-4000-8000-000000000002"), error.CorrelationId);
        Assert.Equal(new Guid("0788aaaa-0000-4000-8000-000000000001"), error.TraceId);
        Assert.Equal(new DateTimeOffset(2026, 3, 2, 2, 35, 5, TimeSpan.Zero), error.Timestamp);
        Assert.Equal("""{"access_token":{"capolids":{"essential":true}}}""", error.Claims);
        Assert.DoesNotContain("script", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"error":"invalid_client","error_codes":[70002,50012]}""", "invalid_client", 50012)]
    [InlineData(
        """{"error":"invalid_client","error_description":"AADSTS7000215: x","error_codes":[70002,50012]}""",
        "invalid_client",
        7000215
    )]
    [InlineData("""{"error":"<b>bad</b>"}""", "unknown", null)]
    [InlineData("""{"error":7,"suberror":[],"error_codes":"x","correlation_id":"x","timestamp":"x","claims":"["}""", "unknown", null)]
    [InlineData("""[]""", "unknown", null)]
    [InlineData("""{"error":"invalid_grant","error_codes":[-1]}""", "invalid_grant", null)]
    [InlineData("""{"error":"invalid_grant","error_codes":[1e99]}""", "invalid_grant", null)]
    public async Task An_error_of_any_shape_becomes_a_value(string body, string error, int? aadsts)
    {
        _answer = Reply.Json(body, 401);
        var read = Assert.IsType<UpstreamTokenError>(await FailureAsync());
        Assert.Equal((error, aadsts), (read.Error, read.Aadsts?.Value));
        Assert.Null(read.CorrelationId ?? read.TraceId);
        Assert.Null(read.Suberror ?? read.Claims);
    }

    [Theory, Trait("Security", "SEC-304")]
    [InlineData("[]", "token_response_unusable")]
    [InlineData("""{"token_type":"Bearer","access_token":"x"}""", "token_response_unusable")]
    [InlineData("""{"token_type":"Bearer","id_token":7}""", "token_response_unusable")]
    [InlineData("""{"access_token":"x"}""", "token_response_unusable")]
    [InlineData("""{"token_type":"Bearer","id_tok""", "outbound_not_json")]
    public async Task A_success_without_an_id_token_is_none(string body, string code)
    {
        _answer = Reply.Json(body);
        Assert.Equal(code, (await FailureAsync()).Code);
    }

    [Fact, Trait("Security", "SEC-304")]
    public async Task A_gateways_error_page_is_unavailability()
    {
        _answer = Reply.Raw("<html>"u8.ToArray(), 502, "text/html");
        Assert.Equal(502, Assert.IsType<TokenEndpointUnavailable>(await FailureAsync()).Failure.Status);
    }

    [Fact]
    public async Task Client_credentials_and_refresh_send_what_their_grants_need()
    {
        var client = new TokenEndpointClient(_scenario.Http);
        var endpoint = new TokenEndpoint(Entra, new Uri(_scenario.Server.Origin + "/token"), null, "org");
        var credentials = new UpstreamClient("client", new Secret("secret"));
        Assert.True(
            (
                await client.RequestClientCredentialsAsync(
                    endpoint,
                    credentials,
                    "https://graph.microsoft.com/.default",
                    TestContext.Current.CancellationToken
                )
            ).TryGet(out _, out _)
        );
        Assert.True(
            (await client.RefreshAsync(endpoint, credentials, new Secret("old"), TestContext.Current.CancellationToken)).TryGet(
                out var fresh,
                out _
            )
        );
        Assert.Equal("a-refresh-token", fresh.RefreshToken?.Reveal());
        Assert.Equal(
            [
                "grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=client&client_secret=secret",
                "grant_type=refresh_token&refresh_token=old&client_id=client&client_secret=secret",
            ],
            _scenario.Server.Requests.Select(request => request.Body)
        );
    }

    [Fact]
    public void Tokens_and_secrets_are_not_printed()
    {
        Assert.Equal("[upstream tokens]", $"{new UpstreamTokens("a.b.c", new Secret("access"), null, null)}");
        Assert.DoesNotContain("hidden", new UpstreamClient("client", new Secret("hidden")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_has_the_reason_of_the_way_out()
    {
        await _scenario.Server.DisposeAsync();
        Assert.Equal("outbound_unreachable", (await FailureAsync()).Code);
    }
}
