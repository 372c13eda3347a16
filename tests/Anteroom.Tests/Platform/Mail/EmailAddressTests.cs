using Anteroom.Server.Platform.Mail;

namespace Anteroom.Tests.Platform.Mail;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ada@example.com", "ada@example.com")]
    [InlineData("Ada.Lovelace+sso@Example.COM", "Ada.Lovelace+sso@example.com")]
    [InlineData("o'neil@bücher.example", "o'neil@xn--bcher-kva.example")]
    [InlineData("root@localhost", "root@localhost")]
    public void Reads_an_address(string text, string expected)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.Value);
    }

    [Theory] // CVE-2025-8419, CVE-2023-7028
    [InlineData("ada@example.com\r\nBcc: eve@evil.example")]
    [InlineData("ada@example.com\nRCPT TO:<eve@evil.example>")]
    [InlineData("ada@example.com ")]
    [InlineData("ada@example.com,eve@evil.example")]
    [InlineData("ada@example.com;eve@evil.example")]
    [InlineData("ada@example.com eve@evil.example")]
    [InlineData("Ada <ada@example.com>")]
    [InlineData("<ada@example.com>")]
    [InlineData("\"ada@evil.example,\"@example.com")]
    [InlineData("\"ada\"@example.com")]
    [InlineData("ada(comment)@example.com")]
    [InlineData("ada@example.com(comment)")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@@example.com")]
    [InlineData("ada@eve@example.com")]
    [InlineData("@example.com")]
    [InlineData("ada@")]
    [InlineData("ada")]
    [InlineData(".ada@example.com")]
    [InlineData("ada..l@example.com")]
    [InlineData("ad\u0000a@example.com")]
    [InlineData("аda@example.com")] // a Cyrillic letter: the local part stays ASCII
    [InlineData("ada@exa mple.com")]
    [InlineData("ada@example.com.")]
    [InlineData("")]
    [InlineData(null)]
    [Trait("Security", "SEC-306")]
    public void Refuses_whatever_is_not_one_address(string? text) => Assert.False(EmailAddress.TryParse(text, out _));

    [Fact]
    [Trait("Security", "SEC-306")]
    public void An_address_has_at_most_254_characters()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 3)) + ".example"; // 190
        Assert.True(EmailAddress.TryParse(new string('a', 63) + "@" + domain, out _)); // 254
        Assert.False(EmailAddress.TryParse(new string('a', 64) + "@" + domain, out _));
        Assert.False(EmailAddress.TryParse(new string('a', 65) + "@example.com", out _));
    }
}
