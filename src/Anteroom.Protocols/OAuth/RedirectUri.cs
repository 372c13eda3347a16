using System.Buffers;
using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.OAuth;

/// <summary>A registered redirect URI: strict when it is registered, and compared letter by letter ever after (RFC 9700 §2.1, SEC-090).</summary>
/// <remarks>
/// Nothing is decoded, folded or normalised, because every such step has been somebody's open redirector. The one exception is the port of a native client on
/// a loopback IP literal, which its operating system chooses at run time (RFC 8252 §7.3).
/// </remarks>
public sealed record RedirectUri
{
    public const int MaxLength = 2048;

    private static readonly SearchValues<char> UriCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?[]@!$&'()*+,;=%"
    );
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789+-.");

    private RedirectUri(string value, ApplicationType applicationType) => (Value, ApplicationType) = (value, applicationType);

    /// <summary>As it was registered, letter by letter.</summary>
    public string Value { get; }

    public ApplicationType ApplicationType { get; }

    /// <summary>Checks a redirect URI before it is stored; also for reading it back.</summary>
    public static Result<RedirectUri, RedirectUriError> Register(string? text, ApplicationType applicationType)
    {
        if (string.IsNullOrEmpty(text))
            return RedirectUriError.NotAbsolute;
        if (text.Length > MaxLength)
            return RedirectUriError.TooLong;
        if (text.Contains('#', StringComparison.Ordinal))
            return RedirectUriError.Fragment;
        if (
            text.AsSpan().ContainsAnyExcept(UriCharacters)
            || !PercentEncoding.IsWellFormed(text)
            || Uri.UnescapeDataString(text).Any(char.IsControl)
        )
            return RedirectUriError.ForbiddenCharacter;

        var refused =
            text.StartsWith("https://", StringComparison.Ordinal) || text.StartsWith("http://", StringComparison.Ordinal)
                ? RefuseWeb(text)
                : RefusePrivateUse(text, applicationType);
        if (refused is not null)
            return refused;
        return new RedirectUri(text, applicationType);
    }

    private static RedirectUriError? RefuseWeb(string text)
    {
        var authority = Authority(text);
        if (authority.Contains('@'))
            return RedirectUriError.UserInfo;
        if (authority.Contains('*'))
            return RedirectUriError.Wildcard;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0)
            return RedirectUriError.NotAbsolute;
        if (text.StartsWith("https:", StringComparison.Ordinal))
            return null;

        // The text itself is compared: the parser also reads 127.1 and 2130706433 as the loopback address.
        var host = WithoutPort(authority);
        return host is "localhost" || IsLoopbackLiteral(host) ? null : RedirectUriError.NotHttps;
    }

    // RFC 8252 §7.1: a reversed domain name, so that two applications do not claim one scheme; the dot also keeps out javascript, data, vbscript and file.
    private static RedirectUriError? RefusePrivateUse(string text, ApplicationType applicationType)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = text.AsSpan(0, Math.Max(colon, 0));
        if (scheme is "" or "http" or "https")
            return RedirectUriError.NotAbsolute;
        if (scheme.ContainsAnyExcept(SchemeCharacters) || !char.IsAsciiLetterLower(scheme[0]) || !scheme.Contains('.'))
            return RedirectUriError.Scheme;
        if (applicationType != ApplicationType.Native)
            return RedirectUriError.Scheme;
        var rest = text.AsSpan(scheme.Length + 1);
        if (rest.IsEmpty || rest[0] != '/')
            return RedirectUriError.NotAbsolute;
        var authority = rest.StartsWith("//") ? Authority(text) : default;
        if (authority.Contains('@'))
            return RedirectUriError.UserInfo;
        if (authority.Contains('*'))
            return RedirectUriError.Wildcard;
        return Uri.TryCreate(text, UriKind.Absolute, out _) ? null : RedirectUriError.NotAbsolute;
    }

    /// <summary>Whether the <c>redirect_uri</c> of a request is this one.</summary>
    public bool Matches(string? requested)
    {
        if (requested is null)
            return false;
        if (string.Equals(requested, Value, StringComparison.Ordinal))
            return true;
        return ApplicationType == ApplicationType.Native
            && TrySplitLoopback(Value, out var host, out var rest)
            && TrySplitLoopback(requested, out var requestedHost, out var requestedRest)
            && host.SequenceEqual(requestedHost)
            && rest.SequenceEqual(requestedRest);
    }

    // "http://127.0.0.1:49152/callback?x" is the host "127.0.0.1" and the rest "/callback?x".
    private static bool TrySplitLoopback(string text, out ReadOnlySpan<char> host, out ReadOnlySpan<char> rest)
    {
        host = rest = default;
        const string Scheme = "http://";
        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var authority = Authority(text);
        host = WithoutPort(authority);
        rest = text.AsSpan(Scheme.Length + authority.Length);
        return IsLoopbackLiteral(host) && IsPort(authority[host.Length..]);
    }

    // RFC 8252 §8.3: localhost may resolve to anything, so it gets no free choice of port.
    private static bool IsLoopbackLiteral(ReadOnlySpan<char> host) => host is "127.0.0.1" or "[::1]";

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty
        || (
            text.Length is >= 2 and <= 6
            && text[0] == ':'
            && text[1] != '0'
            && !text[1..].ContainsAnyExceptInRange('0', '9') // the parser would pass over NULs at the end
            && ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
        );

    private static ReadOnlySpan<char> Authority(string text)
    {
        var afterScheme = text.AsSpan(text.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = afterScheme.IndexOfAny('/', '?');
        return end < 0 ? afterScheme : afterScheme[..end];
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> authority)
    {
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') ? authority[..colon] : authority;
    }

    public override string ToString() => Value;
}
