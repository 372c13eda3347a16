using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform;

/// <summary>A value that we issue and later recognise: <c>prefix_</c>, the organization in base32, 256 random bits in base64url.</summary>
/// <remarks>
/// The organization is read from the handle itself, so the scope of the look-up is known before the database is asked (design.md §5).
/// The database holds only <see cref="Sha256"/>.
/// </remarks>
[DebuggerDisplay("[handle]")]
public sealed class Handle
{
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    private Handle(string prefix, OrganizationId organization, string text) => (Prefix, Organization, _text) = (prefix, organization, text);

    public string Prefix { get; }

    public OrganizationId Organization { get; }

    /// <summary>The whole value; for the wire only, never for a log.</summary>
    public string Reveal() => _text;

    public byte[] Sha256() => SHA256.HashData(Encoding.ASCII.GetBytes(_text));

    public override string ToString() => $"{Prefix}_[secret]";

    public static Handle New(string prefix, OrganizationId organization)
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        return new(prefix, organization, $"{prefix}_{Identifiers.ToBase32(organization.Value)}{Base64Url.Encode(secret)}");
    }

    /// <summary>Accepts exactly the shape that <see cref="New"/> makes: nothing shorter, longer or spelled otherwise.</summary>
    public static bool TryParse(string prefix, string? text, [NotNullWhen(true)] out Handle? handle)
    {
        handle = null;
        if (
            text is null
            || text.Length != prefix.Length + 1 + Identifiers.Base32Length + SecretLength
            || !text.StartsWith(prefix, StringComparison.Ordinal)
            || text[prefix.Length] != '_'
            || !Identifiers.TryFromBase32(text.AsSpan(prefix.Length + 1, Identifiers.Base32Length), out var organization)
        )
            return false;

        var encoded = text.AsSpan(prefix.Length + 1 + Identifiers.Base32Length);
        if (!Base64Url.TryDecode(encoded, out var secret) || secret.Length != SecretBytes)
            return false;
        handle = new(prefix, new(organization), text);
        return true;
    }
}
