using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Account.Access;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Console.Frame;
using Anteroom.Server.Console.Integrations;
using Anteroom.Server.Console.Trail;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What stands in addresses of our own pages, and what people paste into their forms.</summary>
internal static class AddressTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "return-path",
            [ReturnPath.Of, (Func<string?, string>)PagePath.Of],
            Gen.Elements("/console", "/console/contoso/users?search=a", "passkeys/add", "/consolex", "//evil.example", "/console/../x"),
            ["/", "//", "\\", "/console", "https://evil.example", "?", "#", "..", "\n"],
            text =>
            {
                var console = ReturnPath.Of(text);
                var page = PagePath.Of(text);
                // SEC-012: wherever a browser goes by it, it stays here.
                var here = new Uri("https://sso.example");
                Assert.Equal(here.Authority, new Uri(here, console).Authority);
                Assert.StartsWith("/console", console, StringComparison.Ordinal);
                Assert.StartsWith(
                    "/account/contoso",
                    new Uri(here, PagePath.Address("contoso", page)).AbsolutePath,
                    StringComparison.Ordinal
                );
                return $"{console == text} {page == text}";
            }
        ),
        FuzzTarget.OfText(
            "console-query",
            [AuditQuery.Of, PageQuery.Of, ColumnChoice.Of],
            Pieces.Form(
                ("action", Gen.Elements("user.created", "")),
                ("from", Gen.Elements("2026-01-31", "9999-12-31", "0001-01-01", "31.1.2026")),
                ("until", Gen.Elements("2026-01-31", "9999-12-31", "0001-01-01")),
                ("user", Pieces.Uuid.Select(id => new UserId(id).ToString())),
                ("after", Pieces.Base64UrlOf(20)),
                ("columns", Pieces.Word)
            ),
            ["&from=", "&until=", "9999-12-31", "&after=", "&columns=", "&user=usr_", "%00", "%ff"],
            ReadQuery
        ),
        FuzzTarget.OfText(
            "search",
            [SearchText.Of, UserSearch.Place.Of],
            from word in Pieces.Word
            from id in Pieces.Uuid
            from column in Gen.Choose(0, 4)
            select $"{column} {id:N} {word}",
            ["%", "_", "\\", "ß", "0 ", "3 ", "4 ", "\0", "İ"],
            text =>
            {
                var search = SearchText.Of(text);
                Assert.True(search.IsEmpty || string.CompareOrdinal(search.Folded, search.PrefixEnd) < 0);
                var everybody = SearchText.Of("");
                var place = UserSearch.Place.Of(text, everybody);
                Assert.InRange(place.Column, 0, 3);
                Assert.Equal(place, UserSearch.Place.Of(place.Key, everybody)); // the next page begins where this one says
                return $"{search.IsEmpty} {place == UserSearch.Place.Before(everybody)}";
            }
        ),
        FuzzTarget.OfText(
            "pasted-id",
            [PastedId.Clean],
            Pieces.Uuid.Select(id => $" {id:B} "),
            ["{", "}", "-", " ", "\u00a0", "00000000-0000-0000-0000-000000000000", "x"],
            text =>
            {
                if (PastedId.Clean(text) is not { } id)
                    return "refused";
                Assert.True(Guid.TryParseExact(id, "D", out var read) && read != Guid.Empty && read.ToString() == id);
                Assert.Equal(id, PastedId.Clean(id));
                return "read";
            }
        ),
    ];

    private static string ReadQuery(string text)
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?" + Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))); // half a pair cannot come by HTTP
        var audit = AuditQuery.Of(http);
        Assert.True(audit.Filter.Action is null or { Length: > 0 and <= 100 });
        Assert.True(audit.Filter.User is null || UserId.TryParse(audit.UserText, out _));
        var page = PageQuery.Of(http);
        Assert.True(page.After is null or { Length: > 0 and <= 1024 });
        Assert.InRange(ColumnChoice.Of(http).Keys.Count, 0, 50);
        // The address of the next page says the same besides.
        var next = PageQuery.AddressWith(http, "after", Base64Url.Encode(Encoding.UTF8.GetBytes("next")));
        Assert.StartsWith("?", next, StringComparison.Ordinal);
        http.Request.QueryString = new QueryString(next);
        Assert.Equal(audit, AuditQuery.Of(http));
        Assert.Equal("next", PageQuery.Of(http).After);
        return $"{audit.Filter.Action is not null} {audit.FromText.Length} {audit.UntilText.Length} {audit.UserText.Length > 0} {page.After is not null}";
    }
}
