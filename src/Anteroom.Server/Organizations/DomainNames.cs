using System.Collections.Frozen;
using System.Globalization;

namespace Anteroom.Server.Organizations;

/// <summary>Domain names as an administrator writes them, brought into one spelling: lower-case A-labels without the last dot (RFC 5890).</summary>
public static class DomainNames
{
    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    // Anybody can have an address there, so such a name never leads to one organization (SEC-269).
    private static readonly FrozenSet<string> Public = FrozenSet.ToFrozenSet(
        [
            "126.com",
            "163.com",
            "aol.com",
            "duck.com",
            "fastmail.com",
            "gmail.com",
            "gmx.at",
            "gmx.ch",
            "gmx.com",
            "gmx.de",
            "gmx.net",
            "googlemail.com",
            "hey.com",
            "hotmail.co.uk",
            "hotmail.com",
            "hotmail.de",
            "hotmail.fr",
            "hotmail.it",
            "icloud.com",
            "libero.it",
            "live.co.uk",
            "live.com",
            "live.de",
            "live.fr",
            "mac.com",
            "mail.com",
            "mail.ru",
            "me.com",
            "msn.com",
            "naver.com",
            "onmicrosoft.com",
            "orange.fr",
            "outlook.com",
            "outlook.de",
            "outlook.fr",
            "pm.me",
            "posteo.de",
            "proton.me",
            "protonmail.com",
            "qq.com",
            "rediffmail.com",
            "rocketmail.com",
            "seznam.cz",
            "sina.com",
            "t-online.de",
            "tutanota.com",
            "web.de",
            "windowslive.com",
            "wp.pl",
            "yahoo.co.jp",
            "yahoo.co.uk",
            "yahoo.com",
            "yahoo.de",
            "yahoo.fr",
            "yandex.com",
            "yandex.ru",
            "ymail.com",
            "zoho.com",
        ],
        StringComparer.Ordinal
    );

    /// <summary>The normal spelling, or null where the text is no domain name of at least two labels.</summary>
    public static string? Normalize(string? name)
    {
        if (name is not { Length: > 0 and <= 253 })
            return null;
        try
        {
            var ascii = Idn.GetAscii(name.Trim().TrimEnd('.').TrimStart('@')).TrimEnd('.').ToLowerInvariant(); // a last "。" has become a dot only now
            return ascii.Length <= 253 && ascii.Contains('.', StringComparison.Ordinal) && Uri.CheckHostName(ascii) == UriHostNameType.Dns
                ? ascii
                : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static bool IsPublicMail(string normalized) => Public.Contains(normalized);
}
