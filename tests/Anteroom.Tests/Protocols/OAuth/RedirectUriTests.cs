using Anteroom.Protocols.OAuth;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.OAuth;

[Trait("Security", "SEC-090")]
public sealed class RedirectUriTests
{
    [Theory]
    [InlineData("https://app.example/callback")]
    [InlineData("https://app.example")]
    [InlineData("https://app.example:8443/callback?tenant=a&x=%20b")]
    [InlineData("https://APP.example/Callback/")]
    [InlineData("https://[2001:db8::1]/cb")]
    [InlineData("https://app.example/@user")] // no user: it is in the path
    [InlineData("https://app.example?x=a@b:c")]
    [InlineData("http://localhost/cb")]
    [InlineData("http://localhost:5082/cb")]
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("http://127.0.0.1:5082")]
    [InlineData("http://[::1]:5082/cb?x=1")]
    public void Any_application_may_register(string text)
    {
        Assert.Null(Refusal(text, ApplicationType.Web));
        Assert.Null(Refusal(text, ApplicationType.Native));
    }

    [Theory] // RFC 8252 §7.1
    [InlineData("com.example.app:/oauth2redirect")]
    [InlineData("com.example.app://callback")]
    [InlineData("com.example.app-2:/cb?x=1")]
    [InlineData("com.example.app:/cb//a@b*")] // no host, so neither user nor wildcard in it
    [InlineData("com.example.app:///cb*")]
    public void A_native_application_may_register_a_scheme_of_its_own(string text)
    {
        Assert.Null(Refusal(text, ApplicationType.Native));
        Assert.Equal("scheme", Refusal(text, ApplicationType.Web));
    }

    [Theory]
    [InlineData(null, "not_absolute")]
    [InlineData("", "not_absolute")]
    [InlineData("/callback", "not_absolute")] // an absolute file address to the framework's parser on Unix
    [InlineData("callback", "not_absolute")]
    [InlineData("//app.example/cb", "not_absolute")]
    [InlineData("https:app.example/cb", "not_absolute")]
    [InlineData("https:/app.example/cb", "not_absolute")]
    [InlineData("http:app.example/cb", "not_absolute")]
    [InlineData("http:/app.example/cb", "not_absolute")]
    [InlineData("https:///user@cb", "not_absolute")]
    [InlineData("https://", "not_absolute")]
    [InlineData("https:///cb", "not_absolute")]
    [InlineData("https://:443/cb", "not_absolute")]
    [InlineData("https://app.example:99999/cb", "not_absolute")]
    [InlineData(":/cb", "not_absolute")]
    [InlineData("https://app.example/cb#", "fragment")]
    [InlineData("https://app.example/cb#x", "fragment")]
    [InlineData("https://user@app.example/cb", "user_info")]
    [InlineData("https://user:password@app.example/cb", "user_info")]
    [InlineData("https://@app.example/cb", "user_info")]
    [InlineData("https://app.example@evil.example/cb", "user_info")]
    [InlineData("com.example.app://user@host/cb", "user_info")]
    [InlineData("https://*.app.example/cb", "wildcard")]
    [InlineData("com.example.app://*/cb", "wildcard")]
    [InlineData("com.example.app://[/cb", "not_absolute")]
    [InlineData("http://app.example/cb", "not_https")]
    [InlineData("http://localhost.evil.example/cb", "not_https")]
    [InlineData("http://127.0.0.1.evil.example/cb", "not_https")]
    [InlineData("http://127.0.0.2/cb", "not_https")]
    [InlineData("http://127.1/cb", "not_https")] // the parser takes these for 127.0.0.1
    [InlineData("http://2130706433/cb", "not_https")]
    [InlineData("http://0x7f.0.0.1/cb", "not_https")]
    [InlineData("http://[::ffff:127.0.0.1]/cb", "not_https")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/cb", "not_https")]
    [InlineData("http://0.0.0.0/cb", "not_https")]
    [InlineData("http://LOCALHOST/cb", "not_https")]
    [InlineData("HTTPS://app.example/cb", "scheme")]
    [InlineData("javascript:alert(1)", "scheme")]
    [InlineData("javascript://app.example/%250aalert(1)", "scheme")]
    [InlineData("JavaScript:alert(1)", "scheme")]
    [InlineData("data:text/html,x", "scheme")]
    [InlineData("vbscript:x", "scheme")]
    [InlineData("file:///etc/passwd", "scheme")]
    [InlineData("ftp://app.example/cb", "scheme")]
    [InlineData("myapp://callback", "scheme")] // no dot: anybody's
    [InlineData("Com.Example.App:/cb", "scheme")]
    [InlineData("1com.example:/cb", "scheme")]
    [InlineData("com.example.app:", "not_absolute")]
    [InlineData("com.example.app:callback", "not_absolute")]
    [InlineData("urn:ietf:wg:oauth:2.0:oob", "scheme")]
    [InlineData("https://app.example/c b", "forbidden_character")]
    [InlineData(" https://app.example/cb", "forbidden_character")]
    [InlineData("https://app.example/cb\n", "forbidden_character")]
    [InlineData("https://app.example/\r\nSet-Cookie:x=1", "forbidden_character")]
    [InlineData("https://app.example/\0", "forbidden_character")]
    [InlineData("https://app.example/\u007f", "forbidden_character")]
    [InlineData("https://app.example\\@evil.example/", "forbidden_character")]
    [InlineData("https:\\\\app.example/", "forbidden_character")]
    [InlineData("https://app.example/<x>", "forbidden_character")]
    [InlineData("https://app.example/\"x\"", "forbidden_character")]
    [InlineData("https://app.example/é", "forbidden_character")]
    [InlineData("https://аpp.example/cb", "forbidden_character")] // the first letter is Cyrillic
    [InlineData("https://app.example/%0d%0ax", "forbidden_character")]
    [InlineData("https://app.example/%00", "forbidden_character")]
    [InlineData("https://app.example/%7F", "forbidden_character")]
    [InlineData("https://app.example/%C2%85", "forbidden_character")] // next line, C1
    [InlineData("https://app.example/%", "forbidden_character")]
    [InlineData("https://app.example/%2", "forbidden_character")]
    [InlineData("https://app.example/%zz", "forbidden_character")]
    public void Nobody_may_register(string? text, string code)
    {
        Assert.Equal(code, Refusal(text, ApplicationType.Native));
        Assert.NotNull(Refusal(text, ApplicationType.Web));
    }

    [Fact]
    public void An_address_has_at_most_2048_characters()
    {
        const string Start = "https://app.example/";
        Assert.Null(Refusal(Start + new string('a', 2048 - Start.Length), ApplicationType.Web));
        Assert.Equal("too_long", Refusal(Start + new string('a', 2049 - Start.Length), ApplicationType.Web));
    }

    [Theory] // RFC 9700 §4.1.3: simple string comparison
    [InlineData("https://app.example/callback")]
    [InlineData("https://app.example/callback/")]
    [InlineData("https://app.example/callback?")]
    [InlineData("https://app.example/callback?x=1&y=2")]
    [InlineData("https://app.example/callback?y=2&x=1")]
    [InlineData("https://app.example/callback?x=1#")]
    [InlineData("https://app.example/Callback?x=1")]
    [InlineData("https://APP.example/callback?x=1")]
    [InlineData("HTTPS://app.example/callback?x=1")]
    [InlineData("http://app.example/callback?x=1")]
    [InlineData("https://app.example:443/callback?x=1")]
    [InlineData("https://app.example:444/callback?x=1")]
    [InlineData("https://app.example/./callback?x=1")]
    [InlineData("https://app.example/a/../callback?x=1")]
    [InlineData("https://app.example//callback?x=1")]
    [InlineData("https://app.example/%63allback?x=1")]
    [InlineData("https://app.example/callback?x=%31")]
    [InlineData("https://app.example/callback?x=1 ")]
    [InlineData(" https://app.example/callback?x=1")]
    [InlineData("https://app.example/callback?x=1\0")]
    [InlineData("https://user@app.example/callback?x=1")]
    [InlineData("https://app.example.evil.example/callback?x=1")]
    [InlineData("https://evil.example/https://app.example/callback?x=1")]
    [InlineData("https://app.example%2f@evil.example/callback?x=1")]
    [InlineData("https://app.example/callback?x=1\u200b")]
    [InlineData("https://app.example/callback%3Fx=1")]
    [InlineData("")]
    [InlineData(null)]
    public void Only_the_registered_letters_match(string? requested)
    {
        foreach (var type in new[] { ApplicationType.Web, ApplicationType.Native })
        {
            var registered = Register("https://app.example/callback?x=1", type);
            Assert.True(registered.Matches("https://app.example/callback?x=1"));
            Assert.False(registered.Matches(requested));
        }
    }

    [Theory] // RFC 8252 §7.3
    [InlineData("http://127.0.0.1/cb?x=1", "http://127.0.0.1:49152/cb?x=1", true)]
    [InlineData("http://127.0.0.1:80/cb?x=1", "http://127.0.0.1/cb?x=1", true)]
    [InlineData("http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb", true)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:5000", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:49152/cb", true)]
    [InlineData("http://127.0.0.1/cb", "http://[::1]:49152/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb/", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/CB", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb?x=1", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152", false)]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1:49152/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:0/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:080/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:+80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1: 80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80\0/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80:80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:٨٠/cb", false)] // digits, but not ASCII
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example:80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://localhost:80/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.1:80/cb", false)]
    [InlineData("http://localhost/cb", "http://localhost:49152/cb", false)] // RFC 8252 §8.3: a name is not a literal
    [InlineData("https://app.example/cb", "https://app.example:8443/cb", false)]
    [InlineData("com.example.app:/cb", "com.example.app:80/cb", false)]
    public void A_native_application_chooses_its_loopback_port_and_nothing_more(string registered, string requested, bool matches)
    {
        Assert.Equal(matches, Register(registered, ApplicationType.Native).Matches(requested));
        if (Refusal(registered, ApplicationType.Web) is null)
            Assert.False(Register(registered, ApplicationType.Web).Matches(requested));
    }

    [Fact]
    public void Whatever_matches_a_web_address_is_that_address() =>
        Prop.ForAll(
                Gen.Elements(
                        "https://",
                        "http://",
                        "app.example",
                        "127.0.0.1",
                        "/",
                        "cb",
                        ":80",
                        "?",
                        "%",
                        "2f",
                        "@",
                        "#",
                        "\\",
                        "..",
                        "localhost",
                        "[::1]"
                    )
                    .ArrayOf()
                    .ToArbitrary(),
                parts =>
                {
                    var text = string.Concat(parts);
                    return !RedirectUri.Register(text, ApplicationType.Web).TryGet(out var registered, out _)
                        || (
                            registered.Value == text
                            && registered.Matches(text)
                            && !registered.Matches(text + "/")
                            && !registered.Matches(text + ":1")
                        );
                }
            )
            .Holds();

    private static RedirectUri Register(string text, ApplicationType type) =>
        RedirectUri.Register(text, type).TryGet(out var uri, out var error) ? uri : throw new InvalidOperationException(error.Reason);

    private static string? Refusal(string? text, ApplicationType type) =>
        RedirectUri.Register(text, type).TryGet(out _, out var error) ? null
        : error.Reason.Length > 0 ? error.Code
        : throw new InvalidOperationException("A refusal without a word.");
}
