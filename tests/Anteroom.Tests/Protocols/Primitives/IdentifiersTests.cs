using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.Primitives;

public sealed class IdentifiersTests
{
    private static readonly Guid Known = Guid.Parse("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5");

    [Fact]
    public void A_uuid_survives_the_round_trip()
    {
        var text = Identifiers.Format("org", Known);
        Assert.Equal(30, text.Length);
        Assert.True(Identifiers.TryParse("org", text, out var parsed));
        Assert.Equal(Known, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("org_")]
    [InlineData("usr_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("org_aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("org_aaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("org_AAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("org_aaaaaaaaaaaaa1aaaaaaaaaaaa")]
    [InlineData("org_iaaaaaaaaaaaaaaaaaaaaaaaaa")] // more than 128 bits: a second spelling of another UUID
    public void Anything_else_is_refused(string? text) => Assert.False(Identifiers.TryParse("org", text, out _));
}
