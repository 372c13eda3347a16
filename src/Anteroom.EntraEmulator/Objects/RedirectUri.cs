namespace Anteroom.EntraEmulator.Objects;

/// <summary>The rules for redirect URIs (entra-oidc.md §2.2).</summary>
internal static class RedirectUri
{
    public const int MaxLength = 256;

    private static readonly System.Buffers.SearchValues<char> Forbidden = System.Buffers.SearchValues.Create("!$'(),;");

    /// <summary>Ordinal and whole; only a loopback host's port is ignored (RFC 8252 §7.3).</summary>
    public static bool Matches(string registered, string requested)
    {
        if (string.Equals(registered, requested, StringComparison.Ordinal))
            return true;
        if (requested.AsSpan().ContainsAnyInRange('\0', ' '))
            return false; // Uri would trim it; the address goes into headers as it is
        return Uri.TryCreate(registered, UriKind.Absolute, out var left)
            && Uri.TryCreate(requested, UriKind.Absolute, out var right)
            && IsLocalhost(left)
            && left.Scheme == right.Scheme
            && left.Host == right.Host
            && left.UserInfo == right.UserInfo
            && string.Equals(left.PathAndQuery, right.PathAndQuery, StringComparison.Ordinal)
            && right.Fragment.Length == 0;
    }

    /// <summary>Null when the portal would accept the URI, otherwise the key of the sentence that says why not.</summary>
    public static string? Problem(string value, Platform platform)
    {
        if (value.Length > MaxLength)
            return "RedirectUri.TooLong";
        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri))
            return "RedirectUri.NotAbsolute";
        if (value.Contains('#', StringComparison.Ordinal))
            return "RedirectUri.Fragment";
        if (value.AsSpan().ContainsAny(Forbidden))
            return "RedirectUri.Characters";
        if (uri.Scheme == Uri.UriSchemeHttps || platform == Platform.PublicClient)
            return null;
        return uri.Scheme == Uri.UriSchemeHttp && IsLocalhost(uri) ? null : "RedirectUri.Scheme";
    }

    private static bool IsLocalhost(Uri uri) => uri.Host is "localhost" or "127.0.0.1";
}
