using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Entra.IdTokens;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Entra.IdTokens;

/// <summary>A token that Entra could have sent and that is accepted as it stands; each test bends one thing.</summary>
internal sealed class IdTokenScenario
{
    public const string ClientId = "e082ce32-0000-4000-8000-04885d78ca30";
    public const string Nonce = "q5Zl1vJ0m8dXr3uW7yBn2c";
    public static readonly Guid Contoso = new("6f0c2b1e-0000-4000-8000-1a2b3c4d5e6f");
    public static readonly Guid Fabrikam = new("7a1d3c2f-0000-4000-8000-2b3c4d5e6f70");
    public static readonly Guid Mira = new("d84e8d4d-0000-4000-8000-114afdaedce9");
    public static readonly SigningKey Key = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "q1W2e3R4t5Y6u7I8o9P0a1S2d3F");
    public static readonly SigningKey OtherKey = SigningKey.Generate(SignatureAlgorithm.RS256, kid: "yreX");
    public static readonly SigningKey EllipticKey = SigningKey.Generate(SignatureAlgorithm.ES256, kid: "ec");

    public IdTokenScenario()
    {
        // As recorded from the live service: iat and nbf five minutes back, 65 minutes of life (entra-oidc.md §4.1).
        Claims = new()
        {
            ["aud"] = ClientId,
            ["iss"] = Cloud.Global.IssuerOf(Contoso),
            ["iat"] = Issued.ToUnixTimeSeconds(),
            ["nbf"] = Issued.ToUnixTimeSeconds(),
            ["exp"] = Issued.AddSeconds(3900).ToUnixTimeSeconds(),
            ["name"] = "Mira Koch",
            ["nonce"] = Nonce,
            ["oid"] = Mira.ToString("D"),
            ["preferred_username"] = "mira@contoso.example",
            ["sub"] = "_zYaLC_t6q8ys7Tt1Ut17RVWuxm7Tku5ye-dWBY1ASs",
            ["tid"] = Contoso.ToString("D"),
            ["ver"] = "2.0",
        };
        Expected = new EntraExpectations(Cloud.Global, [Contoso], ClientId, Nonce);
    }

    public ManualClock Clock { get; } = new();
    public Dictionary<string, object?> Claims { get; }
    public IdTokenExpectations Expected { get; set; }
    public SigningKey SigningKey { get; set; } = Key;
    public JsonWebKeySet Published { get; set; } = KeySet("https://login.microsoftonline.com/{tenantid}/v2.0", Key, OtherKey);
    public IReadOnlyCollection<SignatureAlgorithm> Algorithms { get; set; } = [SignatureAlgorithm.RS256];

    public DateTimeOffset Now => Clock.GetUtcNow();
    private DateTimeOffset Issued => Now.AddMinutes(-5);

    public static JsonWebKeySet KeySet(string? issuer, params SigningKey[] keys) =>
        new(keys.Select(key => key.PublicKey.JsonWebKey with { Issuer = issuer, Alg = null }));

    /// <summary>The same person at a standard provider.</summary>
    public static IdTokenScenario AtStandardProvider()
    {
        var scenario = new IdTokenScenario
        {
            Published = KeySet(null, Key, OtherKey),
            Expected = new OidcExpectations("https://idp.example", ClientId, Nonce),
        };
        scenario.Claims["iss"] = "https://idp.example";
        scenario.Claims["iat"] = scenario.Now.ToUnixTimeSeconds();
        scenario.Claims["nbf"] = scenario.Now.ToUnixTimeSeconds();
        scenario.Claims["exp"] = scenario.Now.AddMinutes(5).ToUnixTimeSeconds();
        return scenario;
    }

    public string Token() => JsonWebToken.Sign(SigningKey, "JWT", JsonSerializer.SerializeToUtf8Bytes(Claims));

    public Result<ValidatedIdToken, IdTokenRefusal> Validate(string? token = null) =>
        IdTokenValidation.Validate(token ?? Token(), new ProviderKeys(Published, Algorithms), Expected, Now);

    public ValidatedIdToken Accept() =>
        Validate().TryGet(out var token, out var refusal) ? token : throw new InvalidOperationException($"{refusal.Code} {refusal.Claim}");

    /// <summary>The reason code with the claim behind it, or null when the token is accepted.</summary>
    public string? Refusal(string? token = null) =>
        Validate(token).TryGet(out _, out var refusal) ? null : $"{refusal.Code} {refusal.Claim}".TrimEnd();

    public long At(TimeSpan fromNow) => (Now + fromNow).ToUnixTimeSeconds();

    public static string HalfHash(string text) => Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(text)).AsSpan(0, 16));
}
