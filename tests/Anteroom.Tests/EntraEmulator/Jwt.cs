using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>Tokens taken apart and checked with nothing but the framework, so that no code of ours agrees with itself.</summary>
internal static class Jwt
{
    public static JsonObject Header(string token) => Part(token, 0);

    public static JsonObject Payload(string token) => Part(token, 1);

    public static bool Verifies(string token, JsonObject keys)
    {
        var kid = (string?)Header(token)["kid"];
        var key = ((JsonArray)keys["keys"]!).OfType<JsonObject>().FirstOrDefault(candidate => (string?)candidate["kid"] == kid);
        if (key is null)
            return false;
        using var rsa = RSA.Create(
            new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars((string)key["n"]!),
                Exponent = Base64Url.DecodeFromChars((string)key["e"]!),
            }
        );
        var dot = token.LastIndexOf('.');
        return rsa.VerifyData(
            Encoding.ASCII.GetBytes(token, 0, dot),
            Base64Url.DecodeFromChars(token.AsSpan(dot + 1)),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
    }

    private static JsonObject Part(string token, int index) =>
        (JsonObject)JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[index]))!;
}
