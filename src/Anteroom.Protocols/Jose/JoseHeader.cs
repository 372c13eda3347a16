using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Jose;

/// <summary>What a token says about itself (RFC 7515 §4), reduced to what may matter. It chooses neither key nor algorithm.</summary>
public sealed class JoseHeader
{
    private const string MediaTypePrefix = "application/";

    private JoseHeader(JsonMembers members, SignatureAlgorithm algorithm, string? kid, string? typ)
    {
        Members = members;
        Algorithm = algorithm;
        Kid = kid;
        Typ = typ;
    }

    /// <summary>All members, for those that a profile defines (such as Entra's <c>x5t#S256</c>).</summary>
    public JsonMembers Members { get; }

    /// <summary>What the header claims; <see cref="UnverifiedJsonWebToken.Verify"/> compares it with the key's own.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>For a look-up among known keys, at most <see cref="JsonWebToken.MaxKidLength"/> characters.</summary>
    public string? Kid { get; }

    public string? Typ { get; }

    /// <summary>Whether <c>typ</c> is this media type; case and a leading <c>application/</c> do not count (RFC 7515 §4.1.9).</summary>
    public bool HasType(string mediaType) => Typ is not null && Bare(Typ).Equals(Bare(mediaType), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> Bare(string type) =>
        type.StartsWith(MediaTypePrefix, StringComparison.OrdinalIgnoreCase) ? type.AsSpan(MediaTypePrefix.Length) : type;

    internal static Result<JoseHeader, JoseError> Read(JsonMembers header)
    {
        // RFC 7515 §4.1.11: whoever does not understand an extension must refuse, and we understand none; an empty list is malformed.
        if (header.Contains("crit"))
            return JoseError.CriticalHeader;
        // RFC 7797 §3. Without crit it has no force in theory; a token that carries it hopes for a reader to whom it does.
        if (header.Element.TryGetProperty("b64", out var encoded) && encoded.ValueKind != JsonValueKind.True)
            return JoseError.UnencodedPayload;

        if (
            !header.TryGetString("kid", out var kid)
            || !header.TryGetString("typ", out var typ)
            || !header.TryGetString("alg", out var alg)
        )
            return JoseError.Malformed("A header member has the wrong JSON type.");
        if (kid?.Length > JsonWebToken.MaxKidLength)
            return JoseError.Malformed("The kid is too long.");
        if (!SignatureAlgorithm.TryParse(alg, out var algorithm))
            return JoseError.UnsupportedAlgorithm;
        return new JoseHeader(header, algorithm, kid, typ);
    }
}
