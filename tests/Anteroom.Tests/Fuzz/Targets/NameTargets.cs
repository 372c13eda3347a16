using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Web;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What people type, and what their browsers say of them.</summary>
internal static class NameTargets
{
    private static readonly PageLanguages Languages = new([new("de"), new("fr"), new("pt-BR")]);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "user-name",
            [UserNames.Fold, UserNames.IsValid],
            Gen.OneOf(
                Pieces.Word,
                Pieces.Text("abcXYZ0189.-_@äßÄİıſKÅﬁǅ\u0301\u0345\u1e9e\u2126", 1, 40),
                Pieces.Word.Select(name => $"{name}@contoso.test")
            ),
            ["@", "ß", "İ", "ﬁ", "\u0345", "\u3000", "\u0085"],
            text =>
            {
                var folded = UserNames.Fold(text);
                Assert.Equal(folded, folded.Trim());
                if (!UserNames.IsValid(text))
                    return $"refused {folded.Length is > 0 and <= 320}";
                Assert.InRange(text.Length, 1, UserNames.MaxLength);
                Assert.InRange(folded.Length, 1, 320);
                Assert.DoesNotContain(text, char.IsControl);
                Assert.Equal(folded, UserNames.Fold(folded)); // a name that was folded is found again
                Assert.Equal(folded, UserNames.Fold($" {text} "));
                return folded == text ? "folded already" : "folds";
            }
        ),
        FuzzTarget.OfText(
            "company-code",
            [CompanyCodes.Fault, CompanyCodes.Fold],
            Pieces.Text("23456789ABCDEFGHJKMNPQRSTVWXYZabc-", 3, 34),
            ["-", "é", "Ａ"],
            text =>
            {
                if (CompanyCodes.Fault(text) is { } fault)
                    return fault;
                Assert.Equal(text.ToLowerInvariant(), CompanyCodes.Fold(text));
                Assert.Null(CompanyCodes.Fault(CompanyCodes.Fold(text)));
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "email-address",
            [EmailAddress.TryParse],
            Gen.Zip(Pieces.Text("abc019.+-_'", 1, 20), Gen.Elements("contoso.example", "äß.example", "xn--p1ai", "a.co.uk"))
                .Select(pair => $"{pair.Item1}@{pair.Item2}"),
            ["@", ".", "..", "\r\n", ",", ";", "<", ">", "\"", " ", "\0", "xn--", "ß"],
            text =>
            {
                if (!EmailAddress.TryParse(text, out var address))
                    return "refused";
                Assert.InRange(address.Value.Length, 3, 254);
                Assert.True(EmailAddress.TryParse(address.Value, out var again) && again == address); // stored as it is read
                Assert.Equal(address.Value, new System.Net.Mail.MailAddress(address.Value).Address); // nothing that the sender reads otherwise
                Assert.All(address.Value, character => Assert.InRange(character, '!', '~'));
                return address.Value == text ? "kept" : "folded";
            }
        ),
        FuzzTarget.OfText(
            "domain-name",
            [DomainNames.Normalize],
            Gen.Zip(Pieces.Text("abcdefgh0-äß", 1, 20), Gen.Elements("example", "test", "рф", "xn--p1ai", "co.uk"))
                .Select(pair => $"{pair.Item1}.{pair.Item2}"),
            [".", "xn--", "@", "-", "。", "ß", "\u200d"],
            text =>
            {
                if (DomainNames.Normalize(text) is not { } normal)
                    return "refused";
                Assert.Equal(normal, DomainNames.Normalize(normal)); // else a domain would not be found by what was stored
                Assert.All(
                    normal,
                    character =>
                        Assert.True(char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_')
                );
                Assert.InRange(normal.Length, 3, 253);
                return normal == text ? "normal" : "normalised";
            }
        ),
        FuzzTarget.OfText(
            "slug",
            [Slugs.Fault],
            Pieces.Text("abcxyz019-", 1, 65),
            ["-", "--", "xn--", "admin", "A"],
            text =>
            {
                if (Slugs.Fault(text) is { } fault)
                    return fault.Split('\'')[0];
                Assert.Equal(UriHostNameType.Dns, Uri.CheckHostName($"{text}.sso.example"));
                Assert.Equal(text, text.ToLowerInvariant());
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "languages",
            [Languages.For, PageLanguages.Wish],
            from count in Gen.Choose(0, 6)
            from tags in Gen.Elements("de", "fr", "pt-BR", "pt", "it", "en-GB", "de-CH-1996", "fr;q=0.5", "de;q=0", "*;q=0.1")
                .ArrayOf(count)
            from separator in Gen.Elements(", ", ",", " ")
            select string.Join(separator, tags),
            ["de", "pt-BR", "fr;q=0.5", ",", ";q=", "*", "en-GB-oed"],
            text =>
            {
                var http = new DefaultHttpContext();
                http.Request.Headers.AcceptLanguage = text;
                var asBrowser = Languages.For(http);
                PageLanguages.Wish(http, text);
                Assert.Contains(asBrowser, Languages.Available);
                Assert.Contains(Languages.For(http), Languages.Available);
                return $"{asBrowser} {Languages.For(http)}";
            }
        ),
    ];
}
