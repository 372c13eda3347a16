using System.Globalization;

namespace Anteroom.Server.Platform.Web;

/// <summary>How many files the system lets this process hold open; a connection is one of them.</summary>
internal static class OpenFiles
{
    /// <summary>Files that connections from outside never take: for the database, for calls to providers, and for the runtime, which ends the process where it cannot open one for a new thread.</summary>
    public const int Reserve = 512;

    private const string Row = "Max open files"; // proc_pid_limits(5); its first number is the soft limit, which the runtime has raised to the hard one

    /// <summary>How many connections may be open at once under a limit of so many files: a quarter, and at least <see cref="Reserve"/>, stays free.</summary>
    public static int Connections(long files) => (int)Math.Clamp(files - Math.Max(Reserve, files / 4), 16, int.MaxValue);

    /// <summary>The limit, or null where there is none or the system does not say.</summary>
    public static long? Limit()
    {
        try
        {
            return Limit(File.ReadLines("/proc/self/limits"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static long? Limit(IEnumerable<string> limits) =>
        limits.FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal)) is { } row
        && long.TryParse(row[Row.Length..].TrimStart().Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? files
            : null;
}
