namespace Anteroom.EntraEmulator.Graph;

/// <summary>A path below <c>/v1.0</c>, taken apart: segments and keys, a cast, <c>$count</c>.</summary>
/// <param name="Segments"><c>users('x')</c> counts as two, <c>users</c> and <c>x</c>.</param>
/// <param name="Cast">The type of a trailing <c>microsoft.graph.user</c>, without the namespace.</param>
internal sealed record GraphPath(IReadOnlyList<string> Segments, string? Cast, bool IsCount)
{
    private const string Namespace = "microsoft.graph.";

    private static readonly string[] Types = ["user", "group", "device", "servicePrincipal", "application", "directoryRole", "orgContact"];

    /// <param name="path">Escaped, without the leading slash.</param>
    public static GraphPath Parse(string path)
    {
        var segments = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var open = part.IndexOf('(', StringComparison.Ordinal);
            if (open > 0 && part.EndsWith(')'))
            {
                segments.Add(part[..open]);
                if (open < part.Length - 2)
                    segments.Add(Key(Uri.UnescapeDataString(part[(open + 1)..^1])));
                continue;
            }
            segments.Add(Uri.UnescapeDataString(part));
        }

        var isCount = segments.Count > 1 && segments[^1].Equals("$count", StringComparison.OrdinalIgnoreCase);
        if (isCount)
            segments.RemoveAt(segments.Count - 1);
        string? cast = null;
        if (segments.Count > 1 && TypeOf(segments[^1]) is { } type)
        {
            cast = type;
            segments.RemoveAt(segments.Count - 1);
        }
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].StartsWith(Namespace, StringComparison.OrdinalIgnoreCase) && TypeOf(segments[i]) is null)
                segments[i] = segments[i][Namespace.Length..]; // an action or function by its full name
        }
        return new GraphPath(segments, cast, isCount);
    }

    /// <summary><c>'x'</c> is x; <c>appId='x'</c> is appId=x.</summary>
    private static string Key(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !text.StartsWith('\'') ? $"{text[..equals]}={Unquote(text[(equals + 1)..])}" : Unquote(text);
    }

    private static string Unquote(string text) =>
        text.Length > 1 && text[0] == '\'' && text[^1] == '\'' ? text[1..^1].Replace("''", "'", StringComparison.Ordinal) : text;

    private static string? TypeOf(string segment) =>
        segment.StartsWith(Namespace, StringComparison.OrdinalIgnoreCase)
            ? Types.FirstOrDefault(type => segment[Namespace.Length..].Equals(type, StringComparison.OrdinalIgnoreCase))
            : null;
}
