using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1 (certificate JWT, federated credential) and §2.6 "Client credentials".</summary>
public sealed class ClientAssertionTests : IAsyncLifetime
{
    private const string ExchangeAudience = "api://AzureADTokenExchange";
    private const string Subject = "job:anteroom";

    private readonly RSA _key = RSA.Create(2048);
    private EmulatorStage _stage = null!;
    private X509Certificate2 _certificate = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        _certificate = Certificate(_key, _stage.Clock.GetUtcNow().AddDays(-1), _stage.Clock.GetUtcNow().AddDays(30));
        Register(_certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    [Theory] // §3.1: the newer and the older form
    [InlineData("PS256", "x5t#S256")]
    [InlineData("RS256", "x5t#S256")]
    [InlineData("RS256", "x5t")]
    public async Task A_registered_certificate_proves_the_client(string algorithm, string thumbprint)
    {
        var reply = await AskAsync(Sign(Header(algorithm, thumbprint), Claims()));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        // §4.2 appidacr: 2 is a certificate.
        Assert.Equal("2", (string?)Jwt.Payload((string)reply.Body["access_token"]!)["appidacr"]);
    }

    [Fact] // the issuer of version 2 and the endpoint by domain are understood too
    public async Task The_audience_may_name_the_tenant_in_another_way()
    {
        var claims = Claims();
        claims["aud"] = $"{_stage.Url}/contoso.example/oauth2/v2.0/token";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(Sign(Header(), claims))).Status);
        claims["aud"] = $"{_stage.Url}/{_stage.TenantId}/v2.0";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(Sign(Header(), claims))).Status);
        claims["aud"] = $"https://login.microsoftonline.com/{_stage.TenantId}/v2.0";
        AssertRefused(await AskAsync(Sign(Header(), claims)), 700023);
    }

    [Fact] // §2.6 row 700027
    public async Task An_unknown_certificate_is_700027()
    {
        using var key = RSA.Create(2048);
        using var other = Certificate(key, _stage.Clock.GetUtcNow().AddDays(-1), _stage.Clock.GetUtcNow().AddDays(1));
        var header = Header();
        header["x5t#S256"] = Base64Url.EncodeToString(other.GetCertHash(HashAlgorithmName.SHA256));
        AssertRefused(await AskAsync(Sign(header, Claims(), key)), 700027);

        // The right name with another key behind it.
        AssertRefused(await AskAsync(Sign(Header(), Claims(), key)), 700027);
    }

    [Fact] // §2.6 row 700024
    public async Task An_assertion_outside_its_time_is_700024()
    {
        var claims = Claims();
        claims["exp"] = _stage.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds();
        AssertRefused(await AskAsync(Sign(Header(), claims)), 700024);
        claims = Claims();
        claims["nbf"] = _stage.Clock.GetUtcNow().AddMinutes(6).ToUnixTimeSeconds();
        AssertRefused(await AskAsync(Sign(Header(), claims)), 700024);
        claims = Claims();
        claims.Remove("exp");
        AssertRefused(await AskAsync(Sign(Header(), claims)), 700024);
    }

    [Fact] // §2.6 row 1000502
    public async Task An_expired_certificate_is_1000502()
    {
        _stage.Clock.Advance(TimeSpan.FromDays(31));
        AssertRefused(await AskAsync(Sign(Header(), Claims())), 1000502);
    }

    [Theory] // a header or a shape that Entra does not take
    [InlineData("HS256")]
    [InlineData("none")]
    [InlineData("ES256")]
    public async Task Other_algorithms_are_malformed(string algorithm)
    {
        var header = Header();
        header["alg"] = algorithm;
        var reply = await AskAsync(Sign(header, Claims()));
        Assert.Equal((50027, "invalid_request"), (reply.Code, reply.Error));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("YQ.YQ.YQ")]
    public async Task What_is_no_jwt_is_malformed(string assertion) => Assert.Equal(50027, (await AskAsync(assertion)).Code);

    [Fact]
    public async Task Thumbprint_subject_and_type_are_checked()
    {
        var header = Header();
        header.Remove("x5t#S256");
        Assert.Equal(50027, (await AskAsync(Sign(header, Claims()))).Code);
        var claims = Claims();
        claims["sub"] = "another";
        AssertRefused(await AskAsync(Sign(Header(), claims)), 700021);
        Assert.Equal(90023, (await AskAsync(Sign(Header(), Claims()), "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")).Code);
    }

    [Fact] // §3.1: exact match, RS256, and the issuer's own keys
    [Trait("Capability", "HEC-27")]
    public async Task A_federated_token_stands_in_for_a_secret()
    {
        await using var issuer = new KeyIssuer(_key);
        Federate(issuer.Url);
        var reply = await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url)));
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.ToJsonString());
        Assert.Equal(["/.well-known/openid-configuration", "/keys"], issuer.Paths);
    }

    [Fact] // §2.6 row 70021 and its sharper forms
    public async Task A_federated_token_must_match_in_every_letter()
    {
        await using var issuer = new KeyIssuer(_key);
        var reply = await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url)));
        Assert.Equal((70021, "invalid_request"), (reply.Code, reply.Error));

        Federate(issuer.Url);
        AssertRefused(await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url + "/"))), 700211);
        AssertRefused(await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url, "job:other"))), 700213);
        AssertRefused(await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url, Subject.ToUpperInvariant()))), 7002138);
        AssertRefused(await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url, audience: "api://other"))), 700212);
        Assert.Empty(issuer.Paths);
    }

    [Fact] // §3.1: RS256 only, the issuer's key, and not for ever
    public async Task A_federated_token_must_be_signed_by_its_issuer()
    {
        await using var issuer = new KeyIssuer(_key);
        Federate(issuer.Url);
        var header = FederatedHeader();
        header["alg"] = "PS256";
        Assert.Equal(50027, (await AskAsync(Sign(header, FederatedClaims(issuer.Url)))).Code);
        using var other = RSA.Create(2048);
        AssertRefused(await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url), other)), 7000272);
        var old = FederatedClaims(issuer.Url);
        old["exp"] = _stage.Clock.GetUtcNow().AddMinutes(-10).ToUnixTimeSeconds();
        AssertRefused(await AskAsync(Sign(FederatedHeader(), old)), 700024);
    }

    [Theory] // the guard: http elsewhere, private networks, an issuer that is somebody else, nobody there
    [InlineData("http://idp.example")]
    [InlineData("https://10.0.0.1")]
    [InlineData("https://169.254.169.254")]
    [InlineData("http://localhost:9")]
    public async Task An_issuer_that_may_not_be_called_is_50166(string issuer)
    {
        Federate(issuer);
        var reply = await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer)));
        Assert.Equal(50166, reply.Code);
    }

    [Fact] // OIDC Discovery §4.3
    public async Task A_document_of_another_issuer_is_not_believed()
    {
        await using var issuer = new KeyIssuer(_key) { ClaimedIssuer = "https://other.example" };
        Federate(issuer.Url);
        Assert.Equal(50166, (await AskAsync(Sign(FederatedHeader(), FederatedClaims(issuer.Url)))).Code);
    }

    [Fact] // §3.1: "fresh ones fail some minutes"
    public async Task A_fresh_certificate_may_need_time()
    {
        await _stage.PatchAsync("/settings", new { credentialDelaySeconds = 172_800 });
        AssertRefused(await AskAsync(Sign(Header(), Claims())), 700027);
        _stage.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(Sign(Header(), Claims()))).Status);
    }

    private Task<TokenReply> AskAsync(string assertion, string? type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_assertion_type", type),
            ("client_assertion", assertion),
            ("scope", "https://graph.microsoft.com/.default")
        );

    private void Register(X509Certificate2 certificate) =>
        _stage.Change(
            (Application application) =>
                application with
                {
                    KeyCredentials = [KeyCredential.Read(Guid.CreateVersion7(), certificate.ExportCertificatePem(), "test")!],
                }
        );

    private void Federate(string issuer) =>
        _stage.Change(
            (Application application) =>
                application with
                {
                    FederatedIdentityCredentials =
                    [
                        new FederatedIdentityCredential(Guid.CreateVersion7(), "ci", issuer, Subject, [ExchangeAudience]),
                    ],
                }
        );

    private JsonObject Header(string algorithm = "PS256", string thumbprint = "x5t#S256") =>
        new()
        {
            ["alg"] = algorithm,
            ["typ"] = "JWT",
            [thumbprint] = Base64Url.EncodeToString(
                _certificate.GetCertHash(thumbprint == "x5t" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256)
            ),
        };

    private static JsonObject FederatedHeader() =>
        new()
        {
            ["alg"] = "RS256",
            ["typ"] = "JWT",
            ["kid"] = "key-1",
        };

    private JsonObject Claims() =>
        new()
        {
            ["aud"] = $"{_stage.Url}/{_stage.TenantId}/oauth2/v2.0/token",
            ["iss"] = _stage.AppId,
            ["sub"] = _stage.AppId,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["nbf"] = _stage.Clock.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = _stage.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
        };

    private JsonObject FederatedClaims(string issuer, string subject = Subject, string audience = ExchangeAudience) =>
        new()
        {
            ["aud"] = audience,
            ["iss"] = issuer,
            ["sub"] = subject,
            ["exp"] = _stage.Clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
        };

    private string Sign(JsonObject header, JsonObject claims, RSA? key = null)
    {
        var signed = $"{Part(header)}.{Part(claims)}";
        var padding = (string?)header["alg"] == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        var signature = (key ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, padding);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static X509Certificate2 Certificate(RSA key, DateTimeOffset from, DateTimeOffset until) =>
        new CertificateRequest("CN=anteroom", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(from, until);

    private static void AssertRefused(TokenReply reply, int code)
    {
        Assert.Equal((code, "invalid_client", HttpStatusCode.Unauthorized), (reply.Code, reply.Error, reply.Status));
    }
}
