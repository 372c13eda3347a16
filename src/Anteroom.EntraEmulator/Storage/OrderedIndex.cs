using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>The generated rows of a list that begin with a prefix, after a place, in the list's order.</summary>
internal delegate IEnumerable<(NameKey At, T Row)> GeneratedOrder<T>(string list, string prefix, NameKey after);

/// <summary>Rows in the order of their names, from any place on: a page costs what it shows, however many rows there are.</summary>
/// <param name="placesOf">The row's places, all in one list; more than one where it is found by several names.</param>
internal sealed class OrderedIndex<T>(
    Table<T> table,
    Func<T, string> listOf,
    Func<T, IEnumerable<NameKey>> placesOf,
    GeneratedOrder<T>? generated
) : ITableIndex<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, ImmutableSortedSet<Entry>> _lists = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Each row once, at the first of its names that begins with <paramref name="prefix"/>.</summary>
    /// <param name="storedOnly">Where no generated row can be meant.</param>
    public IEnumerable<(NameKey At, T Row)> From(string list, string prefix, NameKey after, bool storedOnly = false)
    {
        using var stored = Stored(list, prefix, after).GetEnumerator();
        var hasStored = stored.MoveNext();
        foreach (var row in storedOnly || generated is null ? [] : generated(list, prefix, after))
        {
            for (; hasStored && stored.Current.At.CompareTo(row.At) < 0; hasStored = stored.MoveNext())
                yield return stored.Current;
            // Changed or deleted since: the stored row, if any, has its own place.
            if (table.KeyOf(row.Row) is var key && table.Stored(key) is null && !table.IsRemoved(key))
                yield return row;
        }
        for (; hasStored; hasStored = stored.MoveNext())
            yield return stored.Current;
    }

    public void Add(string key, T row)
    {
        var entries = placesOf(row).Select(at => new Entry(at, key));
        _lists.AddOrUpdate(listOf(row), _ => [.. entries], (_, known) => known.Union(entries));
    }

    public void Remove(string key, T row)
    {
        var list = listOf(row);
        var rest = (_lists.GetValueOrDefault(list) ?? []).Except(placesOf(row).Select(at => new Entry(at, key)));
        if (rest.IsEmpty)
            _lists.TryRemove(list, out _);
        else
            _lists[list] = rest;
    }

    public void Clear() => _lists.Clear();

    private IEnumerable<(NameKey At, T Row)> Stored(string list, string prefix, NameKey after)
    {
        var entries = _lists.GetValueOrDefault(list) ?? [];
        var first = new NameKey(prefix, "");
        for (var i = After(entries, after.CompareTo(first) > 0 ? after : first); i < entries.Count && entries[i].At.StartsWith(prefix); i++)
        {
            var (at, key) = entries[i];
            if (table.Stored(key) is { } row && IsFirst(row, prefix, at))
                yield return (at, row);
        }
    }

    private bool IsFirst(T row, string prefix, NameKey at) =>
        !placesOf(row).Any(other => other.StartsWith(prefix) && other.CompareTo(at) < 0);

    private static int After(ImmutableSortedSet<Entry> entries, NameKey place)
    {
        var (low, high) = (0, entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].At.CompareTo(place) > 0)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private readonly record struct Entry(NameKey At, string Key) : IComparable<Entry>
    {
        public int CompareTo(Entry other)
        {
            var byPlace = At.CompareTo(other.At);
            return byPlace != 0 ? byPlace : string.CompareOrdinal(Key, other.Key);
        }
    }
}
