using System.Globalization;
using System.Runtime.InteropServices;

namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>What Linux says about processes that are not our children. A vanished or foreign process counts as not there.</summary>
internal static class RunningProcesses
{
    public const int Interrupt = 2;

    /// <summary>True when <paramref name="pid"/> is alive (a zombie is not) and was started with <paramref name="argument"/>.</summary>
    public static bool IsAliveWith(int pid, string argument) =>
        IsAlive(pid) && TryRead($"/proc/{pid}/cmdline") is { } line && line.Split('\0').Contains(argument, StringComparer.Ordinal);

    /// <summary>True until the process has ended; one that nobody has waited for yet has ended.</summary>
    public static bool IsAlive(int pid)
    {
        // "pid (name) state …": the name may hold anything, also parentheses.
        var stat = TryRead($"/proc/{pid}/stat");
        var end = stat?.LastIndexOf(')') ?? -1;
        return end >= 0 && end + 2 < stat!.Length && stat[end + 2] is not ('Z' or 'X');
    }

    /// <summary>The processes titled <c>postgres</c> whose working folder is <paramref name="folder"/>: a postmaster or what it left behind.</summary>
    public static IReadOnlyList<int> PostgresIn(string folder)
    {
        var found = new List<int>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                continue;
            if (
                WorkingFolder(pid) == folder
                && IsAlive(pid)
                && TryRead($"/proc/{pid}/comm")?.StartsWith("postgres", StringComparison.Ordinal) == true
            )
                found.Add(pid);
        }
        return found;
    }

    /// <summary>False when the process is gone or not ours to signal.</summary>
    public static bool Signal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>The process that started this one, or the one that took it over when that died.</summary>
    public static int Parent => GetParent();

    private static string? WorkingFolder(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetParent();
}
