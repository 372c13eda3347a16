using Anteroom.Entra.Outbound;

namespace Anteroom.Tests.Entra.Outbound;

[Trait("Security", "SEC-300")]
public sealed class OutboundAllowanceTests
{
    [Theory]
    [InlineData("https://idp.corp.example:8443")]
    [InlineData("https://idp.corp.example")]
    [InlineData("http://localhost:5081")]
    [InlineData("http://emulator.localhost:5081")]
    [InlineData("http://127.0.0.1:5081")]
    [InlineData("http://[::1]:5081")]
    public void An_origin_is_accepted(string entry) => Assert.True(OutboundAllowance.TryParse(entry, null, out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("idp.corp.example")]
    [InlineData("http://idp.corp.example:8080")] // plain http beyond loopback
    [InlineData("http://10.0.0.1")]
    [InlineData("http://localhost.corp.example:1")]
    [InlineData("https://idp.corp.example/path")]
    [InlineData("https://idp.corp.example?x")]
    [InlineData("https://idp.corp.example#x")]
    [InlineData("https://user@idp.corp.example")]
    [InlineData("ftp://idp.corp.example")]
    public void Anything_else_is_refused_with_a_sentence(string entry)
    {
        Assert.False(OutboundAllowance.TryParse(entry, null, out _, out var fault));
        Assert.EndsWith(".", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void A_broken_certificate_is_refused_rather_than_ignored(string pem) =>
        Assert.False(OutboundAllowance.TryParse("https://idp.corp.example", pem, out _, out _));
}
