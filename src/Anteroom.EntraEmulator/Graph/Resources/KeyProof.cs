using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>The self-signed token that addKey and removeKey ask for: signed by a certificate that the application has already.</summary>
internal static class KeyProof
{
    private const string Audience = "00000002-0000-0000-c000-000000000000";

    public static bool IsValid(string proof, Application application, DateTimeOffset now)
    {
        var parts = proof.Split('.');
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)))
            return false;
        try
        {
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject;
            var issuer = (string?)claims?["iss"];
            return claims is not null
                && (issuer == application.Id.ToString() || issuer == application.AppId.ToString())
                && (string?)claims["aud"] == Audience
                && (long?)claims["exp"] > now.ToUnixTimeSeconds()
                && application.KeyCredentials.Any(key => key.EndDateTime > now && Verifies(key, $"{parts[0]}.{parts[1]}", parts[2]));
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static bool Verifies(KeyCredential key, string signed, string signature)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(key.Key));
        using var rsa = certificate.GetRSAPublicKey();
        return rsa?.VerifyData(
                Encoding.ASCII.GetBytes(signed),
                Base64Url.DecodeFromChars(signature),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            ) == true;
    }
}
