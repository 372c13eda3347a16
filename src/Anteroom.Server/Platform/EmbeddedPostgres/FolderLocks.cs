using System.Diagnostics;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Locks that die with their holder: files held open exclusively (flock), never files that merely exist.</summary>
internal static class FolderLocks
{
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>The one lock under which a database is started, adopted or stopped. Null when others held it for the whole <paramref name="patience"/>.</summary>
    public static async Task<FileStream?> TryTakeAsync(string path, TimeSpan patience, CancellationToken ct)
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Poll, ct))
        {
            if (TryOpen(path, FileMode.OpenOrCreate) is { } taken)
                return taken;
            if (Stopwatch.GetElapsedTime(started) > patience)
                return null;
        }
    }

    /// <summary>Registers this process as a user of the database until the stream is disposed or the process dies.</summary>
    public static FileStream RegisterUser(string usersFolder, TimeProvider clock)
    {
        Directory.CreateDirectory(usersFolder);
        var name = $"{Environment.ProcessId}-{Identifiers.ToBase32(Identifiers.NewUuid(clock))}.lock";
        return new FileStream(Path.Combine(usersFolder, name), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>True when somebody alive is registered. Removes the marks of the dead. Call it under the start lock.</summary>
    public static bool AnyUser(string usersFolder)
    {
        var any = false;
        foreach (var file in Directory.EnumerateFiles(usersFolder))
        {
            using var held = TryOpen(file, FileMode.Open);
            if (held is null)
                any = true;
            else
                File.Delete(file);
        }
        return any;
    }

    private static FileStream? TryOpen(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
