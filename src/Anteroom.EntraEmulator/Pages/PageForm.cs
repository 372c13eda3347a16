using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Anteroom.EntraEmulator.Pages;

/// <summary>A rendered page with slots in place of its texts. What is filled in is encoded as the renderer would have encoded it.</summary>
internal sealed partial class PageForm
{
    private readonly IReadOnlyList<(string Html, string? Slot)> _parts;

    private PageForm(IReadOnlyList<(string, string?)> parts) => _parts = parts;

    /// <summary>Letters only, so that no encoder changes it; nobody's text, because it stands in for every text.</summary>
    public static string SlotOf(string name) => $"qzSlot{name}Endqz";

    public static PageForm Read(string html)
    {
        var parts = new List<(string, string?)>();
        var at = 0;
        foreach (var match in Slot().EnumerateMatches(html))
        {
            var name = html.Substring(match.Index, match.Length)["qzSlot".Length..^"Endqz".Length];
            parts.Add((html[at..match.Index], name));
            at = match.Index + match.Length;
        }
        parts.Add((html[at..], null));
        return new PageForm(parts);
    }

    public string Fill(IReadOnlyDictionary<string, object?> values)
    {
        var page = new StringBuilder();
        foreach (var (html, slot) in _parts)
        {
            page.Append(html);
            if (slot is not null)
                page.Append(HtmlEncoder.Default.Encode((string)values[slot]!));
        }
        return page.ToString();
    }

    [GeneratedRegex("qzSlot[A-Za-z]+?Endqz")]
    private static partial Regex Slot();
}
