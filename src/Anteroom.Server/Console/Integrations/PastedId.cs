namespace Anteroom.Server.Console.Integrations;

/// <summary>An id as people paste it: with spaces, braces or capital letters, out of mails and tables.</summary>
internal static class PastedId
{
    /// <summary>The id as Entra shows it; null where the text is no id, or the one that stands for none.</summary>
    public static string? Clean(string pasted) =>
        Guid.TryParseExact(string.Concat(pasted.Where(character => !char.IsWhiteSpace(character))).Trim('{', '}'), "D", out var id)
        && id != Guid.Empty
            ? id.ToString("D")
            : null;

    /// <summary>The id, or the text as it was pasted where that is something else, such as a domain; null where there is none.</summary>
    public static string? Of(string pasted) => Clean(pasted) ?? (pasted.Length > 0 ? pasted : null);
}
