using System.Globalization;
using System.Runtime.InteropServices;

namespace Anteroom.Bench.Measuring;

/// <summary>Ties a running process, each of its threads, to one core. Threads and processes made later inherit it.</summary>
internal static class Affinity
{
    public static void Pin(int pid, int core)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(core, 64);
        var mask = 1UL << core;
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{pid}/task"))
            _ = SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), ref mask);
    }

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nint bytes, ref ulong mask);
}
