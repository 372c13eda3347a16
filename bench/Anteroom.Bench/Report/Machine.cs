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
    string Anteroom
)
{
    public static Machine Read(string postgres) =>
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
            typeof(Anteroom.Server.Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? ""
        );
}
