using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class OAuthParametersTests
{
    [Fact]
    public void Values_are_found_by_their_names()
    {
        var read = Accepted(("client_id", "c"), ("state", "é 😀"), ("empty", ""));
        Assert.Equal("c", read["client_id"]);
        Assert.Equal("é 😀", read["state"]);
        Assert.Null(read["Client_Id"]);
        Assert.True(read.Require("client_id").TryGet(out var client, out _) && client == "c");
        Assert.Equal("invalid_request", read.Require("scope").TryGet(out _, out var missing) ? null : missing.Code);
    }

    [Fact] // RFC 6749 §3.1: sent without a value is not sent
    public void An_empty_value_is_not_sent()
    {
        var read = Accepted(("state", ""));
        Assert.Null(read["state"]);
        Assert.Empty(read.All("state"));
        Assert.False(read.Require("state").TryGet(out _, out _));
    }

    [Fact, Trait("Security", "SEC-015")]
    public void A_repeated_name_is_refused()
    {
        Assert.Equal("invalid_request", Refusal(("state", "a"), ("client_id", "c"), ("state", "b")));
        Assert.Equal("invalid_request", Refusal(("state", "a"), ("state", "a")));
        Assert.Equal("invalid_request", Refusal(("state", ""), ("state", "a"))); // an empty one counts
        Assert.Equal("invalid_request", Refusal(("state", "a"), ("state", "")));
        Assert.Equal("invalid_request", Refusal(("unknown", "a"), ("unknown", "b")));
        Assert.Null(Refusal(("state", "a"), ("State", "b")));
    }

    [Fact] // RFC 8707 §2
    public void Only_a_name_that_may_repeat_repeats()
    {
        var pairs = Pairs(("resource", "a"), ("resource", "b"), ("resource", ""));
        Assert.True(OAuthParameters.Read(pairs, "resource").TryGet(out var read, out _));
        Assert.Equal(["a", "b"], read.All("resource"));
        Assert.Equal("a", read["resource"]);
        Assert.Empty(read.All("audience"));
        Assert.False(OAuthParameters.Read(pairs, "audience").TryGet(out _, out _));
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\r\nb")]
    [InlineData("a\tb")]
    [InlineData("a\u001bb")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085")]
    public void Control_characters_are_refused(string text)
    {
        Assert.Equal("invalid_request", Refusal(("state", text)));
        Assert.Equal("invalid_request", Refusal((text, "a")));
    }

    [Fact] // Entra: "AADSTS50105: …\r\nTrace ID: …"
    public void An_upstream_error_description_may_have_lines()
    {
        Assert.Equal("a\r\nb", Accepted(("error_description", "a\r\nb"))["error_description"]);
        Assert.Equal("invalid_request", Refusal(("error_description", "a\0b")));
        Assert.Equal("invalid_request", Refusal(("error_description", "a\u001bb")));
    }

    [Fact, Trait("Security", "SEC-106")]
    public void Values_names_and_numbers_are_bounded()
    {
        Assert.Null(Refusal(("state", new string('a', 4096))));
        Assert.Equal("invalid_request", Refusal(("state", new string('a', 4097))));
        Assert.Equal("invalid_request", Refusal(("state", new string('é', 2049)))); // bytes, not characters
        Assert.Null(Refusal(("id_token", new string('a', 16384))));
        Assert.Equal("invalid_request", Refusal(("id_token", new string('a', 16385))));
        Assert.Null(Refusal((new string('n', 128), "a")));
        Assert.Equal("invalid_request", Refusal((new string('n', 129), "a")));
        Assert.Equal("invalid_request", Refusal(("", "a")));
        Assert.Null(Refusal([.. Enumerable.Range(0, 100).Select(i => ($"p{i}", "a"))]));
        Assert.Equal("invalid_request", Refusal([.. Enumerable.Range(0, 101).Select(i => ($"p{i}", "a"))]));
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(params (string Name, string Value)[] pairs) =>
        pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value));

    private static Result<OAuthParameters, OAuthError> Read(params (string Name, string Value)[] pairs) =>
        OAuthParameters.Read(Pairs(pairs));

    private static OAuthParameters Accepted(params (string Name, string Value)[] pairs) =>
        Read(pairs).TryGet(out var read, out var error) ? read : throw new InvalidOperationException(error.Description);

    private static string? Refusal(params (string Name, string Value)[] pairs) =>
        Read(pairs).TryGet(out _, out var error) ? null : error.Code;
}
