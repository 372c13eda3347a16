using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace Anteroom.DevHost.Mailbox;

/// <summary>The pages of the mailbox: a list, one mail, and the document of its frame.</summary>
internal static class MailboxPages
{
    public const string Style = "/mailbox.css";

    private const string Promise = "Demo mailbox: nothing leaves this machine";

    public static string Css { get; } = ReadCss();

    public static string List(IReadOnlyList<FolderMail> mails)
    {
        if (mails.Count == 0)
            return Page("Mailbox", "<h1>Mailbox</h1><p>No mail yet. What the demo's server would send appears here.</p>");
        var rows = new StringBuilder();
        foreach (var (name, at, mail) in mails)
            rows.Append(
                CultureInfo.InvariantCulture,
                $"""
                <li><a href="/mails/{Encode(name)}">
                <span class="subject">{Encode(Or(mail.Subject, "(no subject)"))}</span>
                <span class="people">{Encode(mail.From)} <span aria-hidden="true">→</span><span class="unseen"> to </span> {Encode(
                    mail.To
                )}</span>
                {Time(at)}</a></li>

                """
            );
        return Page("Mailbox", $"<h1>Mailbox</h1><ul class=\"mails\">{rows}</ul>");
    }

    public static string Mail(FolderMail mail) =>
        Page(
            Or(mail.Mail.Subject, "(no subject)"),
            $"""
            <p><a href="/">All mails</a></p>
            <h1>{Encode(Or(mail.Mail.Subject, "(no subject)"))}</h1>
            <dl><dt>From</dt><dd>{Encode(mail.Mail.From)}</dd><dt>To</dt><dd>{Encode(mail.Mail.To)}</dd><dt>Time</dt><dd>{Time(
                mail.At
            )}</dd></dl>
            {(
                mail.Mail.Html is null
                    ? ""
                    : $"""<h2>HTML</h2><iframe src="/mails/{Encode(mail.Name)}/html" title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>"""
            )}
            {(mail.Mail.Text is null ? "" : $"<h2>Text</h2><pre>{Links(mail.Mail.Text)}</pre>")}
            """
        );

    /// <summary>The frame's document: links open beside it, since the frame itself can go nowhere.</summary>
    public static string Frame(string html) => "<!doctype html><base target=\"_blank\">" + html;

    public static string NotFound() => Page("Not there", "<h1>This mail is not there</h1><p><a href=\"/\">All mails</a></p>");

    private static string Page(string title, string body) =>
        $"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark"><title>{Encode(title)}</title><link rel="stylesheet" href="{Style}"></head>
            <body><p class="promise">{Promise}</p><main>{body}</main></body></html>
            """;

    /// <summary>A line that is an address and nothing else becomes a link.</summary>
    private static string Links(string text) =>
        string.Join(
            '\n',
            text.ReplaceLineEndings("\n")
                .Split('\n')
                .Select(line =>
                    Uri.TryCreate(line, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && !line.Contains(' ')
                        ? $"<a href=\"{Encode(line)}\" rel=\"noreferrer\">{Encode(line)}</a>"
                        : Encode(line)
                )
        );

    private static string Time(DateTimeOffset at) =>
        $"<time datetime=\"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\">{at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC</time>";

    private static string Or(string text, string other) => text.Length > 0 ? text : other;

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string ReadCss()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("mailbox.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
