using System.Net;
using System.Text;
using System.Text.Json;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Platform;
using Anteroom.Tests.Entra;

namespace Anteroom.Tests.Federation.Oidc.Clients;

/// <summary>private_key_jwt (RFC 7523 §3, OIDC Core §9). As it stands each assertion is accepted; each test bends one thing.</summary>
public sealed class ClientAssertionsTests(FederationFixture fixture) : IClassFixture<FederationFixture>
{
    // Made once: a key costs more than any of these tests.
    private static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "first");
    private static readonly SigningKey SecondKey = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "second");

    private static string JwksOf(params SigningKey[] keys) =>
        Encoding.UTF8.GetString(new JsonWebKeySet(keys.Select(key => key.PublicKey.JsonWebKey)).ToUtf8());

    private static ApplicationDraft Draft() =>
        new()
        {
            Name = "Signs",
            ClientKind = "confidential",
            ClientAuthentication = "private_key_jwt",
            GrantTypes = [GrantType.ClientCredentials],
            Jwks = JwksOf(Key, SecondKey),
        };

    private async Task<OidcHttp> StartAsync(ApplicationDraft? draft = null) =>
        await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft ?? Draft()));

    private static Dictionary<string, object?> Claims(OidcScenario scenario)
    {
        var now = scenario.Clock.GetUtcNow().ToUnixTimeSeconds();
        return new()
        {
            ["iss"] = scenario.Application.ClientId,
            ["sub"] = scenario.Application.ClientId,
            ["aud"] = OidcScenario.Issuer,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
        };
    }

    private static string Sign(Dictionary<string, object?> claims, SigningKey? key = null, string typ = "JWT") =>
        JsonWebToken.Sign(
            key ?? Key,
            typ,
            JsonSerializer.SerializeToUtf8Bytes(
                claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Key, claim => claim.Value)
            )
        );

    private static async Task<string?> AskAsync(OidcHttp http, string assertion, params (string Name, string Value)[] more)
    {
        var (response, body) = await http.PostAsync(
            "/connect/token",
            null,
            [
                new("grant_type", GrantType.ClientCredentials),
                new("client_assertion", assertion),
                .. more.Any(field => field.Name == "client_assertion_type")
                    ? []
                    : new[] { KeyValuePair.Create("client_assertion_type", ClientAssertions.Type) },
                .. more.Where(field => field.Value.Length > 0).Select(field => KeyValuePair.Create(field.Name, field.Value)),
            ]
        );
        if (response.StatusCode == HttpStatusCode.OK)
            return null;
        var error = body.GetProperty("error").GetString();
        Assert.Equal(error == "invalid_client" ? 401 : 400, (int)response.StatusCode);
        return error;
    }

    private static Task<string?> AskAsync(OidcHttp http, string claim, object? value)
    {
        var claims = Claims(http.Scenario);
        claims[claim] = value;
        return AskAsync(http, Sign(claims));
    }

    [Fact] // RFC 7523 §3: with or without client_id, by any registered key, plainly or explicitly typed
    [Trait("Security", "SEC-097")]
    public async Task Accepts_what_a_registered_key_signed_once()
    {
        await using var http = await StartAsync();
        Assert.Null(http.Scenario.ClientSecret); // there is none to lose
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario))));
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario)), ("client_id", http.Scenario.Application.ClientId)));
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario), SecondKey)));
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario), typ: "client-authentication+jwt")));

        var once = Sign(Claims(http.Scenario));
        Assert.Null(await AskAsync(http, once));
        Assert.Equal("invalid_client", await AskAsync(http, once));
    }

    [Theory]
    [InlineData("iss", null)]
    [InlineData("iss", "app_somebody")]
    [InlineData("sub", null)]
    [InlineData("sub", "app_somebody")]
    [InlineData("aud", null)]
    [InlineData("aud", OidcScenario.Issuer + "/connect/token")]
    [InlineData("aud", OidcScenario.Issuer + "/")]
    [InlineData("aud", new[] { OidcScenario.Issuer })]
    [InlineData("aud", new[] { OidcScenario.Issuer, "https://other.example" })]
    [InlineData("aud", "https://other.example")]
    [InlineData("jti", null)]
    [InlineData("jti", "")]
    [InlineData("jti", 7)]
    [InlineData("exp", null)]
    [InlineData("exp", "soon")]
    [InlineData("iat", "now")]
    [InlineData("nbf", true)]
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-099")]
    public async Task Refuses_a_claim_that_is_absent_or_wrong(string claim, object? value)
    {
        await using var http = await StartAsync();
        Assert.Equal("invalid_client", await AskAsync(http, claim, value));
    }

    [Theory] // seconds from now
    [InlineData("exp", 0, false)]
    [InlineData("exp", -1, false)]
    [InlineData("exp", 1, true)]
    [InlineData("exp", 300, true)]
    [InlineData("exp", 301, false)]
    [InlineData("iat", 10, true)]
    [InlineData("iat", 61, false)]
    [InlineData("nbf", 10, true)]
    [InlineData("nbf", 61, false)]
    [InlineData("iat", -3600, true)]
    [Trait("Security", "SEC-097")]
    public async Task Believes_times_within_their_bounds(string claim, int seconds, bool accepted)
    {
        await using var http = await StartAsync();
        var outcome = await AskAsync(http, claim, http.Scenario.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds);
        Assert.Equal(accepted ? null : "invalid_client", outcome);
    }

    [Fact]
    [Trait("Security", "SEC-097")]
    public async Task A_jti_is_256_characters_at_most_and_each_client_has_its_own()
    {
        await using var http = await StartAsync();
        Assert.Null(await AskAsync(http, "jti", new string('j', 256)));
        Assert.Equal("invalid_client", await AskAsync(http, "jti", new string('j', 257)));
        await http.Scenario.RegisterAsync(Draft() with { Name = "Signs as well" }, OrganizationId.Platform);
        Assert.Null(await AskAsync(http, "jti", new string('j', 256)));
    }

    [Fact] // RFC 8725 §3.1: neither the header nor the token chooses the key or the algorithm
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-099")]
    public async Task Refuses_what_no_registered_key_signed()
    {
        await using var http = await StartAsync();
        var claims = Claims(http.Scenario);
        var stranger = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "first"); // the name of a registered key, and another key
        Assert.Equal("invalid_client", await AskAsync(http, Sign(claims, stranger)));
        Assert.Equal("invalid_client", await AskAsync(http, Sign(claims, SigningKey.Generate(SignatureAlgorithm.ES256, kid: "third"))));
        Assert.Equal("invalid_client", await AskAsync(http, Sign(claims, typ: "at+jwt")));

        var parts = Sign(claims).Split('.');
        foreach (
            var header in new[]
            {
                """{"alg":"none","kid":"first"}""",
                """{"alg":"HS256","kid":"first"}""",
                """{"alg":"RS256","kid":"first"}""",
                """{"alg":"ES256","kid":"first","crit":["x"]}""",
                """{"alg":"ES256"}""", // which of two keys?
            }
        )
            Assert.Equal(
                "invalid_client",
                await AskAsync(http, $"{Base64Url.Encode(Encoding.ASCII.GetBytes(header))}.{parts[1]}.{parts[2]}")
            );
        foreach (
            var bent in new[]
            {
                "x",
                "..",
                $"{parts[0]}.{parts[1]}.",
                $"{parts[0]}.{parts[1]}",
                Sign(claims) + "A",
                new string('a', 16_384),
            }
        )
            Assert.Equal("invalid_client", await AskAsync(http, bent));
        Assert.Null(await AskAsync(http, Sign(claims))); // none of all that used the jti up
    }

    [Fact] // RFC 7521 §4.2, SEC-096
    [Trait("Security", "SEC-096")]
    [Trait("Security", "SEC-097")]
    public async Task Is_the_one_way_for_a_client_that_registered_it_and_no_way_for_another()
    {
        await using var http = await StartAsync();
        var id = http.Scenario.Application.ClientId;
        Assert.Equal("invalid_request", await AskAsync(http, Sign(Claims(http.Scenario)), ("client_id", "app_somebody")));
        Assert.Equal("invalid_request", await AskAsync(http, Sign(Claims(http.Scenario)), ("client_secret", "x")));
        Assert.Equal("invalid_client", await AskAsync(http, Sign(Claims(http.Scenario)), ("client_assertion_type", "")));
        Assert.Equal(
            "invalid_client",
            await AskAsync(
                http,
                Sign(Claims(http.Scenario)),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
            )
        );
        foreach (var authorization in new[] { OidcHttp.Basic(id, "x"), null })
        {
            var (_, body) = await http.PostAsync(
                "/connect/token",
                authorization,
                [new("grant_type", "client_credentials"), new("client_id", id)]
            );
            Assert.Equal("invalid_client", body.GetProperty("error").GetString());
        }

        await using var secret = await StartAsync(Draft() with { ClientAuthentication = "client_secret_basic" });
        Assert.Equal("invalid_client", await AskAsync(secret, Sign(Claims(secret.Scenario)))); // its keys are there, and not in use
    }

    [Theory] // RSA too, by the algorithm that was registered
    [InlineData("RS256", "RS256", true)]
    [InlineData("PS256", "PS256", true)]
    [InlineData("RS256", "PS256", false)]
    [Trait("Security", "SEC-097")]
    public async Task An_rsa_key_signs_by_its_registered_algorithm_alone(string registered, string used, bool accepted)
    {
        Assert.True(SignatureAlgorithm.TryParse(registered, out var registeredAlgorithm));
        Assert.True(SignatureAlgorithm.TryParse(used, out var usedAlgorithm));
        var pkcs8 = Rsa.Value.ExportPkcs8();
        await using var http = await StartAsync(Draft() with { Jwks = JwksOf(SigningKey.FromPkcs8(pkcs8, registeredAlgorithm, "rsa")) });
        var assertion = Sign(Claims(http.Scenario), SigningKey.FromPkcs8(pkcs8, usedAlgorithm, "rsa"));
        Assert.Equal(accepted ? null : "invalid_client", await AskAsync(http, assertion));
    }

    private static readonly Lazy<SigningKey> Rsa = new(() => SigningKey.Generate(SignatureAlgorithm.RS256));

    [Fact] // a key that is registered no longer proves nothing, on the node of the change at once
    [Trait("Security", "SEC-097")]
    public async Task A_key_that_was_taken_away_proves_nothing()
    {
        await using var http = await StartAsync();
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario))));
        var changed = await http
            .Scenario.Node.Get<ApplicationRegistry>()
            .ChangeAsync(
                OrganizationId.Platform,
                http.Scenario.Application.Id,
                1,
                new() { Jwks = JwksOf(SecondKey) },
                OidcScenario.Context,
                default
            );
        Assert.True(changed.TryGet(out _, out _));
        http.Scenario.Clock.Advance(TimeSpan.FromSeconds(11)); // this node hears nothing and lives by its cache's time
        Assert.Equal("invalid_client", await AskAsync(http, Sign(Claims(http.Scenario))));
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario), SecondKey)));
    }

    [Fact] // RFC 7591 §2: by keys that the client publishes, also by those that it publishes from now on
    [Trait("Security", "SEC-097")]
    public async Task Accepts_what_a_published_key_signed()
    {
        var published = JwksOf(Key);
        await using var server = ScriptedServer.Replying(_ =>
            Reply.Raw(Encoding.ASCII.GetBytes(published), contentType: "application/jwk-set+json")
        );
        var draft = Draft() with { Jwks = null, JwksUri = server.Origin + "/keys" };
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft, reaches: server.Origin));

        var once = Sign(Claims(http.Scenario));
        Assert.Null(await AskAsync(http, once));
        Assert.Equal("invalid_client", await AskAsync(http, once));
        Assert.Equal("invalid_client", await AskAsync(http, Sign(Claims(http.Scenario), SecondKey)));

        published = JwksOf(Key, SecondKey);
        http.Scenario.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await AskAsync(http, Sign(Claims(http.Scenario), SecondKey)));
        Assert.Equal(2, server.Requests.Count);
        Assert.All(server.Requests, request => Assert.Equal(("GET", "/keys"), (request.Method, request.Path)));
        Assert.All(server.Requests, request => Assert.DoesNotContain("Authorization", request.Headers.Keys));
    }

    [Fact] // what went wrong is for the log and the operator, not for whoever sent the assertion
    [Trait("Security", "SEC-097")]
    [Trait("Security", "SEC-300")]
    public async Task Refuses_while_the_keys_cannot_be_had_and_says_no_more()
    {
        await using var server = ScriptedServer.Replying(_ => Reply.Json(JwksOf(Key)));
        var draft = Draft() with { Jwks = null, JwksUri = server.Origin + "/keys" };
        await using var http = await OidcHttp.StartAsync(await OidcScenario.CreateAsync(fixture, draft)); // nobody allowed that target
        Assert.Equal("invalid_client", await AskAsync(http, Sign(Claims(http.Scenario))));
        Assert.Empty(server.Requests);
        var audited = await fixture
            .Test.Database.In(OrganizationId.Platform)
            .FirstAsync<long>(
                "SELECT count(*) FROM audit_events WHERE organization_id = @organization AND action = 'application.authentication_refused' AND target_id = @id",
                new { id = http.Scenario.Application.Id.Value },
                default
            );
        Assert.Equal(1, audited);
    }

    [Fact] // SEC-341: one winner on whichever node
    [Trait("Security", "SEC-097")]
    public async Task Of_a_hundred_uses_of_one_assertion_on_two_nodes_one_proves_something()
    {
        await using var scenario = await OidcScenario.CreateAsync(fixture, Draft());
        await using var other = await scenario.OtherNodeAsync();
        Assert.True(JsonWebToken.Parse(Sign(Claims(scenario))).TryGet(out var assertion, out _));
        var refusals = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i =>
                    Task.Run(() =>
                        (i % 2 == 0 ? scenario.Node : other).Get<ClientAssertions>().RefusalAsync(assertion, scenario.Application, default)
                    )
                )
        );
        Assert.Single(refusals, refusal => refusal is null);
        Assert.All(refusals.Where(refusal => refusal is not null), refusal => Assert.Equal("jti was used before", refusal));
    }

    [Fact] // what is remembered has an end: that of the assertion, at most five minutes
    [Trait("Security", "SEC-097")]
    public async Task A_jti_is_remembered_until_its_assertion_expires()
    {
        await using var http = await StartAsync();
        var expires = http.Scenario.Clock.GetUtcNow().AddSeconds(123);
        Assert.Null(await AskAsync(http, "exp", expires.ToUnixTimeSeconds()));
        var until = await fixture
            .Test.Database.In(OrganizationId.Platform)
            .ListAsync<DateTimeOffset>("SELECT expires_at FROM consumed WHERE purpose = 'client_assertion'", null, default);
        Assert.Single(until, at => at == expires);
        Assert.All(until, at => Assert.InRange(at, ManualClock.Start, ManualClock.Start.AddMinutes(6)));
    }
}
