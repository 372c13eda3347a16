using Anteroom.Protocols.OAuth;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class ResponseUrlTests
{
    private static readonly KeyValuePair<string, string?>[] Response =
    [
        new("code", "a b&c=d#e+f/é%"),
        new("nothing", null),
        new("state", ""),
    ];

    [Theory] // RFC 6749 §3.1.2, §4.1.2
    [InlineData("https://app.example/cb", "https://app.example/cb?")]
    [InlineData("https://app.example", "https://app.example?")]
    [InlineData("https://app.example/cb?", "https://app.example/cb?")]
    [InlineData("https://app.example/cb?x=%20a", "https://app.example/cb?x=%20a&")]
    [InlineData("https://app.example/cb?x=1&", "https://app.example/cb?x=1&")]
    [InlineData("com.example.app:/cb", "com.example.app:/cb?")]
    public void A_query_that_is_there_stays_as_it_is(string address, string start) =>
        Assert.Equal(start + "code=a%20b%26c%3Dd%23e%2Bf%2F%C3%A9%25&state=", ResponseUrl.Build(address, ResponseMode.Query, Response));

    [Theory]
    [InlineData("https://app.example/cb")]
    [InlineData("https://app.example/cb?x=1")]
    public void A_fragment_follows_the_address(string address) =>
        Assert.Equal(
            address + "#code=a%20b%26c%3Dd%23e%2Bf%2F%C3%A9%25&state=",
            ResponseUrl.Build(address, ResponseMode.Fragment, Response)
        );

    [Fact]
    public void Nothing_to_add_changes_nothing() =>
        Assert.Equal("https://app.example/cb?x=1", ResponseUrl.Build("https://app.example/cb?x=1", ResponseMode.Query, []));

    [Fact]
    public void A_form_is_no_address_and_an_address_has_no_fragment()
    {
        Assert.Throws<ArgumentException>(() => ResponseUrl.Build("https://app.example/cb", ResponseMode.FormPost, Response));
        Assert.Throws<ArgumentException>(() => ResponseUrl.Build("https://app.example/cb#x", ResponseMode.Query, Response));
    }

    [Theory]
    [InlineData("query")]
    [InlineData("fragment")]
    [InlineData("form_post")]
    public void The_modes_are_known_by_their_names(string name)
    {
        Assert.True(ResponseMode.TryParse(name, out var mode));
        Assert.Equal(name, mode.Name);
    }

    [Theory]
    [InlineData("Query")]
    [InlineData("query.jwt")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_modes_are_refused(string? name) => Assert.False(ResponseMode.TryParse(name, out _));
}
