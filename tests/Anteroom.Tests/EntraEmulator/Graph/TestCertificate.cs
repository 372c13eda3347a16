using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>A self-signed certificate of an application, made with nothing but the framework.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    private TestCertificate()
    {
        var request = new CertificateRequest("CN=test", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)
        );
    }

    public string Thumbprint => Convert.ToBase64String(_certificate.GetCertHash());

    public object KeyCredential =>
        new
        {
            type = "AsymmetricX509Cert",
            usage = "Verify",
            key = Convert.ToBase64String(_certificate.RawData),
        };

    public static TestCertificate Make() => new();

    public string Proof(string applicationId, DateTimeOffset now)
    {
        var header = Encode(new JsonObject { ["alg"] = "RS256" });
        var claims = Encode(
            new JsonObject
            {
                ["aud"] = "00000002-0000-0000-c000-000000000000",
                ["iss"] = applicationId,
                ["nbf"] = now.ToUnixTimeSeconds(),
                ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
            }
        );
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
