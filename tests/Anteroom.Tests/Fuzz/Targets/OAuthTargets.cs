using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Tests.Fuzz.Targets;

internal static partial class OAuthTargets
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // RFC 7636 appendix B
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private static readonly CodeChallenge Challenge = CodeVerifier.TryParse(Verifier, out var known)
        ? known.Challenge
        : throw new InvalidOperationException("The published verifier is one.");

    private static readonly RedirectUri[] Registered =
    [
        Register("https://app.example/callback?x=1", ApplicationType.Web),
        Register("http://127.0.0.1/cb", ApplicationType.Native),
        Register("http://[::1]:5082/cb?x", ApplicationType.Native),
        Register("com.example.app:/cb", ApplicationType.Native),
    ];

    private static readonly Gen<string> Address =
        from scheme in Gen.Elements("https://", "http://", "com.example.app:/", "com.example.app://", "https:/", "javascript:", "HTTPS://")
        from host in Gen.Elements(
            "app.example",
            "127.0.0.1",
            "[::1]",
            "localhost",
            "127.1",
            "*.app.example",
            "u@app.example",
            "xn--pp-7ka.example",
            ""
        )
        from port in Gen.Elements("", ":443", ":0", ":65536", ":5082", ":")
        from path in Gen.Elements("", "/", "/callback", "/cb", "/a/../cb", "/%63b", "//cb", "/\\cb")
        from query in Gen.Elements("", "?", "?x=1", "?x", "?x=%20", "#f")
        select scheme + host + port + path + query;

    private static string ReadCode(string text)
    {
        if (!UserCode.TryParse(text, out var code))
            return "refused";
        Assert.True(UserCode.TryParse(code.ToString(), out var shown));
        Assert.Equal(code, shown);
        return "read";
    }

    private static readonly string[] MetadataNames =
    [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "end_session_endpoint",
        "device_authorization_endpoint",
        "response_types_supported",
        "code_challenge_methods_supported",
        "authorization_response_iss_parameter_supported",
    ];

    private static readonly Gen<string> TypedCode =
        from letters in Gen.Elements("BCDFGHJKLMNPQRSTVWXZbcdxz".ToCharArray()).ArrayOf(8)
        from place in Gen.Choose(0, 8)
        from separator in Gen.Elements("", "-", " ", "\u2013", "\u00a0")
        select new string(letters).Insert(place, separator);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText("user-code", [UserCode.TryParse], TypedCode, ["-", "A", "0", "b", "\u212a", " "], ReadCode),
        FuzzTarget.OfText(
            "redirect-uri",
            [RedirectUri.Register],
            Address,
            ["https://", "@", ":80", "[::1]", "%2f", "localhost", "evil.example"],
            ReadAddress
        ),
        FuzzTarget.OfText(
            "redirect-uri-match",
            [RedirectUri.Register],
            Gen.OneOf(
                Gen.Elements(Registered).Select(uri => uri.Value),
                Gen.Choose(0, 70_000).Select(port => $"http://127.0.0.1:{port}/cb")
            ),
            [":80", "@", "/", "?", "%63", "..", "127.0.0.1", "evil.example"],
            Match
        ),
        FuzzTarget.OfText(
            "code-challenge",
            [CodeChallenge.Parse],
            Gen.Zip(Pieces.Base64UrlOf(32), Gen.Elements("S256", "plain", "s256", "")).Select(pair => $"{pair.Item1} {pair.Item2}"),
            ["S256", "plain", " "],
            text =>
            {
                var (challenge, method) = Halves(text, ' ');
                if (!CodeChallenge.Parse(challenge, method).TryGet(out var read, out var refused))
                    return refused.Description;
                Assert.Equal("S256", method);
                Assert.Equal(challenge, read.Value);
                Assert.False(read.IsAnsweredBy(challenge)); // that would be "plain"
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "code-verifier",
            [CodeVerifier.TryParse],
            Pieces.Text(Unreserved, 40, 130),
            [Verifier, "~", "="],
            text =>
            {
                if (!CodeVerifier.TryParse(text, out var verifier))
                {
                    Assert.False(Challenge.IsAnsweredBy(text));
                    return $"refused {text.Length is >= 43 and <= 128}";
                }
                Assert.InRange(text.Length, CodeVerifier.MinLength, CodeVerifier.MaxLength);
                Assert.All(text, character => Assert.Contains(character, Unreserved));
                Assert.True(verifier.Challenge.IsAnsweredBy(text));
                Assert.False(verifier.Challenge.IsAnsweredBy(text[..^1] + (text[^1] == 'a' ? 'b' : 'a')));
                Assert.DoesNotContain(text, verifier.ToString(), StringComparison.Ordinal);
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "scope",
            [ScopeSet.Parse],
            Pieces.Word.ArrayOf(4).Select(words => string.Join(' ', words)),
            ["openid", " ", "  ", "\"", "offline_access"],
            text =>
            {
                if (!ScopeSet.Parse(text).TryGet(out var set, out var refused))
                    return refused.Description;
                Assert.True(set.Items.Count <= ScopeSet.MaxItems);
                Assert.Equal(set.Items.Distinct(StringComparer.Ordinal), set.Items);
                Assert.All(set.Items, item => Assert.Matches(ScopeToken(), item));
                Assert.True(ScopeSet.Parse(set.ToString()).TryGet(out var again, out _));
                Assert.Equal(set.Items, again.Items);
                Assert.True(set.IsSubsetOf(again) && set.Intersect(again).Items.Count == set.Items.Count);
                return set.Items.Count.ToString(CultureInfo.InvariantCulture);
            }
        ),
        FuzzTarget.OfText(
            "basic-credentials",
            [BasicCredentials.Parse],
            Gen.OneOf(
                Gen.Zip(Pieces.Text(Unreserved + " %+:/", 1, 20), Pieces.Text(Unreserved + "%:&", 1, 40))
                    .Select(pair => new BasicCredentials(pair.Item1, new Secret(pair.Item2)).ToHeader()),
                Pieces.Text(Unreserved + ":%+", 0, 30).Select(pair => "Basic " + Convert.ToBase64String(Pieces.Utf8(pair)))
            ),
            ["Basic ", "basic ", "Bearer ", "Og==", "JTAw"],
            text =>
            {
                if (!BasicCredentials.Parse(text).TryGet(out var read, out var refused))
                {
                    Assert.Equal("invalid_client", refused.Code);
                    return $"refused {text.Length > BasicCredentials.MaxLength}";
                }
                Assert.All(read.ClientId + read.ClientSecret.Reveal(), character => Assert.InRange(character, ' ', '~'));
                Assert.True(
                    BasicCredentials.Parse(read.ToHeader()).TryGet(out var again, out _)
                        || read.ToHeader().Length > BasicCredentials.MaxLength
                );
                Assert.True(again is null || (again.ClientId == read.ClientId && again.ClientSecret.Matches(read.ClientSecret)));
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "oauth-parameters",
            [OAuthParameters.Read],
            Pieces.Form(
                ("client_id", Pieces.Word),
                ("state", Pieces.Word),
                ("code", Pieces.Base64UrlOf(32)),
                ("resource", Address),
                ("resource", Address)
            ),
            ["&state=", "&resource=https://a", "&=", "=&", "&code=", "&error_description=a%0d%0ab"],
            ReadParameters
        ),
        FuzzTarget.OfText(
            "response-mode",
            [ResponseMode.TryParse],
            Gen.Elements("query", "fragment", "form_post", "query.jwt"),
            ["query", "fragment", "form_post", "\n"],
            text =>
            {
                if (!ResponseMode.TryParse(text, out var mode))
                    return "refused";
                Assert.Equal(text, mode.Name);
                return text;
            }
        ),
        FuzzTarget.OfText(
            "response-url",
            [ResponseUrl.Build],
            Pieces.Text(Unreserved + " %+&=#?/\\\"<>", 0, 60),
            ["&code=stolen", "#", "?", "=", "\r\nSet-Cookie: a=b"],
            Answer
        ),
        new FuzzTarget(
            "provider-metadata",
            [ProviderMetadata.Parse],
            from issuer in Address
            from authorize in Address
            from jwks in Address
            from more in Gen.Zip(
                    Gen.Elements(MetadataNames),
                    Gen.OneOf(Address.Select(text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\""), Pieces.Json(2))
                )
                .ArrayOf(2)
            select Pieces.Utf8(
                $"{{\"issuer\":\"{issuer}\",\"authorization_endpoint\":\"{authorize}\",\"jwks_uri\":\"{jwks}\"{string.Concat(more.Select(member => $",\"{member.Item1}\":{member.Item2}"))}}}"
            ),
            [.. MetadataNames.Select(name => $"\"{name}\":"), "\"https://idp.example/x\"", "\"file:///etc/passwd\"", "{tenantid}"],
            ReadMetadata
        ),
    ];

    private static string ReadAddress(string text)
    {
        var outcome = "";
        foreach (var type in (ApplicationType[])[ApplicationType.Web, ApplicationType.Native])
        {
            if (!RedirectUri.Register(text, type).TryGet(out var uri, out var refused))
            {
                outcome += refused.Code + ' ';
                continue;
            }
            Assert.Equal(text, uri.Value);
            Assert.True(uri.Matches(text));
            Assert.False(uri.Matches(text + "x"));
            Assert.All(text, character => Assert.InRange(character, '!', '~'));
            Assert.DoesNotContain('#', text);
            var parsed = new Uri(text, UriKind.Absolute);
            Assert.Empty(parsed.UserInfo);
            Assert.DoesNotContain('*', parsed.Host);
            // SEC-090: https, or http to this machine alone; other schemes are a native application's own and have a dot.
            Assert.True(
                parsed.Scheme == "https"
                    || (parsed.Scheme == "http" && parsed.IsLoopback)
                    || (type == ApplicationType.Native && parsed.Scheme.Contains('.', StringComparison.Ordinal))
            );
            outcome += parsed.Scheme + ' ';
        }
        return outcome;
    }

    private static string Match(string text)
    {
        var matched = Registered.Where(uri => uri.Matches(text)).ToList();
        if (matched.Count == 0)
            return "no match";
        var uri = Assert.Single(matched);
        if (text == uri.Value)
            return uri.Value;
        // RFC 8252 §7.3: only the port of a native application's loopback literal may differ.
        var (registered, requested) = (new Uri(uri.Value), new Uri(text));
        Assert.Equal(ApplicationType.Native, uri.ApplicationType);
        Assert.True(registered.IsLoopback && requested.IsLoopback && requested.UserInfo.Length == 0);
        Assert.Equal(registered.Host, requested.Host);
        Assert.Equal(registered.PathAndQuery, requested.PathAndQuery);
        return $"{uri.Value} with another port";
    }

    private static string ReadParameters(string text)
    {
        var pairs = text.Split('&')
            .Select(pair => pair.Split('=', 2))
            .Select(pair => KeyValuePair.Create(Decoded(pair[0]), pair.Length > 1 ? Decoded(pair[1]) : ""))
            .ToList();
        if (!OAuthParameters.Read(pairs, "resource").TryGet(out var read, out var refused))
        {
            Assert.Equal("invalid_request", refused.Code);
            return refused.Description.Split(' ')[^2];
        }
        Assert.True(pairs.Count <= OAuthParameters.MaxCount);
        foreach (var group in pairs.GroupBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Assert.True(group.Key == "resource" || group.Count() == 1);
            var values = group.Select(pair => pair.Value).Where(value => value.Length > 0).ToList();
            Assert.Equal(values, read.All(group.Key));
            Assert.Equal(values.FirstOrDefault(), read[group.Key]);
            Assert.Equal(values.Count > 0, read.Require(group.Key).TryGet(out _, out _));
        }
        return $"{pairs.Count} parameters";

        static string Decoded(string part) => Uri.UnescapeDataString(part);
    }

    /// <summary>Whatever stands in a value, the application reads that value back, and nothing else has come in.</summary>
    private static string Answer(string text)
    {
        text = text[..Math.Min(text.Length, 65_536)]; // no request brings a longer one
        foreach (var uri in Registered)
        foreach (var mode in (ResponseMode[])[ResponseMode.Query, ResponseMode.Fragment])
        {
            var url = ResponseUrl.Build(uri.Value, mode, [new("state", text), new("iss", null), new("code", "c")]);
            Assert.StartsWith(uri.Value, url, StringComparison.Ordinal);
            Assert.Equal(-1, url.AsSpan().IndexOfAnyExceptInRange('!', '~'));
            var carried =
                mode == ResponseMode.Fragment
                    ? url[(url.IndexOf('#', StringComparison.Ordinal) + 1)..]
                    : url[(url.IndexOf('?', StringComparison.Ordinal) + 1)..];
            var read = QueryHelpers.ParseQuery(carried);
            Assert.Equal("c", Assert.Single(read["code"]));
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), Assert.Single(read["state"]));
            Assert.False(read.ContainsKey("iss"));
        }
        return text.Length == 0 ? "empty"
            : text.All(Unreserved.Contains) ? "carried"
            : "escaped";
    }

    private static string ReadMetadata(byte[] utf8)
    {
        if (!ProviderMetadata.Parse(utf8).TryGet(out var metadata, out var refused))
            return refused.Code + refused.Reason;
        Assert.NotEmpty(metadata.Issuer);
        Assert.All(
            metadata.Addresses,
            address => Assert.True(address is { IsAbsoluteUri: true, Scheme: "https" or "http", UserInfo: "", Fragment: "" })
        );
        return $"{metadata.Addresses.Count()} addresses";
    }

    private static (string? First, string? Second) Halves(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);
    }

    private static RedirectUri Register(string text, ApplicationType type) =>
        RedirectUri.Register(text, type).TryGet(out var uri, out var refused)
            ? uri
            : throw new ArgumentException(refused.Reason, nameof(text));

    [GeneratedRegex("^[!#-\\[\\]-~]+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ScopeToken();
}
