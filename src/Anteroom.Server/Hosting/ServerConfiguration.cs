using System.Collections;
using Anteroom.Protocols.Primitives;
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

    /// <summary>The settings, when they may be used together.</summary>
    public static Result<AnteroomOptions, StartFailure> Read(IConfiguration configuration)
    {
        try
        {
            var options = configuration.GetSection(AnteroomOptions.Section).Get<AnteroomOptions>() ?? new AnteroomOptions();
            return ServerComposition.Check(configuration, options) is { } wrong ? new StartFailure(wrong) : options;
        }
        catch (InvalidOperationException e) when (e.InnerException is not null)
        {
            return new StartFailure(e.Message); // the binder's sentence: it names the setting and what it cannot be
        }
    }

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
