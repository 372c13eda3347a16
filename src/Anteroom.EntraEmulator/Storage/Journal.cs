using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator.Storage;

/// <summary>Append-only JSON lines in the data folder: <c>journal-N.jsonl</c> follows <c>snapshot-N.jsonl</c>.</summary>
/// <remarks>
/// A line is written with one call and ends with a line feed, so after a kill only the last line can be torn; it is dropped with a
/// warning. Any other unreadable line means that somebody else wrote to the file, and start-up is refused.
/// </remarks>
internal sealed class Journal : IDisposable
{
    private const int LeastPerSnapshot = 50_000;

    private readonly string _folder;
    private FileStream _file;
    private int _generation;

    private Journal(string folder, int generation, FileStream file) => (_folder, _generation, _file) = (folder, generation, file);

    /// <summary>Lines since the last snapshot.</summary>
    private int _length;

    /// <summary>Lines of the last snapshot.</summary>
    private int _snapshotLength;

    /// <summary>The journal is long, and longer than what a snapshot would write anew: so a line is written twice on average, however much there is.</summary>
    public bool IsSnapshotDue => _length >= Math.Max(LeastPerSnapshot, _snapshotLength);

    /// <summary>Opens the folder's newest generation and hands every stored line to <paramref name="replay"/>.</summary>
    /// <exception cref="EmulatorStartException">Another emulator uses the folder, or a line in the middle is unreadable.</exception>
    public static Journal Open(string folder, Action<JsonElement> replay, ILogger log)
    {
        PrivateFiles.CreateFolder(folder);
        var generation = Generations(folder).DefaultIfEmpty(0).Max();

        // The journal is opened before the snapshot is read: its exclusive lock is what keeps a second emulator out.
        var path = JournalPath(folder, generation);
        var journal = new Journal(folder, generation, OpenExclusively(path));
        try
        {
            var snapshot = SnapshotPath(folder, generation);
            if (File.Exists(snapshot))
            {
                using var stream = File.OpenRead(snapshot);
                (_, journal._snapshotLength) = ReadLines(stream, snapshot, replay);
            }

            var (end, lines) = ReadLines(journal._file, path, replay);
            if (end < journal._file.Length)
            {
                log.TornLineDropped(path, journal._file.Length - end);
                journal._file.SetLength(end);
                journal._file.Flush(flushToDisk: true);
            }
            journal._file.Position = end;
            journal._length = lines;
            DeleteOlder(folder, generation);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <param name="line">One JSON value without line breaks.</param>
    /// <param name="durable">True to wait for the disk; false survives a killed process but perhaps not a killed machine.</param>
    public void Append(ReadOnlyMemory<byte> line, bool durable)
    {
        var buffer = new byte[line.Length + 1];
        line.CopyTo(buffer);
        buffer[^1] = (byte)'\n';
        _file.Write(buffer);
        _file.Flush(durable);
        _length++;
    }

    /// <summary>Starts the next generation: a snapshot of all tables, then an empty journal.</summary>
    public void Snapshot(IEnumerable<ITable> tables, DateTimeOffset now)
    {
        var next = _generation + 1;
        var temporary = SnapshotPath(_folder, next) + ".tmp";
        var rows = 0;
        using (var stream = PrivateFiles.Open(temporary, FileMode.Create, FileShare.Read))
        {
            foreach (var table in tables)
            {
                foreach (var (key, write) in table.Rows(now))
                {
                    stream.Write(
                        Line(writer =>
                        {
                            writer.WriteStartArray();
                            Changes.WriteOne(writer, table.Name, key, write);
                            writer.WriteEndArray();
                        }).Span
                    );
                    stream.WriteByte((byte)'\n');
                    rows++;
                }
            }
            stream.Flush(flushToDisk: true);
        }

        // Order matters: the new journal is locked before the rename makes its generation the newest one.
        var file = OpenExclusively(JournalPath(_folder, next));
        File.Move(temporary, SnapshotPath(_folder, next));
        _file.Dispose();
        (_file, _generation, _length, _snapshotLength) = (file, next, 0, rows);
        DeleteOlder(_folder, next);
    }

    public void Dispose() => _file.Dispose();

    internal static ReadOnlyMemory<byte> Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
            write(writer);
        return buffer.WrittenMemory;
    }

    private static (long End, int Lines) ReadLines(Stream stream, string path, Action<JsonElement> replay)
    {
        using var memory = new MemoryStream();
        stream.Position = 0;
        stream.CopyTo(memory);
        var bytes = memory.GetBuffer().AsMemory(0, (int)memory.Length);

        var (start, lines) = (0, 0);
        for (int feed; (feed = bytes.Span[start..].IndexOf((byte)'\n')) >= 0; start += feed + 1)
        {
            lines++;
            try
            {
                using var document = JsonDocument.Parse(bytes.Slice(start, feed));
                replay(document.RootElement);
            }
            catch (Exception broken) when (broken is JsonException or InvalidDataException or KeyNotFoundException)
            {
                throw new EmulatorStartException(
                    $"Line {lines} of {path} cannot be read. Restore the file, or start with an empty data folder."
                );
            }
        }
        return (start, lines);
    }

    private static FileStream OpenExclusively(string path)
    {
        try
        {
            return PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException)
        {
            throw new EmulatorStartException($"{path} is in use: another emulator runs with this data folder.");
        }
    }

    /// <summary>A generation counts once its snapshot has its final name; generation 0 has none.</summary>
    private static IEnumerable<int> Generations(string folder) =>
        System
            .IO.Directory.EnumerateFiles(folder, "snapshot-*.jsonl")
            .Select(file => Path.GetFileNameWithoutExtension(file)["snapshot-".Length..])
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);

    private static void DeleteOlder(string folder, int generation)
    {
        for (var old = generation - 1; old >= 0 && File.Exists(JournalPath(folder, old)); old--)
        {
            File.Delete(JournalPath(folder, old));
            File.Delete(SnapshotPath(folder, old));
        }
    }

    private static string JournalPath(string folder, int generation) => Path.Combine(folder, $"journal-{generation:D6}.jsonl");

    private static string SnapshotPath(string folder, int generation) => Path.Combine(folder, $"snapshot-{generation:D6}.jsonl");
}
