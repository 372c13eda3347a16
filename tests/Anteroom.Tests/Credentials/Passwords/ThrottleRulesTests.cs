using Anteroom.Server.Credentials.Passwords;

namespace Anteroom.Tests.Credentials.Passwords;

/// <summary>How long who waits (SEC-214), as a table.</summary>
public sealed class ThrottleRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private static readonly ThrottleFacts Fresh = new(Failures.None, Failures.None, null, 1);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 4)]
    [InlineData(14, 512)]
    [InlineData(15, 900)]
    [InlineData(99, 900)]
    [InlineData(int.MaxValue, 900)]
    [Trait("Security", "SEC-214")]
    public void Doubles_the_delay_from_the_fifth_failure_on(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ThrottleRules.DelayAfter(failures));

    /// <summary>Failures and seconds since the last: of the account, from here, on the device (-1: not known); tries of the network; what follows.</summary>
    public static TheoryData<int, int, int, int, int, int, int, string> Table =>
        new()
        {
            { 0, 0, 0, 0, -1, 0, 1, "admit" },
            { 4, 0, 4, 0, -1, 0, 1, "admit" },
            { 5, 0, 5, 0, -1, 0, 1, "wait 1" },
            { 5, 1, 5, 1, -1, 0, 1, "admit" }, // at the end of the delay
            { 8, 3, 0, 0, -1, 0, 1, "wait 5" }, // strangers elsewhere delay whoever is not known
            { 0, 0, 8, 3, -1, 0, 1, "wait 5" }, // from here it was wrong, and right elsewhere since
            { 9, 10, 6, 0, -1, 0, 1, "wait 6" }, // the longer of the two
            { 99, 899, 0, 0, -1, 0, 1, "wait 1" },
            { 99, 900, 0, 0, -1, 0, 1, "admit" },
            { 100, 100_000, 0, 0, -1, 0, 1, "stop" }, // no time lifts it
            { 100, 0, 100, 0, 0, 0, 1, "admit" }, // nobody is locked out of a browser that is known
            { 100, 0, 100, 0, 5, 0, 51, "wait 1" }, // whose own failures count
            { 100, 0, 100, 0, 100, 0, 1, "stop" }, // up to an end
            { 0, 0, 0, 0, 100, 100_000, 1, "admit" },
            { 0, 0, 0, 0, -1, 0, 50, "admit" },
            { 0, 0, 0, 0, -1, 0, 51, "network" },
            { 0, 0, 0, 0, 0, 0, 51, "admit" },
        };

    [Theory]
    [MemberData(nameof(Table))]
    [Trait("Security", "SEC-214")]
    public void Decides(int account, int ago, int here, int hereAgo, int device, int deviceAgo, int network, string expected)
    {
        var facts = new ThrottleFacts(Of(account, ago), Of(here, hereAgo), device < 0 ? null : Of(device, deviceAgo), network);
        Assert.Equal(expected, Spell(ThrottleRules.Decide(facts, Now)));
    }

    [Fact] // SEC-342
    [Trait("Security", "SEC-214")]
    public void A_clock_that_stepped_back_makes_nobody_wait_longer_than_the_delay()
    {
        var facts = Fresh with { Account = new(7, Now.AddHours(3)) };
        Assert.Equal("wait 4", Spell(ThrottleRules.Decide(facts, Now)));
    }

    private static Failures Of(int count, int secondsAgo) => count == 0 ? Failures.None : new(count, Now.AddSeconds(-secondsAgo));

    private static string Spell(ThrottleDecision decision) =>
        decision switch
        {
            ThrottleDecision.Admit => "admit",
            ThrottleDecision.Wait wait => $"wait {wait.For.TotalSeconds}",
            ThrottleDecision.Stop => "stop",
            _ => "network",
        };
}
