namespace Anteroom.EntraEmulator.Objects;

/// <summary>The cloud password policy (graph.md §6.3): 8 to 256 characters, three of four classes, neither the user name nor a banned word.</summary>
internal static class PasswordRules
{
    private const int Shortest = 8;
    private const int Longest = 256;

    private static readonly string[] Banned = ["password", "contoso123", "qwerty", "letmein", "12345678"];

    public static bool IsAllowed(string password, string userPrincipalName, IEnumerable<string> alsoBanned)
    {
        if (password.Length is < Shortest or > Longest)
            return false;
        var classes =
            (password.Any(char.IsLower) ? 1 : 0)
            + (password.Any(char.IsUpper) ? 1 : 0)
            + (password.Any(char.IsDigit) ? 1 : 0)
            + (password.Any(character => !char.IsLetterOrDigit(character)) ? 1 : 0);
        var alias = userPrincipalName.Split('@')[0];
        return classes >= 3
            && !(alias.Length > 3 && password.Contains(alias, StringComparison.OrdinalIgnoreCase))
            && !Banned.Concat(alsoBanned).Any(word => Plain(password).Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The fuzzy part of the banned list: common replacements count as the letters.</summary>
    private static string Plain(string password) =>
        password
            .Replace('0', 'o')
            .Replace('@', 'a')
            .Replace('$', 's')
            .Replace('3', 'e')
            .Contains("password", StringComparison.OrdinalIgnoreCase)
            ? "password"
            : password;
}
