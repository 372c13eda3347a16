using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.EmbeddedPostgres;

namespace Anteroom.DevHost;

/// <summary>The folder of one demo, held by one demo at a time.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string LockFile = "demo.lock";

    private readonly FileStream _lock;

    private DemoFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }
    public string Server => In("server");
    public string Emulator => In("emulator");
    public string Mails => In("mails");
    public string Logs => In("logs");
    public string Certificates => In("certificates");
    public string Memory => In("demo.json");
    public string Endpoints => In("endpoints.json");

    /// <summary>The authority of this demo's https addresses, for those who call them.</summary>
    public string Authority => In("ca.pem");

    public EmbeddedPostgresOptions Database => new() { DataFolder = System.IO.Path.Combine(Server, "database") };

    /// <summary>Takes the folder, emptied of an earlier demo when <paramref name="fresh"/>; never touches files that no demo made.</summary>
    public static async Task<Result<DemoFolder, DemoFailure>> TakeAsync(string path, bool fresh, TimeProvider clock, CancellationToken ct)
    {
        FileStream? held = null;
        try
        {
            var known = File.Exists(System.IO.Path.Combine(path, LockFile));
            if (!known && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
                return new DemoFailure($"The folder {path} holds other things than a demo: choose an empty one with --data DIR.");

            Directory.CreateDirectory(path);
            held = TryLock(System.IO.Path.Combine(path, LockFile));
            if (held is null)
                return new DemoFailure(
                    $"Another demo runs in {path}: stop it, or choose another folder with --data DIR (and other ports with --port N)."
                );

            var folder = new DemoFolder(path, held);
            if (fresh && await folder.EmptyAsync(clock, ct) is { } failure)
            {
                folder.Dispose();
                return failure;
            }
            File.Delete(folder.Endpoints); // it is there only while everything answers
            foreach (var part in (string[])[folder.Server, folder.Emulator, folder.Logs])
                Directory.CreateDirectory(part);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (held is not null)
                await held.DisposeAsync();
            return new DemoFailure($"The folder {path} cannot be used: {e.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private async Task<DemoFailure?> EmptyAsync(TimeProvider clock, CancellationToken ct)
    {
        if (await EmbeddedPostgres.EraseAsync(Database, clock, ct) is { } failure)
            return new DemoFailure(failure.Sentence);
        foreach (var folder in (string[])[Server, Emulator, Mails, Logs, Certificates])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        foreach (var file in (string[])[Memory, Endpoints, Authority])
            File.Delete(file);
        return null;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
    }
}
