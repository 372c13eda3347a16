using System.Text.Json;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>What one write changes: one line of the journal, visible wholly or not at all.</summary>
internal sealed class Changes
{
    private readonly List<(ITable Table, string? Key, Action<Utf8JsonWriter>? Value, Action Apply)> _list = [];

    public bool IsEmpty => _list.Count == 0;

    public int Count => _list.Count;

    public void Put<T>(Table<T> table, T row)
        where T : class => _list.Add((table, table.KeyOf(row), writer => table.Write(writer, row), () => table.Put(row)));

    public void Remove<T>(Table<T> table, string key)
        where T : class => _list.Add((table, key, null, () => table.Remove(key)));

    /// <summary>Removes all rows.</summary>
    public void Clear(ITable table) => _list.Add((table, null, null, table.Clear));

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var change in _list)
            WriteOne(writer, change.Table.Name, change.Key, change.Value);
        writer.WriteEndArray();
    }

    internal void Apply() => _list.ForEach(change => change.Apply());

    /// <summary>{"t": table, "k": key, "v": row}; no "v" means removed, no "k" that the table was emptied.</summary>
    internal static void WriteOne(Utf8JsonWriter writer, string table, string? key, Action<Utf8JsonWriter>? value)
    {
        writer.WriteStartObject();
        writer.WriteString("t", table);
        if (key is not null)
            writer.WriteString("k", key);
        if (value is not null)
        {
            writer.WritePropertyName("v");
            value(writer);
        }
        writer.WriteEndObject();
    }
}
