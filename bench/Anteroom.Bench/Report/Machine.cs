using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Anteroom.Bench.Report;

/// <summary>What the figures depend on.</summary>
internal sealed record Machine(
    string Processor,
    int Cores,
    long MemoryGigabytes,
    string System,
    string Runtime,
    string Postgres,
    string Anteroom,
    string Commit
)
{
    public static async Task<Machine> ReadAsync(string postgres, CancellationToken ct) =>
        new(
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
                ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000_000,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            postgres,
            typeof(Anteroom.Server.Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
                ?? "",
            await CommitAsync(ct)
        );

    /// <summary>Of the working tree; with a plus where something in it is not committed.</summary>
    private static async Task<string> CommitAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo("git", ["describe", "--always", "--dirty=+"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            var said = await git.StandardOutput.ReadToEndAsync(ct);
            await git.WaitForExitAsync(ct);
            return git.ExitCode == 0 ? said.Trim() : "no commit";
        }
        catch (Win32Exception)
        {
            return "no commit"; // git is not installed
        }
    }
}
