using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>The secret behind a <see cref="CodeChallenge"/> (RFC 7636 §4.1): 43 to 128 unreserved characters.</summary>
public sealed class CodeVerifier
{
    public const int MinLength = 43;
    public const int MaxLength = 128;

    private const int RandomBytes = 32; // RFC 7636 §7.1; 43 characters

    private static readonly SearchValues<char> Unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    );

    private readonly Secret _value;

    private CodeVerifier(string value) => _value = new Secret(value);

    public static CodeVerifier New() => new(Base64Url.Encode(RandomNumberGenerator.GetBytes(RandomBytes)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out CodeVerifier? verifier)
    {
        var valid = text is { Length: >= MinLength and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Unreserved);
        verifier = valid ? new CodeVerifier(text!) : null;
        return valid;
    }

    /// <summary>What the authorization request carries (RFC 7636 §4.2).</summary>
    public CodeChallenge Challenge => CodeChallenge.Of(this);

    /// <summary>What the token request carries (RFC 7636 §4.5).</summary>
    public string Reveal() => _value.Reveal();

    internal byte[] Sha256() => SHA256.HashData(Encoding.ASCII.GetBytes(_value.Reveal()));

    public override string ToString() => _value.ToString();
}
