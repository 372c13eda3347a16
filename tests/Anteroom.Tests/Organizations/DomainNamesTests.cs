using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Organizations;

public sealed class DomainNamesTests
{
    [Theory]
    [InlineData("contoso.test", "contoso.test")]
    [InlineData(" Contoso.TEST. ", "contoso.test")]
    [InlineData("@contoso.test", "contoso.test")]
    [InlineData("contoso。test", "contoso.test")] // RFC 3490 §3.1: other full stops are dots
    [InlineData("contoso.test。", "contoso.test")] // also the last one
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("contoso。", null)] // one label
    [InlineData("contoso.", null)]
    [InlineData("contoso", null)]
    [InlineData("a..test", null)]
    [InlineData("a_b.test", null)]
    [InlineData("-a.test", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_domain_has_one_spelling(string? written, string? normal)
    {
        Assert.Equal(normal, DomainNames.Normalize(written));
        Assert.Equal(normal, DomainNames.Normalize(normal));
    }
}
