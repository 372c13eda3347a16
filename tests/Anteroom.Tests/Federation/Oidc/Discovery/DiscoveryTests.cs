using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.UserInfo;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.Federation.Oidc.Discovery;

public sealed class DiscoveryTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    private static readonly string[] Proofs = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    /// <summary>Each of them is proven by some test; what is not here does not work.</summary>
    private static readonly string[] Members =
    [
        "authorization_endpoint",
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_session_supported",
        "backchannel_logout_supported",
        "claim_types_supported",
        "claims_parameter_supported",
        "claims_supported",
        "code_challenge_methods_supported",
        "device_authorization_endpoint",
        "end_session_endpoint",
        "frontchannel_logout_session_supported",
        "frontchannel_logout_supported",
        "grant_types_supported",
        "id_token_signing_alg_values_supported",
        "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported",
        "introspection_endpoint_auth_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "prompt_values_supported",
        "pushed_authorization_request_endpoint",
        "request_parameter_supported",
        "request_uri_parameter_supported",
        "require_pushed_authorization_requests",
        "response_modes_supported",
        "response_types_supported",
        "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported",
        "revocation_endpoint_auth_signing_alg_values_supported",
        "scopes_supported",
        "subject_types_supported",
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "ui_locales_supported",
        "userinfo_endpoint",
    ];

    [Theory] // OIDC Discovery §3, RFC 8414 §2, RFC 9207 §3, RFC 9126 §5
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [Trait("Security", "SEC-095")]
    public async Task Says_exactly_what_works(string path)
    {
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture));
        var response = await http.Client.GetAsync(path);
        var document = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(Members, document.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(OidcScenario.Issuer, document.GetProperty("issuer").GetString());
        Assert.Equal(OidcScenario.Issuer + "/.well-known/jwks.json", document.GetProperty("jwks_uri").GetString());
        Assert.Equal(["code"], Texts("response_types_supported"));
        Assert.Equal(["query", "fragment", "form_post"], Texts("response_modes_supported"));
        Assert.Equal(
            ["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
            Texts("grant_types_supported")
        );
        Assert.Equal(OidcScenario.Issuer + "/connect/device", document.GetProperty("device_authorization_endpoint").GetString());
        Assert.Equal(["public", "pairwise"], Texts("subject_types_supported"));
        Assert.Equal(["ES256", "RS256"], Texts("id_token_signing_alg_values_supported"));
        Assert.Equal([.. Proofs, "none"], Texts("token_endpoint_auth_methods_supported"));
        Assert.Equal(Proofs, Texts("introspection_endpoint_auth_methods_supported"));
        Assert.Equal([.. Proofs, "none"], Texts("revocation_endpoint_auth_methods_supported"));
        foreach (var endpoint in new[] { "token", "introspection", "revocation" })
            Assert.Equal(["ES256", "RS256", "PS256"], Texts(endpoint + "_endpoint_auth_signing_alg_values_supported"));
        Assert.Equal(["S256"], Texts("code_challenge_methods_supported"));
        Assert.Equal(["openid", "profile", "email", "offline_access"], Texts("scopes_supported"));
        Assert.Equal(["none", "login", "select_account", "consent"], Texts("prompt_values_supported"));
        Assert.Equal(["en"], Texts("ui_locales_supported"));
        foreach (
            var offered in new[]
            {
                "authorization_response_iss_parameter_supported",
                "backchannel_logout_supported",
                "backchannel_logout_session_supported",
                "frontchannel_logout_supported",
                "frontchannel_logout_session_supported",
            }
        )
            Assert.True(document.GetProperty(offered).GetBoolean());
        foreach (
            var refused in new[]
            {
                "claims_parameter_supported",
                "request_parameter_supported",
                "request_uri_parameter_supported",
                "require_pushed_authorization_requests",
            }
        )
            Assert.False(document.GetProperty(refused).GetBoolean());
        foreach (
            var absent in new[]
            {
                "registration_endpoint",
                "dpop_signing_alg_values_supported",
                "tls_client_certificate_bound_access_tokens",
            }
        )
            Assert.False(document.TryGetProperty(absent, out _), absent);

        string[] Texts(string name) => [.. document.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
    }

    [Fact] // each claim that is named comes for somebody, and none comes that is not named
    [Trait("Security", "SEC-095")]
    public async Task Names_the_claims_that_tokens_and_userinfo_have()
    {
        var evidence = new Evidence("entra", ManualClock.Start, ["pwd", "mfa"], "c1", [], SecondFactor: true);
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, evidence: evidence));
        var scenario = http.Scenario;
        await scenario.ExecuteAsync(
            """
            UPDATE users SET given_name = 'Ada', family_name = 'Lovelace', email = 'ada@example.com' WHERE organization_id = @organization
            """
        );
        await scenario.ExecuteAsync(
            """
            INSERT INTO groups (organization_id, group_id, name, source, created_at)
            SELECT @organization, gen_random_uuid(), 'group ' || n, 'graph', @at FROM generate_series(1, 201) n
            """,
            new { at = ManualClock.Start }
        );
        await scenario.ExecuteAsync(
            """
            INSERT INTO group_members (organization_id, group_id, user_id, source, at)
            SELECT @organization, group_id, @user, 'graph', @at FROM groups WHERE organization_id = @organization
            """,
            new { user = scenario.User.Value, at = ManualClock.Start }
        );
        Assert.Null(await scenario.RedeemAsync(await scenario.CodeAsync()));
        Assert.True(
            (await scenario.Node.Get<ReadUserInfo>().HandleAsync(scenario.Tokens!.AccessToken, default)).TryGet(out var info, out _)
        );

        var document = JsonElement.Parse(await http.Client.GetByteArrayAsync("/.well-known/openid-configuration"));
        var named = document.GetProperty("claims_supported").EnumerateArray().Select(item => item.GetString()!);
        var come = NamesOf(scenario.IdToken).Union(NamesOf(JsonElement.Parse(info.Document)));
        Assert.Equal(named.Order(StringComparer.Ordinal), come.Order(StringComparer.Ordinal));

        static IEnumerable<string> NamesOf(JsonElement claims) => claims.EnumerateObject().Select(member => member.Name);
    }

    [Fact] // no address is said to be there that is not
    public async Task Each_endpoint_that_is_named_answers_at_its_address()
    {
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture));
        var document = JsonElement.Parse(await http.Client.GetByteArrayAsync("/.well-known/openid-configuration"));
        var addresses = document
            .EnumerateObject()
            .Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri")
            .ToDictionary(member => member.Name, member => member.Value.GetString()!);
        Assert.Contains("pushed_authorization_request_endpoint", addresses.Keys);
        foreach (var (name, address) in addresses)
        {
            Assert.StartsWith(OidcScenario.Issuer + "/", address, StringComparison.Ordinal);
            if (name is "authorization_endpoint" or "end_session_endpoint")
                continue; // for people's browsers: EndToEnd tests open them
            var bare = await http.Client.PostAsync(address[OidcScenario.Issuer.Length..], new FormUrlEncodedContent([]));
            var expected = name switch
            {
                "jwks_uri" => HttpStatusCode.MethodNotAllowed,
                _ => HttpStatusCode.Unauthorized,
            };
            Assert.Equal(expected, bare.StatusCode);
        }
    }

    [Fact] // each value that is named works: who proves itself so, asks so and has tokens signed so gets them
    public async Task Each_method_grant_algorithm_and_kind_of_subject_that_is_named_works()
    {
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture));
        var scenario = http.Scenario;
        var document = JsonElement.Parse(await http.Client.GetByteArrayAsync("/.well-known/openid-configuration"));
        scenario.Scope = string.Join(' ', Named("scopes_supported"));
        var keys = Named("token_endpoint_auth_signing_alg_values_supported").ToDictionary(name => name, KeyFor);

        foreach (var method in Named("token_endpoint_auth_methods_supported"))
        foreach (var algorithm in method == "private_key_jwt" ? keys.Keys.ToArray() : ["ES256"])
        foreach (var signature in Named("id_token_signing_alg_values_supported"))
        foreach (var subject in Named("subject_types_supported"))
        {
            var draft = OidcScenario.Draft() with
            {
                ClientKind = method == "none" ? "public" : "confidential",
                ClientAuthentication = method,
                Jwks = Encoding.UTF8.GetString(new JsonWebKeySet([keys[algorithm].PublicKey.JsonWebKey]).ToUtf8()),
                SigningAlgorithm = signature,
                SubjectType = subject,
                GrantTypes = [.. Named("grant_types_supported").Where(grant => method != "none" || grant != GrantType.ClientCredentials)],
            };
            await scenario.RegisterAsync(draft, OrganizationId.Platform);
            var body = await AskAsync([
                new("grant_type", GrantType.AuthorizationCode),
                new("code", (await scenario.CodeAsync()).Reveal()),
                new("redirect_uri", OidcScenario.RedirectUri),
                new("code_verifier", scenario.Verifier.Reveal()),
            ]);
            Assert.Equal(signature, OidcScenario.Claims(body.GetProperty("id_token").GetString()!, 0).GetProperty("alg").GetString());
            Assert.Equal(scenario.Scope, body.GetProperty("scope").GetString());
            await AskAsync([
                new("grant_type", GrantType.RefreshToken),
                new("refresh_token", body.GetProperty("refresh_token").GetString()!),
            ]);
            if (method != "none")
                await AskAsync([new("grant_type", GrantType.ClientCredentials)]);
            var live = body.GetProperty("access_token").GetString()!;
            if (Named("introspection_endpoint_auth_methods_supported").Contains(method))
                Assert.True((await AskAsync([new("token", live)], "/connect/introspect")).GetProperty("active").GetBoolean());
            if (Named("revocation_endpoint_auth_methods_supported").Contains(method))
                await AskAsync([new("token", live)], "/connect/revoke");
            var device = await AskAsync([new("scope", scenario.Scope)], "/connect/device");
            Assert.Null(await scenario.ApproveAsync(device.GetProperty("user_code").GetString()!));
            await AskAsync([new("grant_type", GrantType.DeviceCode), new("device_code", device.GetProperty("device_code").GetString()!)]);

            async Task<JsonElement> AskAsync(List<KeyValuePair<string, string>> form, string path = "/connect/token")
            {
                var secret = scenario.ClientSecret?.Reveal();
                if (method == "client_secret_post")
                    form.Add(new("client_secret", secret!));
                if (method is "client_secret_post" or "none")
                    form.Add(new("client_id", scenario.Application.ClientId));
                if (method == "private_key_jwt")
                    form.AddRange([
                        new("client_assertion_type", ClientAssertions.Type),
                        new("client_assertion", Assertion(keys[algorithm])),
                    ]);
                var (response, body) = await http.PostAsync(path, method == "client_secret_basic" ? http.Basic() : null, form);
                Assert.True(response.StatusCode == HttpStatusCode.OK, $"{method} {algorithm} {signature} {subject}: {body}");
                return body;
            }
        }

        string[] Named(string name) => [.. document.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

        string Assertion(SigningKey key) =>
            JsonWebToken.Sign(
                key,
                "JWT",
                writer =>
                {
                    writer.WriteString("iss", scenario.Application.ClientId);
                    writer.WriteString("sub", scenario.Application.ClientId);
                    writer.WriteString("aud", OidcScenario.Issuer);
                    writer.WriteString("jti", Guid.CreateVersion7().ToString());
                    writer.WriteNumber("exp", (scenario.Clock.GetUtcNow() + TimeSpan.FromMinutes(1)).ToUnixTimeSeconds());
                }
            );

        static SigningKey KeyFor(string name) =>
            SigningKey.Generate(
                SignatureAlgorithm.TryParse(name, out var algorithm) ? algorithm : throw new InvalidOperationException(name)
            );
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration", "application/json")]
    [InlineData("/.well-known/jwks.json", "application/jwk-set+json")]
    [Trait("Security", "SEC-007")]
    [Trait("Security", "SEC-006")]
    public async Task May_be_kept_for_five_minutes_and_used_from_anywhere(string path, string contentType)
    {
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture));
        var response = await http.Client.GetAsync(path);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(TimeSpan.FromSeconds(300), response.Headers.CacheControl!.MaxAge);
        Assert.Equal("cross-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());

        using var head = new HttpRequestMessage(HttpMethod.Head, path);
        var without = await http.Client.SendAsync(head);
        Assert.Equal(HttpStatusCode.OK, without.StatusCode);
        Assert.Equal(response.Content.Headers.ContentLength, without.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration", "GET")]
    [InlineData("/.well-known/jwks.json", "GET")]
    [InlineData("/.well-known/oauth-authorization-server", "GET")]
    [InlineData("/connect/token", "POST")]
    [InlineData("/connect/revoke", "POST")]
    [InlineData("/connect/userinfo", "GET")]
    [Trait("Security", "SEC-011")]
    public async Task A_preflight_is_answered_to_registered_origins_alone(string path, string method)
    {
        var origin = $"https://spa-{path.Length}.example";
        var draft = OidcScenario.Draft() with { ClientKind = "public", RedirectUris = [origin + "/cb"] };
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft));
        Assert.Equal(origin, await PreflightAsync(origin));
        Assert.Null(await PreflightAsync("https://unregistered.example"));

        async Task<string?> PreflightAsync(string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path);
            request.Headers.Add("Origin", from);
            request.Headers.Add("Access-Control-Request-Method", method);
            var response = await http.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
            return response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }
    }

    [Fact] // RFC 6750 §3
    [Trait("Security", "SEC-104")]
    public async Task Userinfo_answers_a_bearer_and_challenges_everybody_else()
    {
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture));
        Assert.Null(await http.Scenario.RedeemAsync(await http.Scenario.CodeAsync()));
        var token = http.Scenario.Tokens!.AccessToken;
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, "/connect/userinfo");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var (response, body) = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(http.Scenario.Subject, body.GetProperty("sub").GetString());
            Assert.True(response.Headers.CacheControl!.NoStore);
        }

        var bare = await http.Client.GetAsync("/connect/userinfo?access_token=" + token);
        Assert.Equal(HttpStatusCode.Unauthorized, bare.StatusCode);
        Assert.Equal("Bearer", bare.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain("error", bare.Headers.WwwAuthenticate.Single().Parameter, StringComparison.Ordinal);

        using var wrong = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        wrong.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "x");
        var refused = await http.Client.SendAsync(wrong);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
