using Anteroom.Protocols.Jose;
using Anteroom.Server.Keys.Signing;

namespace Anteroom.Tests.Keys.Signing;

public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private sealed record Key(
        string Kid,
        DateTimeOffset CreatedAt,
        DateTimeOffset ActiveFrom,
        DateTimeOffset? RetiredAt = null,
        DateTimeOffset? ExpiresAt = null
    ) : IScheduledKey
    {
        public SignatureAlgorithm Algorithm => SignatureAlgorithm.ES256;
    }

    [Fact]
    public void Without_a_key_one_is_due_at_once() => Assert.Equal(Now, KeySchedule.SuccessorFrom([], SignatureAlgorithm.ES256, Now));

    [Fact]
    public void A_key_of_one_algorithm_does_not_stand_in_for_another() =>
        Assert.Equal(Now, KeySchedule.SuccessorFrom([new Key("a", Now, Now)], SignatureAlgorithm.RS256, Now));

    [Theory] // SEC-110: ninety days, announced two days before
    [InlineData(87.9, false)]
    [InlineData(88, true)]
    [Trait("Security", "SEC-110")]
    public void A_successor_is_made_two_days_before_the_term_ends(double days, bool due)
    {
        var began = Now - TimeSpan.FromDays(days);
        var from = KeySchedule.SuccessorFrom([new Key("a", began, began)], SignatureAlgorithm.ES256, Now);
        Assert.Equal(due ? began + TimeSpan.FromDays(90) : null, from);
    }

    [Fact]
    [Trait("Security", "SEC-110")]
    public void A_late_successor_still_gives_a_days_notice()
    {
        var began = Now - TimeSpan.FromDays(400);
        var from = KeySchedule.SuccessorFrom([new Key("a", began, began)], SignatureAlgorithm.ES256, Now);
        Assert.True(from >= Now + TimeSpan.FromHours(24));
    }

    [Fact]
    [Trait("Security", "SEC-110")]
    public void A_successor_signs_from_its_hour_and_shows_before()
    {
        var old = new Key("old", Now.AddDays(-90), Now.AddDays(-90), Now, Now + KeySchedule.Afterlife);
        var young = new Key("young", Now.AddDays(-2), Now);
        Key[] keys = [old, young];
        Assert.Equal(old, KeySchedule.Current(keys, SignatureAlgorithm.ES256, Now.AddTicks(-1)));
        Assert.Equal(young, KeySchedule.Current(keys, SignatureAlgorithm.ES256, Now));
        Assert.True(KeySchedule.IsPublished(young, Now.AddDays(-2)));
        Assert.False(KeySchedule.IsPublished(young, Now.AddDays(-3)));
        Assert.True(KeySchedule.IsPublished(old, Now));
        Assert.False(KeySchedule.IsPublished(old, Now + KeySchedule.Afterlife));
    }
}
