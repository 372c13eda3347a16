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

    /// <summary>Writes every row that a snapshot keeps: key and value; no value stands for a generated row that was removed.</summary>
    IEnumerable<(string Key, Action<Utf8JsonWriter>? Write)> Rows(DateTimeOffset now);
}

/// <summary>Immutable rows in memory by key, with secondary indexes. Reads need no lock; only <see cref="Store"/> writes.</summary>
/// <remarks>A stored row takes the place of the generated one with its key.</remarks>
/// <param name="name">The table's name in the journal.</param>
/// <param name="keyOf">The primary key of a row.</param>
/// <param name="json">How a row is written.</param>
/// <param name="isStale">True for rows that a snapshot may leave out (used codes, old sessions).</param>
internal sealed class Table<T>(string name, Func<T, string> keyOf, JsonTypeInfo<T> json, Func<T, DateTimeOffset, bool>? isStale = null)
    : ITable
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _rows = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _removed = new(StringComparer.Ordinal);
    private readonly List<ITableIndex<T>> _indexes = [];
    private IGeneratedRows<T>? _generated;
    private long _version;

    public string Name => name;

    /// <summary>Grows with every change, so that what was derived from the rows can be known to be old.</summary>
    public long Version => Interlocked.Read(ref _version);

    public int Count =>
        _generated is null
            ? _rows.Count
            : _generated.Count + _rows.Count - _removed.Count - _rows.Keys.Count(key => _generated.Find(key) is not null);

    public IEnumerable<T> All => Generated(_generated?.All() ?? []).Concat(_rows.Select(row => row.Value));

    public void Generate(IGeneratedRows<T> rows) => _generated = rows;

    public T? Find(string key) => _rows.GetValueOrDefault(key) ?? FindGenerated(key);

    public T? Find(Guid key) => Find(key.ToString());

    public string KeyOf(T row) => keyOf(row);

    /// <param name="keysOf">By what a row is found.</param>
    /// <param name="generated">The generated rows of a value, after so many.</param>
    public TableIndex<T> IndexBy(Func<T, IEnumerable<string>> keysOf, Func<string, long, IEnumerable<T>>? generated = null)
    {
        var index = new TableIndex<T>(this, keysOf, generated);
        _indexes.Add(index);
        return index;
    }

    /// <param name="listOf">The list that a row stands in.</param>
    /// <param name="placesOf">Its places there, by name.</param>
    /// <param name="generated">The generated rows of a list.</param>
    public OrderedIndex<T> OrderBy(Func<T, string> listOf, Func<T, IEnumerable<NameKey>> placesOf, GeneratedOrder<T>? generated = null)
    {
        var index = new OrderedIndex<T>(this, listOf, placesOf, generated);
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
        Interlocked.Increment(ref _version);
        _removed.TryRemove(key, out _);
        _indexes.ForEach(index => index.Add(key, row));
    }

    public void Apply(string key, JsonElement value) =>
        Put(value.Deserialize(json) ?? throw new InvalidDataException($"The journal holds an empty row of '{name}'."));

    public void Remove(string key)
    {
        Interlocked.Increment(ref _version);
        if (_rows.TryRemove(key, out var old))
            _indexes.ForEach(index => index.Remove(key, old));
        if (_generated?.Find(key) is not null)
            _removed[key] = true;
    }

    public void Clear()
    {
        Interlocked.Increment(ref _version);
        _rows.Clear();
        _removed.Clear();
        _indexes.ForEach(index => index.Clear());
    }

    public IEnumerable<(string Key, Action<Utf8JsonWriter>? Write)> Rows(DateTimeOffset now)
    {
        foreach (var (key, row) in _rows)
        {
            if (isStale?.Invoke(row, now) != true)
                yield return (key, writer => Write(writer, row));
        }
        foreach (var key in _removed.Keys)
            yield return (key, null);
    }

    /// <summary>The stored row, without the generated one.</summary>
    internal T? Stored(string key) => _rows.GetValueOrDefault(key);

    /// <summary>The generated row, unless it was removed.</summary>
    internal T? FindGenerated(string key) => _generated is null || _removed.ContainsKey(key) ? null : _generated.Find(key);

    internal bool IsRemoved(string key) => _removed.ContainsKey(key);

    private IEnumerable<T> Generated(IEnumerable<T> rows) =>
        rows.Where(row => keyOf(row) is var key && !_rows.ContainsKey(key) && !_removed.ContainsKey(key));
}
