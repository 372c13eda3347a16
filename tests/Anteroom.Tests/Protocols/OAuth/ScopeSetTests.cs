using Anteroom.Protocols.OAuth;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.OAuth;

public sealed class ScopeSetTests
{
    [Theory]
    [InlineData("openid", "openid")]
    [InlineData("openid profile email", "openid profile email")]
    [InlineData("openid openid profile openid", "openid profile")]
    [InlineData(
        "https://graph.example/User.Read api://x/!#$%&'()*+,-./:;<=>?@[]^_`{|}~",
        "https://graph.example/User.Read api://x/!#$%&'()*+,-./:;<=>?@[]^_`{|}~"
    )]
    [InlineData("OpenID openid", "OpenID openid")] // case counts (RFC 6749 §3.3)
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Reads_words_between_single_spaces(string? scope, string items) => Assert.Equal(items, Parse(scope).ToString());

    [Theory] // RFC 6749 §3.3
    [InlineData(" ")]
    [InlineData(" openid")]
    [InlineData("openid ")]
    [InlineData("openid  profile")]
    [InlineData("openid\tprofile")]
    [InlineData("openid\nprofile")]
    [InlineData("openid \"x\"")]
    [InlineData("open\\id")]
    [InlineData("openid é")]
    [InlineData("openid \u007f")]
    [InlineData("openid\0")]
    public void Refuses_other_text(string scope) => Assert.Equal("invalid_scope", Refusal(scope));

    [Fact, Trait("Security", "SEC-102")]
    public void A_scope_has_at_most_1024_bytes_and_50_items()
    {
        Assert.Null(Refusal(new string('a', 1024)));
        Assert.Equal("invalid_scope", Refusal(new string('a', 1025)));
        Assert.Null(Refusal(string.Join(' ', Enumerable.Range(0, 50))));
        Assert.Equal("invalid_scope", Refusal(string.Join(' ', Enumerable.Range(0, 51))));
        Assert.Equal("invalid_scope", Refusal(string.Join(' ', Enumerable.Repeat("a", 51)))); // counted as sent
    }

    [Theory, Trait("Security", "SEC-102")] // RFC 6749 §6
    [InlineData("openid", "openid profile", true)]
    [InlineData("profile openid", "openid profile", true)]
    [InlineData("", "openid", true)]
    [InlineData("openid email", "openid profile", false)]
    [InlineData("OPENID", "openid", false)]
    [InlineData("open", "openid", false)]
    public void A_grant_may_shrink_and_not_widen(string asked, string granted, bool allowed)
    {
        Assert.Equal(allowed, Parse(asked).IsSubsetOf(Parse(granted)));
        Assert.Equal(allowed, Parse(asked).Intersect(Parse(granted)).Items.Count == Parse(asked).Items.Count);
    }

    [Fact]
    public void An_intersection_keeps_the_order_of_the_request() =>
        Assert.Equal("c a", Parse("c b a").Intersect(Parse("a c d")).ToString());

    [Fact]
    public void Whatever_is_read_is_written_the_same() =>
        Prop.ForAll(
                Gen.Elements("a", "B", " ", "openid", "\"", "é", ":").ArrayOf().ToArbitrary(),
                parts =>
                {
                    if (!ScopeSet.Parse(string.Concat(parts)).TryGet(out var set, out _))
                        return true;
                    return set.Items.All(set.Contains) && Parse(set.ToString()).Items.SequenceEqual(set.Items);
                }
            )
            .Holds();

    private static ScopeSet Parse(string? scope) =>
        ScopeSet.Parse(scope).TryGet(out var set, out var error) ? set : throw new InvalidOperationException(error.Description);

    private static string? Refusal(string scope) => ScopeSet.Parse(scope).TryGet(out _, out var error) ? null : error.Code;
}
