using System.Globalization;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Api;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What programs send to the management API besides their key.</summary>
internal static class ApiTargets
{
    private static readonly string[] Members =
    [
        "slug",
        "name",
        "companyCode",
        "domains",
        "ownHost",
        "status",
        "displayName",
        "email",
        "role",
        "attributes",
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "paging",
            [Paging.From],
            Pieces.Form(
                ("limit", Gen.Choose(-1, 201).Select(limit => limit.ToString(CultureInfo.InvariantCulture))),
                ("after", Gen.Choose(0, 40).SelectMany(Pieces.Base64UrlOf))
            ),
            ["&limit=", "&after=", "limit=200", "+5", "%20"],
            text =>
            {
                var http = new DefaultHttpContext();
                http.Request.QueryString = new QueryString("?" + text);
                if (Paging.From(http) is not { } paging)
                    return "refused";
                Assert.InRange(paging.Limit, 1, Paging.Most);
                // The next page begins where this one says, for any key that a row can have.
                var page = paging.Page<string, string>([.. Enumerable.Repeat(text, paging.Limit + 1)], row => row, row => row);
                Assert.Equal(paging.Limit, page.Items.Count);
                Assert.True(Base64Url.TryDecode(page.Next, out _));
                return $"{paging.After is not null} {paging.Limit == 50}";
            }
        ),
        FuzzTarget.OfText(
            "if-match",
            [ApiRequest.TryGetIfMatch],
            Gen.OneOf(Gen.Choose(0, int.MaxValue).Select(version => $"\"{version}\""), Gen.Elements("*", "W/\"1\"", "\"1\", \"2\"", "")),
            ["\"", "*", "W/", "+", " ", "\"007\"", "9223372036854775807"],
            text =>
            {
                var http = new DefaultHttpContext();
                http.Request.Headers.IfMatch = text;
                if (!http.TryGetIfMatch(out var version, out var problem))
                {
                    Assert.NotNull(problem);
                    return $"refused {text.Length == 0}";
                }
                // An entity tag is compared letter by letter (RFC 9110 §8.8.3.2).
                Assert.Equal(text, version is { } number ? string.Create(CultureInfo.InvariantCulture, $"\"{number}\"") : "*");
                return version is null ? "any" : "read";
            }
        ),
        new FuzzTarget(
            "api-body",
            [ApiBody.ReadAsync<CreateUserBody>],
            Pieces.Object(Gen.Elements(Members), 2).Select(Pieces.Utf8),
            [
                .. Members.Select(member => $"\"{member}\":"),
                "null",
                "{\"slug\":\"a\",\"name\":\"b\"}",
                "{\"slug\":1}",
                "\"domains\":[null]",
                "\"\\ud800\"",
            ],
            bytes =>
                $"{Read<CreateOrganizationBody>(bytes)} {Read<PatchOrganizationBody>(bytes)} {Read<CreateUserBody>(bytes)} {Read<PatchUserBody>(bytes)}"
        ),
    ];

    private static string Read<T>(byte[] bytes)
        where T : class
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = "application/json";
        http.Request.Body = new MemoryStream(bytes);
        var read = ApiBody.ReadAsync<T>(http, default).GetAwaiter().GetResult().TryGet(http, out var body, out var problem);
        Assert.Equal(read, body is not null);
        Assert.Equal(!read, problem is not null);
        Assert.True(!read || bytes.Length <= 64 * 1024);
        if (body is CreateOrganizationBody { Domains: { } domains })
            Assert.All(domains, Assert.NotNull);
        return read ? "read" : "refused";
    }
}
