using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Anteroom.Server.Platform.Mail;

/// <summary>One address, and nothing else: no display name, no list, no line break (SEC-306). The domain is in its ASCII form.</summary>
public sealed record EmailAddress
{
    private const int Longest = 254; // RFC 5321 §4.5.3.1.3, without the angle brackets
    private const int LongestLocalPart = 64; // RFC 5321 §4.5.3.1.1

    private static readonly IdnMapping Idn = new();

    private EmailAddress(string value) => Value = value;

    public string Value { get; }

    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    /// <remarks>A local part beyond ASCII needs SMTPUTF8 on every server of the way (RFC 6531), and a quoted one is more often an attack than a person.</remarks>
    public static bool TryParse(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        if (text is not { Length: > 2 and <= Longest } || text.Split('@') is not [var local, var domain])
            return false;
        if (local.Length is 0 or > LongestLocalPart || !local.Split('.').All(IsAtom) || AsciiDomain(domain) is not { } ascii)
            return false;
        if (local.Length + 1 + ascii.Length > Longest)
            return false;
        address = new($"{local}@{ascii}");
        return true;
    }

    public override string ToString() => Value;

    // RFC 5322 §3.2.3
    private static bool IsAtom(string part) =>
        part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-/=?^_`{|}~".Contains(character));

    private static string? AsciiDomain(string domain)
    {
        try
        {
            var ascii = Idn.GetAscii(domain).ToLowerInvariant();
            return Uri.CheckHostName(ascii) == UriHostNameType.Dns && !ascii.EndsWith('.') ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
