namespace Anteroom.EntraEmulator.Portal;

/// <summary>How a search compares: names match at the beginning of any of their words, and nothing matches an empty question.</summary>
internal static class SearchWords
{
    public static bool Meet(string wanted, params ReadOnlySpan<string?> names)
    {
        if (wanted.Length == 0)
            return false;
        foreach (var name in names)
        {
            var at = name?.IndexOf(wanted, StringComparison.OrdinalIgnoreCase) ?? -1;
            if (at == 0 || (at > 0 && !char.IsLetterOrDigit(name![at - 1])))
                return true;
        }
        return false;
    }
}
