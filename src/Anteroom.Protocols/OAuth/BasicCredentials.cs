using System.Buffers;
using System.Net;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>Client credentials in an <c>Authorization: Basic</c> header (RFC 6749 §2.3.1): form-urlencoded first, then joined and base64-encoded.</summary>
public sealed class BasicCredentials(string clientId, Secret clientSecret)
{
    /// <summary>Characters of the whole header value.</summary>
    public const int MaxLength = 4096;

    private const string Scheme = "Basic ";

    private static readonly SearchValues<char> Base64Characters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    );

    public string ClientId { get; } = clientId;

    public Secret ClientSecret { get; } = clientSecret;

    /// <summary>The header value for a request of ours. It is a secret.</summary>
    public string ToHeader() =>
        Scheme
        + Convert.ToBase64String(
            Encoding.ASCII.GetBytes($"{WebUtility.UrlEncode(ClientId)}:{WebUtility.UrlEncode(ClientSecret.Reveal())}")
        );

    /// <summary>Reads a header value. Every refusal is <c>invalid_client</c>.</summary>
    public static Result<BasicCredentials, OAuthError> Parse(string header)
    {
        var refused = OAuthError.InvalidClient("The Authorization header is not valid Basic authentication.");
        if (header.Length > MaxLength || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return refused;

        var encoded = header.AsSpan(Scheme.Length);
        var decoded = new byte[encoded.Length];
        if (encoded.ContainsAnyExcept(Base64Characters) || !Convert.TryFromBase64Chars(encoded, decoded, out var length))
            return refused;

        var pair = Encoding.Latin1.GetString(decoded, 0, length); // what is left after decoding must be ASCII, checked below
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !TryDecode(pair[..colon], out var id) || !TryDecode(pair[(colon + 1)..], out var secret))
            return refused;
        return new BasicCredentials(id, new Secret(secret));
    }

    // RFC 6749 appendices A.1 and A.2 allow visible ASCII and space; nothing here has an empty name or an empty secret.
    private static bool TryDecode(string text, out string decoded)
    {
        decoded = "";
        if (!PercentEncoding.IsWellFormed(text))
            return false;
        decoded = WebUtility.UrlDecode(text);
        return decoded.Length > 0 && decoded.All(character => character is >= ' ' and <= '~');
    }
}
