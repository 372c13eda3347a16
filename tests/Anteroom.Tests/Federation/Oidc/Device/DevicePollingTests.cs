using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation;
using Anteroom.Server.Federation.Oidc.Device;
using Anteroom.Server.Federation.Oidc.Token;

namespace Anteroom.Tests.Federation.Oidc.Device;

/// <summary>What a device is told, from what is known of its request: no database, no clock.</summary>
public sealed class DevicePollingTests
{
    private const string Client = "app_tv";
    private static readonly DateTimeOffset Now = ManualClock.Start;
    private static readonly ApprovedGrant Grant = new(new(Guid.CreateVersion7()), new GrantId(Guid.CreateVersion7()));

    private static readonly DeviceAuthorization Waiting = new(
        Client,
        ScopeSet.Empty,
        RequestedResources.None,
        "192.0.2.0/24",
        TimeSpan.FromSeconds(5),
        null,
        null,
        null,
        null,
        Now.AddMinutes(5)
    );

    [Theory] // RFC 8628 §3.5
    [InlineData(null, 5, PollAnswer.Pending)] // the first question
    [InlineData(5.0, 5, PollAnswer.Pending)]
    [InlineData(4.0, 5, PollAnswer.Pending)] // a second for the network
    [InlineData(3.9, 5, PollAnswer.SlowDown)]
    [InlineData(0.0, 5, PollAnswer.SlowDown)]
    [InlineData(5.0, 10, PollAnswer.SlowDown)] // what it was told before counts
    [InlineData(9.0, 10, PollAnswer.Pending)]
    [InlineData(-60.0, 5, PollAnswer.SlowDown)] // the clock went back
    public void A_device_that_does_not_wait_is_told_to_slow_down(double? secondsAgo, int interval, PollAnswer answer)
    {
        var seen = Waiting with
        {
            Interval = TimeSpan.FromSeconds(interval),
            PolledAt = secondsAgo is { } ago ? Now.AddSeconds(-ago) : null,
        };
        Assert.Equal(answer, DevicePolling.Decide(seen, Client, Now));
        Assert.True(seen.IsWaitingAt(Now));
    }

    [Fact]
    [Trait("Security", "SEC-092")]
    public void Each_state_has_its_answer_and_another_client_learns_none()
    {
        var approved = Waiting with { Approved = Grant };
        (DeviceAuthorization? Seen, PollAnswer Answer)[] table =
        [
            (null, PollAnswer.Unknown),
            (approved, PollAnswer.Redeem),
            (approved with { PolledAt = Now }, PollAnswer.Redeem), // nobody gains by waiting for what is there
            (approved with { RedeemedAt = Now }, PollAnswer.Replayed),
            (approved with { RedeemedAt = Now, ExpiresAt = Now }, PollAnswer.Replayed), // also when it is late
            (approved with { ExpiresAt = Now }, PollAnswer.Expired),
            (Waiting with { DeniedAt = Now }, PollAnswer.Denied),
            (Waiting with { DeniedAt = Now, ExpiresAt = Now }, PollAnswer.Denied),
            (Waiting with { ExpiresAt = Now.AddTicks(1) }, PollAnswer.Pending),
            (Waiting with { ExpiresAt = Now }, PollAnswer.Expired), // the last instant is already too late
            (Waiting with { ExpiresAt = Now, PolledAt = Now }, PollAnswer.Expired),
        ];
        foreach (var (seen, answer) in table)
        {
            Assert.Equal(answer, DevicePolling.Decide(seen, Client, Now));
            Assert.Equal(PollAnswer.Unknown, DevicePolling.Decide(seen, "app_other", Now));
            Assert.Equal(answer is PollAnswer.Pending or PollAnswer.SlowDown, seen?.IsWaitingAt(Now) == true);
        }
    }
}
