using Anteroom.Protocols.Primitives;

namespace Anteroom.Tests.Protocols.Primitives;

public sealed class IdentifiersTests
{
    [Theory]
    [InlineData("0192f0c1-2a3b-7c4d-8e5f-60718293a4b5", "org_")]
    [InlineData("00000000-0000-0000-0000-000000000000", "org_aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("20000000-0000-0000-0000-000000000000", "org_baaaaaaaaaaaaaaaaaaaaaaaaa")] // the first character holds three bits
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", "org_h7777777777777777777777777")]
    public void A_uuid_survives_the_round_trip(string uuid, string start)
    {
        var text = Identifiers.Format("org", Guid.Parse(uuid));
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Equal(30, text.Length);
        Assert.True(Identifiers.TryParse("org", text, out var parsed));
        Assert.Equal(Guid.Parse(uuid), parsed);
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
    [InlineData("org_1aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("org-aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("org_iaaaaaaaaaaaaaaaaaaaaaaaaa")] // more than 128 bits: a second spelling of another UUID
    public void Anything_else_is_refused(string? text) => Assert.False(Identifiers.TryParse("org", text, out _));
}
