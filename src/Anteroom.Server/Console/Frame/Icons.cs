using System.Collections.Frozen;
using Microsoft.AspNetCore.Html;

namespace Anteroom.Server.Console.Frame;

/// <summary>The kit's icons, written into the page: no request, no script, the colour of the text around them.</summary>
internal sealed class Icons
{
    private const string Prefix = "icons/";

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

    // Beside words an icon says nothing to who cannot see it.
    private static HtmlString Read(Stream stream)
    {
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        return new(
            text[text.IndexOf("<svg", StringComparison.Ordinal)..]
                .Replace("<svg", "<svg aria-hidden=\"true\" focusable=\"false\"", StringComparison.Ordinal)
                .Trim()
        );
    }
}
