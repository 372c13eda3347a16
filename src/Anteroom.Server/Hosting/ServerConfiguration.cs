using System.Collections;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Hosting;

/// <summary>Reads the operator's settings: <c>appsettings.json</c>, plain environment, <c>ANTEROOM_…</c>, command line; the later wins (design.md §6).</summary>
internal static class ServerConfiguration
{
    private const string Prefix = "ANTEROOM_";

    // Sections that keep their own place; every other ANTEROOM_ name belongs to our section.
    private static readonly string[] OwnSections = ["ConnectionStrings", "Logging", "Urls", "Kestrel"];

    public static void Add(ConfigurationManager configuration, string[] args)
    {
        configuration.AddInMemoryCollection(PrefixedEnvironment());
        configuration.AddCommandLine(args);
    }

    public static AnteroomOptions Read(IConfiguration configuration) =>
        configuration.GetSection(AnteroomOptions.Section).Get<AnteroomOptions>() ?? new AnteroomOptions();

    private static IEnumerable<KeyValuePair<string, string?>> PrefixedEnvironment()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || name.Length == Prefix.Length)
                continue;
            var key = name[Prefix.Length..].Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);
            var owned = OwnSections.Any(section =>
                key.Equals(section, StringComparison.OrdinalIgnoreCase)
                || key.StartsWith(section + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase)
            );
            yield return new(owned ? key : ConfigurationPath.Combine(AnteroomOptions.Section, key), (string?)variable.Value);
        }
    }
}
