namespace Anteroom.Server.Organizations;

/// <summary>What a name must be to stand within a sentence of ours: text on one line that leaves the words after it as they are.</summary>
public static class OneLine
{
    public static bool Is(string text) => !text.Any(letter => char.IsControl(letter) || TurnsDirection(letter));

    /// <summary>
    /// Embeddings, overrides and isolates (UAX #9 §2): "Delete Ada?" would read backwards. Right-to-left names need none of them, for their letters
    /// have a direction of their own.
    /// </summary>
    public static bool TurnsDirection(char letter) => letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
