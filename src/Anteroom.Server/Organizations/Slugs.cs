using System.Collections.Frozen;

namespace Anteroom.Server.Organizations;

/// <summary>Rules for slugs: a host label (RFC 1123 §2.1) that never changes and never looks like a place of ours.</summary>
public static class Slugs
{
    private const int MaxLength = 63;

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "account",
            "admin",
            "anteroom",
            "api",
            "app",
            "assets",
            "auth",
            "autoconfig",
            "autodiscover",
            "cdn",
            "connect",
            "console",
            "demo",
            "docs",
            "ftp",
            "health",
            "help",
            "imap",
            "issuer",
            "localhost",
            "login",
            "mail",
            "metrics",
            "mx",
            "ns",
            "ns1",
            "ns2",
            "platform",
            "pop",
            "portal",
            "postmaster",
            "root",
            "saml",
            "scim",
            "sign-in",
            "signin",
            "smtp",
            "sso",
            "static",
            "status",
            "support",
            "system",
            "webmail",
            "well-known",
            "wpad",
            "wsfed",
            "www",
        ],
        StringComparer.Ordinal
    );

    /// <summary>Null where the text can be the slug of a new organization, else one sentence that says why not.</summary>
    public static string? Fault(string? slug)
    {
        if (slug is not { Length: > 0 and <= MaxLength })
            return "slug has 1 to 63 characters.";
        if (slug.Any(character => !char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character != '-'))
            return "slug has only lower-case letters, digits and hyphens.";
        if (slug[0] == '-' || slug[^1] == '-')
            return "slug neither begins nor ends with a hyphen.";
        if (slug.Length > 3 && slug[2] == '-' && slug[3] == '-')
            return "slug has no hyphens in the third and fourth place; such labels are reserved (RFC 5891 §4.2.3.1).";
        return Reserved.Contains(slug) ? $"slug '{slug}' is reserved." : null;
    }
}
