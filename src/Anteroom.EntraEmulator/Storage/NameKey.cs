namespace Anteroom.EntraEmulator.Storage;

/// <summary>A row's place in a list that is ordered by name: who has the same name follows by something that only one has.</summary>
internal readonly record struct NameKey(string Name, string Tie) : IComparable<NameKey>
{
    /// <summary>Before every row.</summary>
    public static NameKey Start { get; } = new("", "");

    public int CompareTo(NameKey other)
    {
        var byName = StringComparer.OrdinalIgnoreCase.Compare(Name, other.Name);
        return byName != 0 ? byName : StringComparer.OrdinalIgnoreCase.Compare(Tie, other.Tie);
    }

    public bool StartsWith(string prefix) => Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>A name from the beginning of each of its words on: <c>Mira Koch</c> is found by <c>mir</c> and by <c>koch</c>.</summary>
    public static IEnumerable<string> Words(string name)
    {
        for (var at = 0; at < name.Length; at++)
        {
            if (char.IsLetterOrDigit(name[at]) && (at == 0 || !char.IsLetterOrDigit(name[at - 1])))
                yield return name[at..];
        }
    }
}
