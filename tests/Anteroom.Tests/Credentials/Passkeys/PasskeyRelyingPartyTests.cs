using Anteroom.Server.Credentials.Passkeys;

namespace Anteroom.Tests.Credentials.Passkeys;

public sealed class PasskeyRelyingPartyTests
{
    [Theory]
    [InlineData("http://localhost:5080", "localhost", "http://localhost:5080")]
    [InlineData("https://ID.example", "id.example", "https://id.example")]
    [InlineData("https://id.example:443", "id.example", "https://id.example")]
    [InlineData("https://contoso.people.example:8443", "contoso.people.example", "https://contoso.people.example:8443")]
    [InlineData("https://bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example")]
    [Trait("Security", "SEC-220")]
    public void Is_the_whole_host_and_nothing_above_it(string address, string id, string origin) =>
        Assert.Equal(new PasskeyRelyingParty(id, origin), PasskeyRelyingParty.At(address));

    [Theory]
    [InlineData("http://127.0.0.1:5080")]
    [InlineData("http://[::1]:5080")]
    public void Is_none_at_an_address_of_numbers(string address) => Assert.Null(PasskeyRelyingParty.At(address));
}
