using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anteroom.Tests.Platform.Notifications;

public sealed class NotificationsTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _heard = new();
    private GroundScenario _ground = null!;
    private Server.Platform.Notifications.Notifications _notifications = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        _notifications = new(_ground.Database, NullLogger<Server.Platform.Notifications.Notifications>.Instance);
        _notifications.Listen("keys", _heard.Enqueue);
        await _notifications.StartAsync(default);
        await HeardAsync("");
    }

    public async ValueTask DisposeAsync()
    {
        await _notifications.StopAsync(default);
        _notifications.Dispose();
        await _ground.DisposeAsync();
    }

    private Task HeardAsync(string payload) =>
        GroundScenario.EventuallyAsync(() => Task.FromResult(_heard.Contains(payload)), $"'{payload}' is heard");

    private async Task TellAsync(string channel, string payload)
    {
        await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await tx.NotifyAsync(channel, payload, default);
        await tx.CommitAsync(default);
    }

    [Fact]
    public async Task A_handler_hears_its_channel_only()
    {
        await TellAsync("others", "no");
        await TellAsync("keys", "yes");
        await HeardAsync("yes");
        Assert.DoesNotContain("no", _heard);
    }

    [Fact]
    public async Task A_channel_asked_for_later_is_heard_as_well_after_being_told_to_forget()
    {
        var late = new ConcurrentQueue<string>();
        using var subscription = _notifications.Listen("late", late.Enqueue);
        await GroundScenario.EventuallyAsync(() => Task.FromResult(late.Contains("")), "the late handler is told to forget");
        await TellAsync("late", "news");
        await GroundScenario.EventuallyAsync(() => Task.FromResult(late.Contains("news")), "the late handler hears news");
    }

    [Fact]
    public async Task A_lost_connection_makes_every_handler_forget_and_comes_back()
    {
        _heard.Clear();
        await _ground.Database.OutsideOrganizations.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
            null,
            default
        );
        await GroundScenario.EventuallyAsync(() => Task.FromResult(_heard.Count(payload => payload.Length == 0) >= 2), "forgotten twice");
        Assert.True(_notifications.IsConnected);
        await GroundScenario.EventuallyAsync(
            async () =>
            {
                await TellAsync("keys", "after");
                return _heard.Contains("after");
            },
            "news arrives again"
        );
    }

    [Fact]
    public async Task A_disposed_subscription_hears_nothing_and_a_failing_handler_deafens_nobody()
    {
        _notifications.Listen("keys", _ => throw new InvalidOperationException("boom"));
        var gone = new ConcurrentQueue<string>();
        _notifications.Listen("keys", gone.Enqueue).Dispose();
        await TellAsync("keys", "one");
        await HeardAsync("one");
        await TellAsync("keys", "two");
        await HeardAsync("two");
        Assert.DoesNotContain("one", gone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a; DROP TABLE users")]
    [InlineData("Upper")]
    public void A_channel_with_other_characters_is_refused(string channel) =>
        Assert.ThrowsAny<ArgumentException>(() => _notifications.Listen(channel, _ => { }));
}
