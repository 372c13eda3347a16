using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>What the journal needs to know of a table.</summary>
internal interface ITable
{
    string Name { get; }

    void Apply(string key, JsonElement value);

    void Remove(string key);

    void Clear();

    /// <summary>Writes every row that a snapshot keeps: key and value.</summary>
    IEnumerable<(string Key, Action<Utf8JsonWriter> Write)> Rows(DateTimeOffset now);
}

/// <summary>Immutable rows in memory by key, with secondary indexes. Reads need no lock; only <see cref="Store"/> writes.</summary>
/// <param name="name">The table's name in the journal.</param>
/// <param name="keyOf">The primary key of a row.</param>
/// <param name="json">How a row is written.</param>
/// <param name="isStale">True for rows that a snapshot may leave out (used codes, old sessions).</param>
internal sealed class Table<T>(string name, Func<T, string> keyOf, JsonTypeInfo<T> json, Func<T, DateTimeOffset, bool>? isStale = null)
    : ITable
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _rows = new(StringComparer.Ordinal);
    private readonly List<TableIndex<T>> _indexes = [];

    public string Name => name;

    public int Count => _rows.Count;

    public IEnumerable<T> All => _rows.Select(row => row.Value);

    public T? Find(string key) => _rows.GetValueOrDefault(key);

    public T? Find(Guid key) => Find(key.ToString());

    public string KeyOf(T row) => keyOf(row);

    public TableIndex<T> IndexBy(Func<T, IEnumerable<string>> keysOf)
    {
        var index = new TableIndex<T>(keysOf, Find);
        _indexes.Add(index);
        return index;
    }

    public void Write(Utf8JsonWriter writer, T row) => JsonSerializer.Serialize(writer, row, json);

    public void Put(T row)
    {
        var key = keyOf(row);
        if (_rows.TryGetValue(key, out var old))
            _indexes.ForEach(index => index.Remove(key, old));
        _rows[key] = row;
        _indexes.ForEach(index => index.Add(key, row));
    }

    public void Apply(string key, JsonElement value) =>
        Put(value.Deserialize(json) ?? throw new InvalidDataException($"The journal holds an empty row of '{name}'."));

    public void Remove(string key)
    {
        if (_rows.TryRemove(key, out var old))
            _indexes.ForEach(index => index.Remove(key, old));
    }

    public void Clear()
    {
        _rows.Clear();
        _indexes.ForEach(index => index.Clear());
    }

    public IEnumerable<(string Key, Action<Utf8JsonWriter> Write)> Rows(DateTimeOffset now)
    {
        foreach (var (key, row) in _rows)
        {
            if (isStale?.Invoke(row, now) != true)
                yield return (key, writer => Write(writer, row));
        }
    }
}
