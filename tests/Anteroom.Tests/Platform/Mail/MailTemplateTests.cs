using System.Text;
using System.Text.RegularExpressions;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Mail;

public sealed partial class MailTemplateTests
{
    private const string Link = "https://login.example.com/recover?token=rl_Canary-0123456789&x=1";
    private const string Hostile = "<b onclick=\"alert(1)\">A&B</b>\r\nBcc: eve@evil.example {organization}\u202Etxet";

    private static readonly MailRenderer Renderer = new(new PageLanguages([]));

    public static TheoryData<string> Keys { get; } = [.. MailTemplate.All.Select(template => template.Key)];

    private static MailContent Content(string key, string value, string? accent = null)
    {
        var template = MailTemplate.Find(key)!;
        return new(template, value, template.Values.ToDictionary(name => name, _ => value))
        {
            Link = template.HasLink ? new Secret(Link) : null,
            Accent = accent,
        };
    }

    private static MailMessage Render(MailContent content) => Renderer.Render(Guid.CreateVersion7(), MailMessages.Ada, content);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Each_says_what_it_is_in_both_parts(string key)
    {
        var mail = Render(Content(key, "Contoso"));
        Assert.InRange(mail.Subject.Length, 5, 200);
        foreach (var part in (string[])[mail.Text, mail.Html])
        {
            Assert.Contains("Contoso", part, StringComparison.Ordinal);
            Assert.DoesNotMatch(Unfilled(), part);
            Assert.True(part.Length > 100);
        }
        Assert.StartsWith("<!doctype html>", mail.Html, StringComparison.Ordinal);
    }

    [Theory] // SEC-306: templates without user markup
    [MemberData(nameof(Keys))]
    [Trait("Security", "SEC-306")]
    public void No_value_becomes_markup_or_a_header(string key)
    {
        var mail = Render(Content(key, Hostile));
        Assert.DoesNotContain("<b ", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("onclick=\"", mail.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;b onclick=&quot;alert(1)&quot;&gt;A&amp;B&lt;/b&gt;", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Subject, char.IsControl);
        Assert.DoesNotContain('\u202E', mail.Subject + mail.Text + mail.Html);
        Assert.Contains("{organization}", mail.Html, StringComparison.Ordinal); // what a value holds is not filled in again
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_link_is_in_each_part_once_and_nothing_is_fetched(string key)
    {
        var mail = Render(Content(key, "Contoso"));
        var expected = MailTemplate.Find(key)!.HasLink ? 1 : 0;
        Assert.Equal(expected, Regex.Count(mail.Text, Regex.Escape(Link)));
        Assert.Equal(expected, Regex.Count(mail.Html, Regex.Escape(Link.Replace("&", "&amp;", StringComparison.Ordinal))));
        Assert.Equal(expected, Regex.Count(mail.Text + mail.Html, "https?://") / 2);
        Assert.DoesNotMatch("src=|url\\(|@import|<img|<script|<link", mail.Html);
        Assert.All((mail.Text + mail.Html).Split('\n'), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 998, line));
    }

    [Theory]
    [InlineData("#0a0a0a", "#ffffff")]
    [InlineData("#ffe600", "#000000")]
    public void The_button_has_the_accent_and_words_that_can_be_read(string accent, string words)
    {
        var html = Render(Content("recovery", "Contoso", accent)).Html;
        Assert.Contains($"background:{accent};color:{words}", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("red")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("#123456\n")]
    [InlineData("#123456;position:fixed")]
    [Trait("Security", "SEC-306")]
    public void A_colour_is_a_colour(string accent) => Assert.NotNull(Content("test", "Contoso", accent).Fault());

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("/relative")]
    [InlineData("https://login.example.com/\r\nBcc: x")]
    [InlineData("https://login.example.com/\"onclick=")]
    public void A_link_is_a_web_address(string link) => Assert.NotNull((Content("recovery", "Contoso") with { Link = new(link) }).Fault());

    [Fact]
    public void A_mail_with_a_value_or_a_link_too_few_or_too_many_is_a_mistake_that_is_told()
    {
        var right = Content("recovery", "Contoso");
        Assert.Null(right.Fault());
        Assert.NotNull((right with { Link = null }).Fault());
        Assert.NotNull((Content("test", "Contoso") with { Link = new(Link) }).Fault());
        Assert.NotNull((right with { Values = new Dictionary<string, string>() }).Fault());
        Assert.NotNull((right with { Values = new Dictionary<string, string>(right.Values) { ["more"] = "x" } }).Fault());
        Assert.Throws<ArgumentException>(() => Render(right with { Link = null }));
    }

    [Fact]
    public void A_long_name_is_cut_and_a_subject_stays_one()
    {
        var mail = Render(Content("newAdministrator", new string('ä', 5000)));
        Assert.InRange(mail.Subject.Length, 100, 200);
        Assert.Contains('…', mail.Subject);
    }

    [Fact]
    [Trait("Security", "SEC-322")]
    public void Nothing_that_is_printed_shows_the_link()
    {
        var content = Content("recovery", "Contoso");
        Assert.DoesNotContain("Canary", $"{content} {Render(content)}", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{[a-zA-Z]+\}")]
    private static partial Regex Unfilled();
}
