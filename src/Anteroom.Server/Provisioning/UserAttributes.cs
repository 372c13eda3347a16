using System.Globalization;
using System.Text;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Provisioning;

/// <summary>The attributes of a user that sources may write, with their bounds (SEC-073).</summary>
public static class UserAttributes
{
    public const string UserName = "userName";
    public const string DisplayName = "displayName";
    public const string GivenName = "givenName";
    public const string FamilyName = "familyName";
    public const string Email = "email";
    public const string CustomPrefix = "custom.";

    public const int LongestCustom = 1024;

    /// <summary>Longest value of each attribute with a column of its own.</summary>
    public static IReadOnlyDictionary<string, int> Lengths { get; } =
        new Dictionary<string, int>
        {
            [DisplayName] = 256,
            [GivenName] = 100,
            [FamilyName] = 100,
            [Email] = 320,
        };

    public static bool IsKnown(string attribute) =>
        Lengths.ContainsKey(attribute) || attribute.StartsWith(CustomPrefix, StringComparison.Ordinal);

    /// <summary>Null where the value fits, else one sentence. Custom fields have a length of their own.</summary>
    public static string? Fault(string attribute, string value, int? customLength = null)
    {
        var longest = Lengths.GetValueOrDefault(attribute, customLength ?? LongestCustom);
        if (value.Length > longest)
            return $"{attribute} has at most {longest} characters.";
        foreach (var rune in value.EnumerateRunes())
            if (
                rune == Rune.ReplacementChar
                || (rune.IsBmp && OneLine.TurnsDirection((char)rune.Value))
                || Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
            )
                return $"{attribute} holds characters that are not text on one line.";
        return attribute == Email && !IsAddress(value) ? "email is an address such as ada@example.com." : null;
    }

    // A label for people, never a proof: one @ with something on both sides and no space is enough.
    private static bool IsAddress(string value)
    {
        var at = value.LastIndexOf('@');
        return at > 0 && at < value.Length - 1 && !value.Any(char.IsWhiteSpace);
    }
}
