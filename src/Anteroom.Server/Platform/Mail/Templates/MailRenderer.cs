using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Platform.Mail.Templates;

/// <summary>Fills the two layouts with the words of a template and the values of a mail.</summary>
/// <remarks>
/// The words hold no markup, and a value enters the words before they are encoded as one: there is no place where a value could be markup
/// (SEC-306). Nothing remote is named, so that opening a mail tells nobody.
/// </remarks>
public sealed class MailRenderer(PageLanguages languages)
{
    private const string OurAccent = "#1f5fbf";
    private const int LongestLine = 76;

    private static readonly string TextLayout = Read("Layout.txt");
    private static readonly string HtmlLayout = Read("Layout.html");

    /// <exception cref="ArgumentException">Values that do not fit the template: a mistake of ours.</exception>
    public MailMessage Render(Guid id, EmailAddress to, MailContent content)
    {
        if (content.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(content));

        var culture = languages.Find(content.Language) ?? PageLanguages.English;
        var words = new MailText(culture);
        var values = content.Values.ToDictionary(pair => pair.Key, pair => MailValue.Clean(pair.Value), StringComparer.Ordinal);
        values["organization"] = MailValue.Clean(content.Organization);

        var subject = Say("Subject");
        var title = Say("Title");
        string[] paragraphs = [Say("Lead"), .. Optional("Note")];
        var footer = Fill(words["Footer"], values);
        var action = content.Template.HasLink ? Say("Action") : null;
        return new(
            id,
            to,
            subject,
            Text(title, paragraphs, action, content.Link?.Reveal(), footer),
            Html(
                culture,
                subject,
                title,
                paragraphs,
                action,
                content.Link?.Reveal(),
                footer,
                content.Accent ?? OurAccent,
                values["organization"]
            )
        );

        string Say(string part) => Fill(words[$"{content.Template.Key}.{part}"], values);

        string[] Optional(string part) => words.Find($"{content.Template.Key}.{part}") is { } text ? [Fill(text, values)] : [];
    }

    private static string Text(string title, IReadOnlyList<string> paragraphs, string? action, string? link, string footer)
    {
        List<string> body = [.. paragraphs.Select(Wrap)];
        if (link is not null)
            body.Insert(1, $"{action}:\n{link}"); // a link is never broken into lines
        return Insert(
            TextLayout,
            new()
            {
                ["title"] = Wrap(title),
                ["body"] = string.Join("\n\n", body),
                ["footer"] = Wrap(footer),
            }
        );
    }

    private static string Html(
        CultureInfo culture,
        string subject,
        string title,
        IReadOnlyList<string> paragraphs,
        string? action,
        string? link,
        string footer,
        string accent,
        string organization
    )
    {
        List<string> body = [.. paragraphs.Select(text => $"""<p style="margin:0 0 16px">{Encode(text)}</p>""")];
        if (link is not null)
            body.Insert(
                1,
                $"""<p style="margin:0 0 16px"><a href="{Encode(link)}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:{accent};color:{On(accent)};text-decoration:none">{Encode(action!)}</a></p>"""
            );
        return Insert(
            HtmlLayout,
            new()
            {
                ["language"] = culture.Name,
                ["direction"] = culture.TextInfo.IsRightToLeft ? "rtl" : "ltr",
                ["subject"] = Encode(subject),
                ["accent"] = accent,
                ["organization"] = Encode(organization),
                ["title"] = Encode(title),
                ["body"] = string.Join('\n', body),
                ["footer"] = Encode(footer),
            }
        );
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Puts values into the places <c>{name}</c>, each place once: what a value holds is not looked at again.</summary>
    private static string Fill(string text, Dictionary<string, string> values) => Insert(text, values);

    private static string Insert(string text, Dictionary<string, string> values)
    {
        var result = new StringBuilder();
        var at = 0;
        while (text.IndexOf('{', at) is >= 0 and var open && text.IndexOf('}', open) is >= 0 and var close)
        {
            result.Append(text, at, open - at).Append(values[text[(open + 1)..close]]);
            at = close + 1;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Lines as people read them in a plain mail; a word that is longer stands alone.</summary>
    private static string Wrap(string text)
    {
        var lines = new StringBuilder();
        var length = 0;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (length > 0 && length + 1 + word.Length > LongestLine)
            {
                lines.Append('\n');
                length = 0;
            }
            else if (length > 0)
            {
                lines.Append(' ');
                length++;
            }
            lines.Append(word);
            length += word.Length;
        }
        return lines.ToString();
    }

    /// <summary>White or black, whichever is read more easily on the accent (WCAG 2.2, contrast ratio).</summary>
    private static string On(string accent) => Rgb.TryParse(accent, out var colour) ? colour.Ink.ToString() : Rgb.White.ToString();

    private static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{typeof(MailRenderer).Namespace}.{file}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
