using System.Collections.Frozen;
using Microsoft.AspNetCore.Html;

namespace Anteroom.Server.Console.Frame;

/// <summary>The kit's icons, written into the page: no request, no script, the colour of the text around them.</summary>
internal sealed class Icons
{
    private const string Prefix = "icons/";

    /// <summary>Every icon of the kit begins with it, and it shows nothing.</summary>
    private const string Ground = """<path stroke="none" d="M0 0h24v24H0z" fill="none" />""";

    private readonly FrozenDictionary<string, HtmlString> _icons;

    public Icons()
    {
        var assembly = typeof(Icons).Assembly;
        _icons = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(assembly.GetManifestResourceStream(name)!));
    }

    public HtmlString this[string name] => _icons[name];

    // How the lines are drawn stands in the style, once: a list of fifty people has a hundred icons. Beside words an icon says nothing to
    // who cannot see it.
    private static HtmlString Read(Stream stream)
    {
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var begin = text.IndexOf('>', text.IndexOf("<svg", StringComparison.Ordinal)) + 1;
        var shapes = text[begin..text.IndexOf("</svg>", StringComparison.Ordinal)]
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(shape => shape != Ground);
        return new($"<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{string.Concat(shapes)}</svg>");
    }
}
