using Anteroom.Server.Credentials;

namespace Anteroom.Tests.Credentials;

public sealed class RecentProofTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-60, true)] // a node whose clock is a little behind
    [InlineData(-61, false)]
    [Trait("Security", "SEC-041")]
    public void Counts_for_five_minutes(int secondsAgo, bool counts) =>
        Assert.Equal(counts, RecentProof.Counts(Now - TimeSpan.FromSeconds(secondsAgo), Now));
}
