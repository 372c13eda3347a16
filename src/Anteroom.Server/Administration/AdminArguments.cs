using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Server.Administration;

/// <summary>A command line: words, then options as <c>--name value</c> or <c>--name=value</c>. Options with a colon or unknown here are configuration.</summary>
internal sealed class AdminArguments
{
    private readonly Dictionary<string, string> _options = new(StringComparer.OrdinalIgnoreCase);

    private AdminArguments(IReadOnlyList<string> words) => Words = words;

    /// <summary>The command and its sub-command.</summary>
    public IReadOnlyList<string> Words { get; }

    public static AdminArguments Parse(IReadOnlyList<string> args)
    {
        var words = new List<string>();
        var parsed = new AdminArguments(words);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (args[i].IndexOf('=', StringComparison.Ordinal) is > 2 and var split)
                parsed._options[args[i][2..split]] = args[i][(split + 1)..];
            else if (i + 1 < args.Count)
                parsed._options[args[i][2..]] = args[++i];
        }
        return parsed;
    }

    public bool TryGet(string option, [NotNullWhen(true)] out string? value) => _options.TryGetValue(option, out value);
}
