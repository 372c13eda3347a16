namespace Anteroom.Server.Credentials.Passwords;

/// <summary>What a new password must be (SEC-210, SEC-211). No rule about kinds of characters, no end by age. Pure, but for the list that is read once.</summary>
public static class PasswordRules
{
    /// <summary>A password is the only factor wherever one is taken, so the longer minimum holds (SEC-210).</summary>
    public const int Shortest = 15;

    /// <summary>What has to be left when a known word is taken away.</summary>
    public const int LeastBeside = 8;

    /// <param name="typed">As it came from the form.</param>
    /// <param name="words">The organization's, the product's and the person's own words, from <see cref="WordsOf"/>.</param>
    /// <returns>The password, or why not.</returns>
    public static (Password? Password, PasswordFault? Fault) Judge(string? typed, IReadOnlyCollection<string> words)
    {
        if (string.IsNullOrEmpty(typed))
            return (null, PasswordFault.Missing);
        if (Password.Read(typed) is not { } password)
            return (null, typed.Length > Password.Longest ? PasswordFault.TooLong : PasswordFault.Missing);
        return FaultOf(password, words) is { } fault ? (null, fault) : (password, null);
    }

    /// <summary>The words in names and addresses that are long enough to matter, folded: whole, and in their parts.</summary>
    public static IReadOnlyCollection<string> WordsOf(params IEnumerable<string?> texts)
    {
        HashSet<string> words = ["anteroom"];
        foreach (var text in texts)
        {
            var folded = PasswordShapes.Fold(text ?? "");
            words.Add(PasswordShapes.LettersAndDigits(folded));
            words.UnionWith(PasswordShapes.Parts(folded));
        }
        words.RemoveWhere(word => word.Length < PasswordShapes.ShortestWord);
        return words;
    }

    private static PasswordFault? FaultOf(Password password, IReadOnlyCollection<string> words)
    {
        if (password.Length < Shortest)
            return PasswordFault.TooShort;
        var folded = PasswordShapes.Fold(password.Reveal());
        if (PasswordShapes.Without(folded, words) is { } rest && rest.Length < LeastBeside)
            return PasswordFault.Personal;
        return PasswordShapes.IsRun(folded) || PasswordShapes.IsPoor(folded) || PasswordShapes.Cores(folded).Any(IsRefused)
            ? PasswordFault.Common
            : null;
    }

    /// <summary>Whether it is a word of the list and, beside it, nothing that somebody would have to guess.</summary>
    private static bool IsRefused((string Core, string Beside) shape) =>
        (shape.Beside.Length < LeastBeside || PasswordShapes.IsRun(shape.Beside) || PasswordShapes.IsPoor(shape.Beside))
        && RefusedWords.Contains(PasswordShapes.Unit(shape.Core));
}
