using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>Rows of a table by something other than their key. Comparison ignores case: Entra's names do.</summary>
internal sealed class TableIndex<T>(Table<T> table, Func<T, IEnumerable<string>> keysOf, Func<string, long, IEnumerable<T>>? generated)
    : ITableIndex<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, ImmutableSortedSet<string>> _entries = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<T> Find(string value) => From(value, RowCursor.Start).Select(found => found.Row);

    public T? First(string value) => Find(value).FirstOrDefault();

    public bool Contains(string value) => generated is null ? _entries.ContainsKey(value) : First(value) is not null;

    /// <summary>The rows after a cursor, in an order that stays, each with the cursor to go on from.</summary>
    public IEnumerable<(T Row, RowCursor At)> From(string value, RowCursor after)
    {
        var position = after.Generated;
        if (after.Stored is null && generated is not null)
        {
            foreach (var row in generated(value, position))
            {
                position++;
                if (Current(table.KeyOf(row), row, value) is { } current)
                    yield return (current, new RowCursor(position, null));
            }
        }

        var keys = _entries.GetValueOrDefault(value) ?? [];
        for (var i = IndexAfter(keys, after.Stored); i < keys.Count; i++)
        {
            if (table.Stored(keys[i]) is { } row && !StandsForGenerated(keys[i], value))
                yield return (row, new RowCursor(position, keys[i]));
        }
    }

    /// <summary>The stored rows from the last key to the first: the newest first, where keys grow with time.</summary>
    public IEnumerable<(T Row, string Key)> Backwards(string value, string? before)
    {
        var keys = _entries.GetValueOrDefault(value) ?? [];
        for (var i = (before is null ? keys.Count : IndexAfter(keys, before) - (keys.Contains(before) ? 1 : 0)) - 1; i >= 0; i--)
        {
            if (table.Stored(keys[i]) is { } row)
                yield return (row, keys[i]);
        }
    }

    /// <summary>How many stored rows there are, without looking at them.</summary>
    public int StoredCount(string value) => _entries.GetValueOrDefault(value)?.Count ?? 0;

    public void Clear() => _entries.Clear();

    public void Add(string key, T row)
    {
        foreach (var value in keysOf(row))
            _entries.AddOrUpdate(value, _ => ImmutableSortedSet.Create(StringComparer.Ordinal, key), (_, keys) => keys.Add(key));
    }

    public void Remove(string key, T row)
    {
        foreach (var value in keysOf(row))
        {
            var rest = (_entries.GetValueOrDefault(value) ?? []).Remove(key);
            if (rest.IsEmpty)
                _entries.TryRemove(value, out _);
            else
                _entries[value] = rest;
        }
    }

    /// <summary>What is there now in place of a generated row: itself, its stored successor where that is still found here, or nothing.</summary>
    private T? Current(string key, T row, string value)
    {
        if (table.Stored(key) is { } stored)
            return IsUnder(stored, value) ? stored : null;
        return table.IsRemoved(key) ? null : row;
    }

    /// <summary>Was already told, in the place of the generated row.</summary>
    private bool StandsForGenerated(string key, string value) =>
        generated is not null && table.FindGenerated(key) is { } original && IsUnder(original, value);

    private bool IsUnder(T row, string value) => keysOf(row).Contains(value, StringComparer.OrdinalIgnoreCase);

    private static int IndexAfter(ImmutableSortedSet<string> keys, string? after)
    {
        if (after is null)
            return 0;
        var index = keys.IndexOf(after);
        return index >= 0 ? index + 1 : ~index;
    }
}
