using System.Globalization;

namespace Anteroom.Bench.Measuring;

/// <summary>What Linux says that a process and those below it have used (proc_pid_stat(5)).</summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <summary>CPU time of the process and everything below it so far, in milliseconds, in steps of 10. Ended children count once their parent has noticed.</summary>
    public static double CpuMilliseconds(int root)
    {
        Dictionary<int, ProcessStat> all = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (
                int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { } stat
            )
                all[pid] = stat;

        return all.Where(process => IsBelow(process.Key)).Sum(process => process.Value.Ticks) * 1000 / TicksPerSecond;

        bool IsBelow(int pid)
        {
            while (pid != root && all.TryGetValue(pid, out var process))
                pid = process.Parent;
            return pid == root;
        }
    }

    /// <summary>Memory of the process alone that is in RAM, in MB of 1,000,000 bytes; 0 when it is gone.</summary>
    public static double ResidentMegabytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            var kibibytes = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return kibibytes is null ? 0 : long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 / 1e6;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static ProcessStat? Read(int pid)
    {
        try
        {
            return ProcessStat.Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // ended in between
        }
    }
}

/// <summary>The parent, and the ticks that the process and its children that ended have used.</summary>
internal readonly record struct ProcessStat(int Parent, long Ticks)
{
    /// <summary>"pid (name) state ppid …": the name may hold anything, also parentheses and spaces.</summary>
    public static ProcessStat Parse(string line)
    {
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return new(int.Parse(fields[1], CultureInfo.InvariantCulture), Field(14) + Field(15) + Field(16) + Field(17)); // utime stime cutime cstime

        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
    }
}
