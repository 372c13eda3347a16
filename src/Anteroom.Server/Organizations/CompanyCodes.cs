using System.Security.Cryptography;

namespace Anteroom.Server.Organizations;

/// <summary>The code that people without an account type to reach their organization (HEL-18). Given by an operator, or made here.</summary>
public static class CompanyCodes
{
    // No I, L, O, U, 0, 1: nothing that is misread or misheard; 30 symbols, eight of them, about 39 bits.
    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int GeneratedLength = 8;

    public static string Generate() => RandomNumberGenerator.GetString(Alphabet, GeneratedLength);

    /// <summary>As user names fold: the two share one field and exclude each other.</summary>
    public static string Fold(string code) => UserNames.Fold(code);

    /// <summary>Null where the text can be a company code, else one sentence that says why not.</summary>
    public static string? Fault(string code) =>
        code.Length is < 4 or > 32 || code.Any(character => !char.IsAsciiLetterOrDigit(character) && character != '-')
            ? "companyCode has 4 to 32 letters, digits and hyphens."
            : null;
}
