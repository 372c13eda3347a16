using System.Reflection;
using OpenTelemetry.Resources;

namespace Anteroom.Server.Platform.Observability;

/// <summary>Who sends the telemetry.</summary>
internal static class TelemetryResource
{
    public static string Version { get; } =
        typeof(TelemetryResource).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static ResourceBuilder Builder => ResourceBuilder.CreateDefault().AddService("anteroom", serviceVersion: Version);
}
