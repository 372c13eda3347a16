using System.Security.Cryptography;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>A PKCE challenge, S256 only (RFC 7636 §4.2; RFC 9700 §2.1.1; SEC-093).</summary>
public sealed record CodeChallenge
{
    /// <summary>The only <c>code_challenge_method</c> there is. <c>plain</c> protects from nothing.</summary>
    public const string Method = "S256";

    private readonly byte[] _sha256;

    private CodeChallenge(byte[] sha256)
    {
        _sha256 = sha256;
        Value = Base64Url.Encode(sha256);
    }

    /// <summary>43 characters of base64url.</summary>
    public string Value { get; }

    /// <summary>Reads the two parameters of an authorization request. A missing method would mean <c>plain</c> (RFC 7636 §4.3) and is refused.</summary>
    public static Result<CodeChallenge, OAuthError> Parse(string? challenge, string? method)
    {
        if (challenge is null)
            return OAuthError.InvalidRequest("The request needs a code_challenge (PKCE).");
        if (method != Method)
            return OAuthError.InvalidRequest("The code_challenge_method must be S256.");
        if (!Base64Url.TryDecode(challenge, out var sha256) || sha256.Length != SHA256.HashSizeInBytes)
            return OAuthError.InvalidRequest("The code_challenge must be a SHA-256 in base64url.");
        return new CodeChallenge(sha256);
    }

    internal static CodeChallenge Of(CodeVerifier verifier) => new(verifier.Sha256());

    /// <summary>Whether this is the verifier's challenge (RFC 7636 §4.6), in fixed time; a malformed or missing verifier answers nothing.</summary>
    public bool IsAnsweredBy(string? verifier) =>
        CodeVerifier.TryParse(verifier, out var parsed) && CryptographicOperations.FixedTimeEquals(parsed.Sha256(), _sha256);

    public bool Equals(CodeChallenge? other) => other is not null && Value == other.Value;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Value);

    public override string ToString() => Value;
}
