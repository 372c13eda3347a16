namespace Anteroom.Protocols.OAuth;

/// <summary>Why a redirect URI cannot be registered.</summary>
public sealed record RedirectUriError
{
    private RedirectUriError(string code, string reason) => (Code, Reason) = (code, reason);

    public string Code { get; }
    public string Reason { get; }

    internal static RedirectUriError TooLong { get; } = new("too_long", $"A redirect URI has at most {RedirectUri.MaxLength} characters.");
    internal static RedirectUriError NotAbsolute { get; } =
        new("not_absolute", "A redirect URI is a complete address, with scheme and host.");
    internal static RedirectUriError Fragment { get; } = new("fragment", "A redirect URI has no fragment (#).");
    internal static RedirectUriError ForbiddenCharacter { get; } =
        new(
            "forbidden_character",
            "A redirect URI has only the characters of RFC 3986; encode others as %XX. Control characters are never allowed."
        );
    internal static RedirectUriError UserInfo { get; } = new("user_info", "A redirect URI names no user before its host (@).");
    internal static RedirectUriError Wildcard { get; } =
        new("wildcard", "A redirect URI is compared letter by letter; a wildcard in its host matches nothing.");
    internal static RedirectUriError NotHttps { get; } =
        new("not_https", "A redirect URI begins with https://, or with http:// on localhost, 127.0.0.1 or [::1].");
    internal static RedirectUriError Scheme { get; } =
        new(
            "scheme",
            "This scheme is not allowed. Native applications may use a scheme of their own in lower case with a dot, such as com.example.app:/callback."
        );
}
