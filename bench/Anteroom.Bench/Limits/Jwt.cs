using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Bench.Limits;

/// <summary>A signed token from ready claims, and nothing else (RFC 7515 §5.1).</summary>
internal static class Jwt
{
    private static readonly string Header = Base64Url.Encode("""{"alg":"ES256","typ":"JWT","kid":"k"}"""u8);

    public static string Sign(ECDsa key, string claims)
    {
        var signed = Header + "." + Base64Url.Encode(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Base64Url.Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
    }

    private static readonly string RsaHeader = Base64Url.Encode("""{"alg":"RS256","typ":"JWT","kid":"k"}"""u8);

    public static string Sign(RSA key, string claims)
    {
        var signed = RsaHeader + "." + Base64Url.Encode(Encoding.UTF8.GetBytes(claims));
        return signed
            + "."
            + Base64Url.Encode(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
