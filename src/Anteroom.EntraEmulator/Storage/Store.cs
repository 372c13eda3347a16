using System.Text.Json;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>All tables of the emulator behind one write lock and, unless it lives in memory only, one journal.</summary>
internal sealed class Store : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ITable> _tables;
    private readonly TimeProvider _clock;
    private readonly Journal? _journal;

    /// <param name="folder">Where the journal lives; null keeps everything in memory.</param>
    public Store(string? folder, IReadOnlyList<ITable> tables, TimeProvider clock, ILogger log)
    {
        _clock = clock;
        _tables = tables.ToDictionary(table => table.Name);
        _journal = folder is null ? null : Journal.Open(folder, Replay, log);
    }

    /// <summary>Decides and writes under the lock, so that what <paramref name="decide"/> checked still holds when it is written.</summary>
    public T Write<T>(Func<Changes, T> decide, bool durable = true)
    {
        lock (_lock)
        {
            var changes = new Changes();
            var result = decide(changes);
            if (changes.IsEmpty)
                return result;

            _journal?.Append(Journal.Line(changes.Write), durable);
            changes.Apply();
            if (_journal?.IsSnapshotDue == true)
                _journal.Snapshot(_tables.Values, _clock.GetUtcNow());
            return result;
        }
    }

    public void Write(Action<Changes> decide, bool durable = true) =>
        Write(
            changes =>
            {
                decide(changes);
                return true;
            },
            durable
        );

    /// <summary>Writes a snapshot now, so that the next start is quick.</summary>
    public void Compact()
    {
        lock (_lock)
            _journal?.Snapshot(_tables.Values, _clock.GetUtcNow());
    }

    public void Dispose() => _journal?.Dispose();

    private void Replay(JsonElement line)
    {
        foreach (var change in line.EnumerateArray())
        {
            var name = change.GetProperty("t").GetString()!;
            var table = _tables.GetValueOrDefault(name) ?? throw new InvalidDataException($"Unknown table '{name}'.");
            if (!change.TryGetProperty("k", out var key))
                table.Clear();
            else if (change.TryGetProperty("v", out var value))
                table.Apply(key.GetString()!, value);
            else
                table.Remove(key.GetString()!);
        }
    }
}
