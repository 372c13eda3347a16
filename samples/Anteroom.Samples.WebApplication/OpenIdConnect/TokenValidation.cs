using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Anteroom.Samples.WebApplication.OpenIdConnect;

/// <summary>Decides whether a signed token is the provider's, for us, and still valid. What is absent is invalid.</summary>
public sealed class TokenValidation(ProviderSettings settings, Provider provider, TimeProvider clock)
{
    /// <summary>How far the provider's clock and ours may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>OpenID Connect Core §3.1.3.7.</summary>
    public async Task<JsonElement> ValidateIdTokenAsync(string token, string nonce, CancellationToken ct)
    {
        var (_, claims) = await ReadAsync(token, ct);
        Require(Text(claims, "iss") == settings.Authority, "The id_token is another issuer's.");
        Require(Audiences(claims).Contains(settings.ClientId), "The id_token is for another application.");
        Require(
            Text(claims, "azp") is { } party ? party == settings.ClientId : Audiences(claims).Count == 1,
            "The id_token was asked for by another application."
        );
        RequireTime(claims, "id_token");
        Require(claims.TryGetProperty("iat", out _), "The id_token does not say when it was issued.");
        Require(Text(claims, "nonce") == nonce, "The id_token answers another sign-in.");
        Require(Text(claims, "sub") is { Length: > 0 }, "The id_token names nobody.");
        return claims;
    }

    /// <summary>OpenID Connect Back-Channel Logout §2.6. The <c>typ</c>, the event and the missing nonce keep an id_token from passing for one.</summary>
    public async Task<JsonElement> ValidateLogoutTokenAsync(string token, CancellationToken ct)
    {
        var (header, claims) = await ReadAsync(token, ct);
        Require("logout+jwt".Equals(Text(header, "typ"), StringComparison.OrdinalIgnoreCase), "This is not a logout token.");
        Require(Text(claims, "iss") == settings.Authority, "The logout token is another issuer's.");
        Require(Audiences(claims).Contains(settings.ClientId), "The logout token is for another application.");
        RequireTime(claims, "logout token");
        Require(claims.TryGetProperty("iat", out _), "The logout token does not say when it was issued.");
        Require(Text(claims, "jti") is { Length: > 0 }, "The logout token has no id of its own.");
        Require(Text(claims, "sub") is { Length: > 0 } || Text(claims, "sid") is { Length: > 0 }, "The logout token names nobody.");
        Require(
            claims.TryGetProperty("events", out var events)
                && events.ValueKind == JsonValueKind.Object
                && events.TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out var logout)
                && logout.ValueKind == JsonValueKind.Object,
            "The token tells of something else than a logout."
        );
        Require(!claims.TryGetProperty("nonce", out _), "The logout token has a nonce, as only id_tokens do.");
        return claims;
    }

    /// <summary>RFC 9068 §4. An API asks for <c>typ</c> so that no id_token can pass for an access token.</summary>
    public async Task<JsonElement> ValidateAccessTokenAsync(string token, CancellationToken ct)
    {
        var (header, claims) = await ReadAsync(token, ct);
        Require(
            Text(header, "typ") is { } type
                && (
                    type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase)
                    || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase)
                ),
            "This is not an access token."
        );
        Require(Text(claims, "iss") == settings.Authority, "The access token is another issuer's.");
        Require(Audiences(claims).Contains(settings.Audience), "The access token is for another API.");
        RequireTime(claims, "access token");
        Require(Text(claims, "sub") is { Length: > 0 }, "The access token names nobody.");
        return claims;
    }

    /// <summary>Takes a token apart and checks its signature (RFC 7515 §5.2); only the two algorithms that we expect.</summary>
    private async Task<(JsonElement Header, JsonElement Claims)> ReadAsync(string token, CancellationToken ct)
    {
        var parts = token.Split('.');
        Require(parts.Length == 3, "This is not a signed token.");
        try
        {
            var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));
            Require(
                header.ValueKind == JsonValueKind.Object && !header.TryGetProperty("crit", out _),
                "The token has an extension that is not known here."
            );

            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            var signature = Base64Url.DecodeFromChars(parts[2]);
            var genuine = Text(header, "alg") switch
            {
                "ES256" => await VerifyEcdsaAsync(Text(header, "kid"), signed, signature, ct),
                "RS256" => await VerifyRsaAsync(Text(header, "kid"), signed, signature, ct),
                _ => false,
            };
            Require(genuine, "The token's signature is not the provider's.");

            var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
            Require(claims.ValueKind == JsonValueKind.Object, "The token holds no claims.");
            return (header, claims);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or CryptographicException)
        {
            throw new SignInException("invalid_token", "The token cannot be read.", malformed);
        }
    }

    private async Task<bool> VerifyEcdsaAsync(string? keyId, byte[] signed, byte[] signature, CancellationToken ct)
    {
        if (await provider.FindKeyAsync(keyId, "EC", ct) is not { Curve: "P-256", X: { } x, Y: { } y })
            return false;

        var point = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) };
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private async Task<bool> VerifyRsaAsync(string? keyId, byte[] signed, byte[] signature, CancellationToken ct)
    {
        if (await provider.FindKeyAsync(keyId, "RSA", ct) is not { Modulus: { } modulus, Exponent: { } exponent })
            return false;

        using var key = RSA.Create(
            new RSAParameters { Modulus = Base64Url.DecodeFromChars(modulus), Exponent = Base64Url.DecodeFromChars(exponent) }
        );
        return key.KeySize >= 2048 && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private void RequireTime(JsonElement claims, string name)
    {
        var now = clock.GetUtcNow();
        Require(Instant(claims, "exp") is { } expires && expires + Skew > now, $"The {name} has expired.");
        Require(
            !claims.TryGetProperty("nbf", out _) || (Instant(claims, "nbf") is { } begins && begins - Skew <= now),
            $"The {name} is not valid yet."
        );
    }

    private static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 1e11
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static List<string> Audiences(JsonElement claims) =>
        claims.TryGetProperty("aud", out var audience)
            ? audience.ValueKind switch
            {
                JsonValueKind.String => [audience.GetString()!],
                JsonValueKind.Array =>
                [
                    .. audience.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
                ],
                _ => [],
            }
            : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new SignInException("invalid_token", otherwise);
    }
}
