using System.Reflection;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Server.Keys.DataProtection;

/// <summary>Refuses a runtime whose Data Protection accepts forged payloads (SEC-020, CVE-2026-40372).</summary>
public static class RuntimeLevel
{
    public static Version Minimum { get; } = new(10, 0, 7);

    /// <summary>One sentence, or null where the loaded runtime is recent enough.</summary>
    public static string? Check() => Check(Loaded());

    internal static string? Check(Version? loaded) =>
        loaded is not null && loaded >= Minimum
            ? null
            : $"This machine's ASP.NET Core runtime ({loaded?.ToString() ?? "unknown"}) has a known hole in Data Protection; install {Minimum} or newer.";

    /// <summary>The version of the assembly that is really loaded, whatever the configuration asked for.</summary>
    private static Version? Loaded()
    {
        var told = typeof(IDataProtectionBuilder)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+', '-')[0];
        return Version.TryParse(told, out var version) ? version : null;
    }
}
