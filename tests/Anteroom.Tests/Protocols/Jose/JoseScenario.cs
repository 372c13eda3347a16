using System.Text;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.Jose;

/// <summary>One key of each algorithm, and tokens whose parts a test writes by hand.</summary>
internal static class JoseScenario
{
    public static SigningKey Es256 { get; } = SigningKey.Generate(SignatureAlgorithm.ES256);
    public static SigningKey Rs256 { get; } = SigningKey.Generate(SignatureAlgorithm.RS256);
    public static SigningKey Ps256 { get; } = SigningKey.FromPkcs8(Rs256.ExportPkcs8(), SignatureAlgorithm.PS256);

    public static SigningKey Of(string algorithm) =>
        algorithm switch
        {
            "ES256" => Es256,
            "RS256" => Rs256,
            "PS256" => Ps256,
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
        };

    /// <summary>A token with a true signature over whatever header and payload say.</summary>
    public static string Forge(string header, string payload = """{"sub":"joe"}""", SigningKey? key = null)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.Encode((key ?? Es256).Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(string text) => Base64Url.Encode(Encoding.UTF8.GetBytes(text));

    /// <summary>Null where the token is accepted, else the code of the refusal, which also has words for the log.</summary>
    public static string? Refusal(string token, SigningKey? key = null) => Refusal(token, (key ?? Es256).PublicKey);

    public static string? Refusal(string token, VerificationKey key)
    {
        if (JsonWebToken.Parse(token).TryGet(out var parsed, out var error) && parsed.Verify(key).TryGet(out _, out error))
            return null;
        Assert.NotEmpty(error.Reason);
        return error.Code;
    }
}
