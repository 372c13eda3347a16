using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Signs what others verify with the published keys, and what Graph alone understands (entra-oidc.md §1.4, §3.2).</summary>
internal sealed class TokenSigner(EntraDirectory directory, KeyRing keys, TimeProvider clock)
{
    private const int SignatureBytes = 256;

    private readonly byte[] _graphKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, directory.Seed, 32, info: "graph-token"u8.ToArray());

    /// <param name="principal">The service principal whose own key signs, if it has one.</param>
    public string Sign(HttpContext http, Tenant tenant, ServicePrincipal? principal, JsonObject claims)
    {
        // Faults: a signature that does not verify under the published kid, or a kid that nobody published.
        var fault = http.Items[typeof(TokenFault)] as TokenFault? ?? TokenFault.None;
        var published = keys.SigningFor(tenant, principal);
        var key = fault == TokenFault.None ? published : keys.Foreign;
        var kid = fault == TokenFault.UnknownKid ? key.Kid : published.Kid;
        return key.Sign(
            new JsonObject
            {
                ["typ"] = "JWT",
                ["alg"] = "RS256",
                ["kid"] = kid,
            },
            claims
        );
    }

    /// <summary>Version 1 renews ID tokens without a signature (§3.2): nobody may believe these.</summary>
    public static string Unsigned(JsonObject claims) =>
        $"{TokenKey.Encode(new JsonObject { ["typ"] = "JWT", ["alg"] = "none" })}.{TokenKey.Encode(claims)}.";

    /// <summary>
    /// It looks like any other token, but the signature is of a shape that only Graph can check: nobody else can validate it (§3.2).
    /// </summary>
    public string SignForGraph(JsonObject claims)
    {
        var kid = keys.Signing.Kid;
        var header = new JsonObject
        {
            ["typ"] = "JWT",
            ["nonce"] = Opaque.Text("", 43),
            ["alg"] = "RS256",
            ["x5t"] = kid,
            ["kid"] = kid,
        };
        var content = $"{TokenKey.Encode(header)}.{TokenKey.Encode(claims)}";
        return $"{content}.{Base64Url.EncodeToString(GraphSignature(content))}";
    }

    /// <summary>The claims of a Graph token of ours that is still good, or null.</summary>
    public JsonObject? OpenGraphToken(string token) =>
        ReadGraphToken(token) is { } claims && (long?)claims["exp"] > clock.GetUtcNow().ToUnixTimeSeconds() ? claims : null;

    /// <summary>The claims of a Graph token of ours, over or not; null for any other token.</summary>
    public JsonObject? ReadGraphToken(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)))
            return null;
        var expected = GraphSignature($"{parts[0]}.{parts[1]}");
        if (!CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(parts[2])))
            return null;
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject;
    }

    /// <summary>256 bytes, as an RSA signature has.</summary>
    private byte[] GraphSignature(string content)
    {
        var tag = HMACSHA256.HashData(_graphKey, Encoding.ASCII.GetBytes(content));
        return HKDF.Expand(HashAlgorithmName.SHA256, tag, SignatureBytes, "signature"u8.ToArray());
    }
}

internal enum TokenFault
{
    None,
    WrongKey,
    UnknownKid,
}
