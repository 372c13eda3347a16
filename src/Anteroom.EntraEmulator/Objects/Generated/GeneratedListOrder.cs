using Anteroom.EntraEmulator.Storage;

namespace Anteroom.EntraEmulator.Objects.Generated;

/// <summary>The people and groups of a generated tenant by name, so that a page of them can begin anywhere.</summary>
/// <remarks>Names repeat in a known pattern: the order is counted out, not sorted, and takes four bytes a person.</remarks>
internal sealed class GeneratedListOrder(GeneratedTenant tenant)
{
    private readonly Lazy<int[]> _byName = new(() => GeneratedNames.InOrder(tenant.UserCount, bySurname: false));
    private readonly Lazy<int[]> _bySurname = new(() => GeneratedNames.InOrder(tenant.UserCount, bySurname: true));
    private readonly Lazy<(NameKey At, int Number)[]> _groups = new(() => Groups(tenant, name => [name]));
    private readonly Lazy<(NameKey At, int Number)[]> _groupWords = new(() => Groups(tenant, NameKey.Words));

    public IEnumerable<(NameKey At, int Number)> Users(string prefix, NameKey after) => From(_byName.Value, ByName, prefix, after);

    /// <summary>By full name, by surname, and by user name as soon as a dot or an @ was typed.</summary>
    public IEnumerable<(NameKey At, int Number)> UsersByWord(string prefix, NameKey after)
    {
        if (prefix.AsSpan().IndexOfAny('.', '@') is var dot && dot >= 0)
            return ByUserName(prefix, dot, after);
        // Who is found by the full name is not told again.
        var bySurname = From(_bySurname.Value, BySurname, prefix, after).Where(found => !ByName(found.Row).StartsWith(prefix));
        return Merge(Users(prefix, after), bySurname);
    }

    public IEnumerable<(NameKey At, int Number)> Groups(string prefix, NameKey after) =>
        From(_groups.Value, found => found.At, prefix, after).Select(found => found.Row);

    public IEnumerable<(NameKey At, int Number)> GroupsByWord(string prefix, NameKey after) =>
        From(_groupWords.Value, found => found.At, prefix, after)
            .Select(found => found.Row)
            .Where(found => !NameKey.Words(tenant.GroupAt(found.Number).DisplayName).Any(word => IsBefore(word, found.At, prefix)));

    private NameKey ByName(int number)
    {
        var (given, surname, userName) = tenant.NameAt(number);
        return new($"{given} {surname}", userName);
    }

    private NameKey BySurname(int number)
    {
        var (given, surname, userName) = tenant.NameAt(number);
        return new($"{surname} {given}", userName);
    }

    /// <summary>People whose user names begin like this have a given name and the beginning of a surname in common.</summary>
    private IEnumerable<(NameKey At, int Number)> ByUserName(string prefix, int dot, NameKey after)
    {
        var surname = new string([.. prefix.Skip(dot + 1).TakeWhile(char.IsLetter)]);
        return Users($"{prefix[..dot]} {surname}", NameKey.Start)
            .Select(found => (At: new NameKey(tenant.NameAt(found.Number).UserPrincipalName, ""), found.Number))
            .Where(found => found.At.StartsWith(prefix) && found.At.CompareTo(after) > 0)
            .OrderBy(found => found.At);
    }

    private static (NameKey, int)[] Groups(GeneratedTenant tenant, Func<string, IEnumerable<string>> names) =>
        [
            .. Enumerable
                .Range(0, tenant.GroupCount)
                .SelectMany(number =>
                    names(tenant.GroupAt(number).DisplayName)
                        .Select(name => (At: new NameKey(name, tenant.GroupId(number).ToString()), number))
                )
                .OrderBy(found => found.At),
        ];

    private static bool IsBefore(string word, NameKey at, string prefix) =>
        word.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && new NameKey(word, at.Tie).CompareTo(at) < 0;

    private static IEnumerable<(NameKey At, T Row)> From<T>(T[] rows, Func<T, NameKey> keyOf, string prefix, NameKey after)
    {
        var (low, high) = (0, rows.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var key = keyOf(rows[middle]);
            if (key.CompareTo(after) > 0 && key.CompareTo(new NameKey(prefix, "")) >= 0)
                high = middle;
            else
                low = middle + 1;
        }
        for (; low < rows.Length && keyOf(rows[low]) is var at && at.StartsWith(prefix); low++)
            yield return (at, rows[low]);
    }

    private static IEnumerable<(NameKey At, int Number)> Merge(
        IEnumerable<(NameKey At, int Number)> first,
        IEnumerable<(NameKey At, int Number)> second
    )
    {
        using var other = second.GetEnumerator();
        var hasOther = other.MoveNext();
        foreach (var row in first)
        {
            for (; hasOther && other.Current.At.CompareTo(row.At) < 0; hasOther = other.MoveNext())
                yield return other.Current;
            yield return row;
        }
        for (; hasOther; hasOther = other.MoveNext())
            yield return other.Current;
    }
}
