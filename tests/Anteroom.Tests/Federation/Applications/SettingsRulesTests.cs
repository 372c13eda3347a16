using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Federation.Applications;

/// <summary>What may be registered of an application's settings: each refusal by its member's name.</summary>
public sealed class SettingsRulesTests
{
    private const string Issuer = "https://signin.example";
    private static readonly ApplicationId Id = ApplicationId.New(TimeProvider.System);
    private static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "a");

    private static Application Blank(ClientKind kind = ClientKind.Confidential) =>
        new(
            Id,
            OrganizationId.Platform,
            Id.ToString(),
            "Portal",
            kind,
            kind == ClientKind.Confidential ? ClientAuthentication.ClientSecretBasic : ClientAuthentication.None,
            ["https://rp.example/cb"],
            [],
            Id.ToString(),
            SignatureAlgorithm.ES256,
            ApplicationSettings.Default,
            null,
            1,
            ManualClock.Start,
            []
        );

    private static string[] Errors(ApplicationDraft draft, ClientKind kind = ClientKind.Confidential) =>
        ApplicationRules.Apply(Blank(kind), draft, Issuer).TryGet(out _, out var refused) ? [] : [.. refused.Errors.Keys];

    private static ApplicationSettings Accepted(ApplicationDraft draft, Application? current = null)
    {
        Assert.True(
            ApplicationRules.Apply(current ?? Blank(), draft, Issuer).TryGet(out var changed, out var refused),
            refused?.ToString()
        );
        return changed.Settings;
    }

    [Theory]
    [InlineData(ClientKind.Confidential, true, "authorization_code")]
    [InlineData(ClientKind.Confidential, true, "client_credentials")]
    [InlineData(ClientKind.Confidential, true, "authorization_code", "refresh_token", "client_credentials")]
    [InlineData(ClientKind.Native, true, GrantType.DeviceCode)]
    [InlineData(ClientKind.Public, true, GrantType.DeviceCode, "refresh_token")]
    [InlineData(ClientKind.Confidential, true, GrantType.DeviceCode, "client_credentials")]
    [InlineData(ClientKind.Confidential, false, "device_code")]
    [InlineData(ClientKind.Confidential, false)]
    [InlineData(ClientKind.Confidential, false, "refresh_token")]
    [InlineData(ClientKind.Confidential, false, "client_credentials", "refresh_token")]
    [InlineData(ClientKind.Confidential, false, "authorization_code", "password")]
    [InlineData(ClientKind.Confidential, false, "authorization_code", "implicit")]
    [InlineData(ClientKind.Public, false, "authorization_code", "client_credentials")]
    [InlineData(ClientKind.Native, false, "client_credentials")]
    [Trait("Security", "SEC-094")]
    public void Grant_types_make_sense_together_and_for_the_kind(ClientKind kind, bool accepted, params string[] grants) =>
        Assert.Equal(accepted ? [] : ["grantTypes"], Errors(new() { GrantTypes = grants }, kind));

    [Fact] // a program that signs nobody in has nowhere to send anybody
    public void Redirect_uris_may_be_missing_only_without_the_code_grant()
    {
        Assert.Empty(Errors(new() { GrantTypes = ["client_credentials"], RedirectUris = [] }));
        Assert.Empty(Errors(new() { GrantTypes = [GrantType.DeviceCode, "refresh_token"], RedirectUris = [] }, ClientKind.Native));
        Assert.Equal(["redirectUris"], Errors(new() { GrantTypes = ["authorization_code", "client_credentials"], RedirectUris = [] }));
    }

    [Theory]
    [InlineData(true, "orders:read", "https://api.example/.default")]
    [InlineData(false, "openid")]
    [InlineData(false, "orders:read", "offline_access")]
    [InlineData(false, "two words")]
    [InlineData(false, "")]
    [InlineData(false, "quo\"te")]
    [InlineData(false, "ü")]
    [Trait("Security", "SEC-102")]
    public void Scopes_are_words_of_the_applications_own(bool accepted, params string[] scopes) =>
        Assert.Equal(accepted ? [] : ["scopes"], Errors(new() { Scopes = scopes }));

    [Fact]
    [Trait("Security", "SEC-102")]
    public void Scopes_fit_the_bounds_of_a_request()
    {
        Assert.Empty(Errors(new() { Scopes = [.. Enumerable.Range(0, 44).Select(i => $"s{i}")] }));
        Assert.Equal(["scopes"], Errors(new() { Scopes = [.. Enumerable.Range(0, 45).Select(i => $"s{i}")] }));
        Assert.Equal(["scopes"], Errors(new() { Scopes = [new string('s', 1024)] }));
    }

    [Theory]
    [InlineData("https://api.example", null)]
    [InlineData("urn:example:api", null)]
    [InlineData(Issuer, "resources[0]")]
    [InlineData("has space", "resources[0]")]
    [InlineData("", "resources[0]")]
    [InlineData("app_aaaaaaaaaaaaaaaaaaaaaaaaaa", "resources[0]")]
    public void Resources_are_names_of_apis(string resource, string? error) =>
        Assert.Equal(error is null ? [] : [error], Errors(new() { Resources = [resource] }));

    [Fact]
    public void There_are_fifty_resources_at_most() =>
        Assert.Equal(["resources"], Errors(new() { Resources = [.. Enumerable.Range(0, 51).Select(i => $"https://{i}.example")] }));

    [Theory] // SEC-098, SEC-101
    [InlineData(60, 60, 60, 60)]
    [InlineData(3600, 300, 14 * 86_400, 90 * 86_400)]
    [InlineData(59, 300, 60, 60, "accessTokenSeconds")]
    [InlineData(3601, 300, 60, 60, "accessTokenSeconds")]
    [InlineData(600, 301, 60, 60, "idTokenSeconds")]
    [InlineData(600, -1, 60, 60, "idTokenSeconds")]
    [InlineData(600, 300, (14 * 86_400) + 1, 60, "refreshTokenIdleSeconds")]
    [InlineData(600, 300, 60, (90 * 86_400) + 1, "refreshTokenAbsoluteSeconds")]
    [InlineData(600, 300, 60, int.MaxValue, "refreshTokenAbsoluteSeconds")]
    [Trait("Security", "SEC-098")]
    [Trait("Security", "SEC-101")]
    public void Lives_have_their_bounds(int access, int id, int idle, int absolute, params string[] errors) =>
        Assert.Equal(
            errors,
            Errors(
                new()
                {
                    AccessTokenSeconds = access,
                    IdTokenSeconds = id,
                    RefreshTokenIdleSeconds = idle,
                    RefreshTokenAbsoluteSeconds = absolute,
                }
            )
        );

    [Fact]
    public void Zero_asks_for_the_default_again()
    {
        var with = Blank() with { Settings = ApplicationSettings.Default with { AccessTokenSeconds = 3600 } };
        Assert.Equal(3600, Accepted(new(), with).AccessTokenSeconds);
        Assert.Null(Accepted(new() { AccessTokenSeconds = 0 }, with).AccessTokenSeconds);
        Assert.Equal(TimeSpan.FromMinutes(10), TokenLifetimes.Of(ApplicationSettings.Default).AccessToken);
    }

    [Theory] // OIDC Core §8.1
    [InlineData("pairwise", null, new[] { "https://rp.example/a", "https://rp.example:8443/b" }, null)]
    [InlineData("pairwise", null, new[] { "https://rp.example/a", "https://other.example/b" }, "sectorIdentifier")]
    [InlineData("pairwise", "rp.example", new[] { "https://rp.example/a", "https://other.example/b" }, null)]
    [InlineData("public", null, new[] { "https://rp.example/a", "https://other.example/b" }, null)]
    [InlineData("secret", null, new[] { "https://rp.example/a" }, "subjectType")]
    [InlineData("public", "RP.example", new[] { "https://rp.example/a" }, "sectorIdentifier")]
    [InlineData("public", "https://rp.example", new[] { "https://rp.example/a" }, "sectorIdentifier")]
    [InlineData("public", "rp example", new[] { "https://rp.example/a" }, "sectorIdentifier")]
    [Trait("Security", "SEC-103")]
    public void Pairwise_subjects_need_one_sector(string type, string? sector, string[] redirects, string? error) =>
        Assert.Equal(
            error is null ? [] : [error],
            Errors(
                new()
                {
                    SubjectType = type,
                    SectorIdentifier = sector,
                    RedirectUris = redirects,
                }
            )
        );

    public static TheoryData<string> UnusableKeySets
    {
        get
        {
            var good = Write(Key);
            var x = good[good.IndexOf("\"x\":\"", StringComparison.Ordinal)..];
            return new(
                "{}",
                "[]",
                "not json",
                """{"keys":[]}""",
                """{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""",
                good.Replace("\"x\":", "\"d\":\"c2VjcmV0\",\"x\":", StringComparison.Ordinal),
                good.Replace("P-256", "P-384", StringComparison.Ordinal),
                good.Replace("\"sig\"", "\"enc\"", StringComparison.Ordinal),
                good.Replace("ES256", "ES384", StringComparison.Ordinal),
                good.Replace("ES256", "RS256", StringComparison.Ordinal),
                Write(Key, Key),
                Write([.. Enumerable.Range(0, 6).Select(i => SigningKey.Generate(SignatureAlgorithm.ES256, kid: $"k{i}"))]),
                $$"""{"keys":[{"kty":"EC","crv":"P-256",{{x}}""".Replace("\"x\":\"", "\"x\":\"AAAA", StringComparison.Ordinal)
            );
        }
    }

    [Theory]
    [MemberData(nameof(UnusableKeySets))]
    [Trait("Security", "SEC-097")]
    public void Refuses_keys_that_prove_nothing(string jwks) => Assert.Equal(["jwks"], Errors(new() { Jwks = jwks }));

    [Fact]
    [Trait("Security", "SEC-097")]
    public void Who_signs_needs_keys_and_keeps_them()
    {
        Assert.Equal(["jwks"], Errors(new() { ClientAuthentication = "private_key_jwt" }));
        var signs = Blank() with
        {
            Authentication = ClientAuthentication.PrivateKeyJwt,
            Settings = Accepted(new() { ClientAuthentication = "private_key_jwt", Jwks = Write(Key) }),
        };
        Assert.Contains("\"keys\"", signs.Settings.Jwks, StringComparison.Ordinal);
        Assert.False(ApplicationRules.Apply(signs, new() { Jwks = "" }, Issuer).TryGet(out _, out var refused));
        Assert.Equal(["jwks"], refused!.Errors.Keys);
        Assert.Null(Accepted(new() { Jwks = "", ClientAuthentication = "client_secret_basic" }, signs).Jwks);
    }

    [Theory] // RFC 7591 §2; http on this machine is for the operator's AllowedTargets to permit
    [InlineData("https://rp.example/keys", true)]
    [InlineData("https://rp.example:8443/keys?v=2", true)]
    [InlineData("http://localhost:8080/keys", true)]
    [InlineData("http://rp.example/keys", false)]
    [InlineData("https://rp.example/keys#now", false)]
    [InlineData("https://user@rp.example/keys", false)]
    [InlineData("file:///etc/keys", false)]
    [InlineData("data:application/json,{}", false)]
    [InlineData("keys", false)]
    [Trait("Security", "SEC-097")]
    public void Keys_are_published_at_an_https_address(string address, bool fits)
    {
        var draft = new ApplicationDraft { ClientAuthentication = "private_key_jwt", JwksUri = address };
        Assert.Equal(fits ? [] : ["jwksUri"], Errors(draft));
    }

    [Fact] // RFC 7591 §2: not both
    [Trait("Security", "SEC-097")]
    public void Keys_are_registered_or_published()
    {
        const string Address = "https://rp.example/keys";
        Assert.Equal(["jwksUri"], Errors(new() { Jwks = Write(Key), JwksUri = Address }));
        var registered = Blank() with
        {
            Authentication = ClientAuthentication.PrivateKeyJwt,
            Settings = Accepted(new() { ClientAuthentication = "private_key_jwt", Jwks = Write(Key) }),
        };
        Assert.False(ApplicationRules.Apply(registered, new() { JwksUri = Address }, Issuer).TryGet(out _, out _));
        var published = registered with { Settings = Accepted(new() { Jwks = "", JwksUri = Address }, registered) };
        Assert.Equal((null, Address), (published.Settings.Jwks, published.Settings.JwksUri));
        Assert.Equal(Address, Accepted(new() { Name = "Other" }, published).JwksUri);
        Assert.False(ApplicationRules.Apply(published, new() { JwksUri = "" }, Issuer).TryGet(out _, out var refused));
        Assert.Equal(["jwks"], refused!.Errors.Keys);
    }

    private static string Write(params SigningKey[] keys) =>
        Encoding.UTF8.GetString(new JsonWebKeySet(keys.Select(key => key.PublicKey.JsonWebKey)).ToUtf8());
}
