using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>Rows of a table by something other than their key. Comparison ignores case: Entra's names do.</summary>
internal sealed class TableIndex<T>(Func<T, IEnumerable<string>> keysOf, Func<string, T?> find)
    where T : class
{
    private readonly ConcurrentDictionary<string, ImmutableSortedSet<string>> _entries = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<T> Find(string value)
    {
        foreach (var key in _entries.GetValueOrDefault(value) ?? [])
        {
            if (find(key) is { } row)
                yield return row;
        }
    }

    public T? First(string value) => Find(value).FirstOrDefault();

    public bool Contains(string value) => _entries.ContainsKey(value);

    internal void Clear() => _entries.Clear();

    internal void Add(string key, T row)
    {
        foreach (var value in keysOf(row))
            _entries.AddOrUpdate(value, _ => ImmutableSortedSet.Create(StringComparer.Ordinal, key), (_, keys) => keys.Add(key));
    }

    internal void Remove(string key, T row)
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
}
