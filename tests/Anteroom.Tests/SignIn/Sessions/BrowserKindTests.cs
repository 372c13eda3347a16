using Anteroom.Server.SignIn.Sessions;

namespace Anteroom.Tests.SignIn.Sessions;

public sealed class BrowserKindTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0", "firefox windows")]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36",
        "chrome windows"
    )]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36 Edg/145.0.0.0",
        "edge windows"
    )]
    [InlineData(
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Safari/605.1.15",
        "safari macos"
    )]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1",
        "safari iphone"
    )]
    [InlineData(
        "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/145.0.0.0 Mobile/15E148 Safari/604.1",
        "chrome ipad"
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Mobile Safari/537.36",
        "chrome android"
    )]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36",
        "samsung android"
    )]
    [InlineData(
        "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36",
        "chrome chromeos"
    )]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0", "firefox linux")]
    [InlineData(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36 OPR/128.0.0.0",
        "opera linux"
    )]
    [InlineData("curl/8.14.1", "unknown unknown")]
    [InlineData("", "unknown unknown")]
    [InlineData(null, "unknown unknown")]
    public void Says_the_browser_and_its_system(string? userAgent, string expected) =>
        Assert.Equal(expected, BrowserKind.Of(userAgent).ToString());

    [Fact]
    public void Reads_back_what_it_wrote_and_nothing_else()
    {
        foreach (var browser in BrowserKind.Browsers.Append(BrowserKind.Unknown))
        foreach (var system in BrowserKind.Systems.Append(BrowserKind.Unknown))
            Assert.Equal(new BrowserKind(browser, system), BrowserKind.Parse($"{browser} {system}"));
        foreach (var other in (string?[])[null, "", "firefox", "firefox windows x", "<b> windows", "Firefox windows"])
            Assert.Null(BrowserKind.Parse(other));
    }

    [Fact]
    [Trait("Security", "SEC-365")]
    public void Reads_the_beginning_alone() =>
        Assert.Equal("unknown unknown", BrowserKind.Of(new string('x', 600) + " Firefox/149.0").ToString());
}
