using Anteroom.Server.Platform.Outbox;
using Microsoft.Extensions.Logging.Abstractions;
using Notifier = Anteroom.Server.Platform.Notifications.Notifications;

namespace Anteroom.Tests.Platform.Outbox;

public sealed class OutboxWorkerTests : IAsyncLifetime
{
    private readonly Receiver _receiver = new();
    private GroundScenario _ground = null!;
    private Notifier _notifications = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        _notifications = new(_ground.Database, NullLogger<Notifier>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _notifications.Dispose();
        await _ground.DisposeAsync();
    }

    private OutboxWorker Worker(TimeProvider? clock = null) =>
        new(_ground.Database, [_receiver], _notifications, clock ?? _ground.Clock, NullLogger<OutboxWorker>.Instance);

    private async Task EnqueueAsync(int count = 1, TimeSpan? giveUpAfter = null)
    {
        var outbox = new Server.Platform.Outbox.Outbox(_ground.Clock);
        await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        for (var i = 0; i < count; i++)
            await outbox.EnqueueAsync(tx, "notice", new { number = i }, giveUpAfter ?? TimeSpan.FromHours(1), default);
        await tx.CommitAsync(default);
    }

    private async Task<State> StateAsync() =>
        (
            await _ground.Database.OutsideOrganizations.FirstAsync<State>(
                "SELECT outcome, attempts, last_error, lease_owner FROM outbox",
                null,
                default
            )
        )!;

    private sealed record State(string? Outcome, int Attempts, string? LastError, Guid? LeaseOwner);

    [Fact]
    public async Task A_message_is_delivered_once_with_its_payload_and_organization()
    {
        await EnqueueAsync();
        Assert.Equal(1, await Worker().RunOnceAsync(default));
        Assert.Equal(0, await Worker().RunOnceAsync(default));
        var item = Assert.Single(_receiver.Items);
        Assert.Equal((GroundScenario.Acme, 0, 1), (item.Organization, item.Payload.GetProperty("number").GetInt32(), item.Attempt));
        Assert.Equal("delivered", (await StateAsync()).Outcome);
    }

    [Fact]
    public async Task A_message_of_a_rolled_back_change_is_never_delivered()
    {
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
            await new Server.Platform.Outbox.Outbox(_ground.Clock).EnqueueAsync(tx, "notice", new { }, TimeSpan.FromHours(1), default);
        Assert.Equal(0, await Worker().RunOnceAsync(default));
    }

    [Fact]
    public async Task A_failed_delivery_is_tried_again_after_a_pause()
    {
        _receiver.Outcome = _ => OutboxOutcome.Retry("unreachable");
        await EnqueueAsync();
        await Worker().RunOnceAsync(default);
        Assert.Equal(0, await Worker().RunOnceAsync(default));
        _ground.Clock.Advance(TimeSpan.FromSeconds(3));
        _receiver.Outcome = _ => OutboxOutcome.Delivered;
        Assert.Equal(1, await Worker().RunOnceAsync(default));
        Assert.Equal(("delivered", 2), ((await StateAsync()).Outcome, _receiver.Items[^1].Attempt));
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_pause_gets_it()
    {
        _receiver.Outcome = _ => OutboxOutcome.Retry("throttled", TimeSpan.FromMinutes(3));
        await EnqueueAsync();
        await Worker().RunOnceAsync(default);
        _ground.Clock.Advance(TimeSpan.FromMinutes(2.9));
        Assert.Equal(0, await Worker().RunOnceAsync(default));
        _ground.Clock.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal(1, await Worker().RunOnceAsync(default));
    }

    [Fact]
    public async Task A_message_is_given_up_at_the_end_of_its_time_and_its_sender_told_once()
    {
        _receiver.Outcome = _ => OutboxOutcome.Retry("unreachable");
        await EnqueueAsync(giveUpAfter: TimeSpan.FromMinutes(10));
        for (var i = 0; i < 60 && (await StateAsync()).Outcome is null; i++)
        {
            await Worker().RunOnceAsync(default);
            _ground.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(("givenUp", "unreachable"), ((await StateAsync()).Outcome, (await StateAsync()).LastError));
        Assert.Single(_receiver.GivenUp);
        Assert.True(_receiver.Items.Count > 2);
    }

    [Fact]
    public async Task A_handler_that_throws_counts_as_a_failed_attempt()
    {
        _receiver.Outcome = _ => throw new InvalidOperationException("boom");
        await EnqueueAsync();
        await Worker().RunOnceAsync(default);
        var state = await StateAsync();
        Assert.Equal((null, 1, "InvalidOperationException"), (state.Outcome, state.Attempts, state.LastError));
    }

    [Fact]
    public async Task Two_workers_share_the_messages_and_deliver_each_once()
    {
        await EnqueueAsync(60);
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(async _ =>
                {
                    var worker = Worker();
                    while (await worker.RunOnceAsync(default) > 0) { }
                })
        );
        Assert.Equal(60, _receiver.Items.Count);
        Assert.Equal(60, _receiver.Items.Select(item => item.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_worker_whose_lease_ran_out_does_not_finish_what_another_took_over()
    {
        await EnqueueAsync();
        _receiver.Outcome = item =>
        {
            if (item.Attempt > 1)
                return OutboxOutcome.Retry("second");
            _ground.Clock.Advance(TimeSpan.FromMinutes(3)); // the first worker hangs beyond its lease, the second takes over
            Worker().RunOnceAsync(default).GetAwaiter().GetResult();
            return OutboxOutcome.Delivered;
        };
        await Worker().RunOnceAsync(default);
        Assert.Equal((null, "second"), ((await StateAsync()).Outcome, (await StateAsync()).LastError));
    }

    [Fact]
    public async Task Stopping_returns_a_message_under_way_to_the_others()
    {
        using var stop = new CancellationTokenSource();
        _receiver.Before = async ct =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
        };
        await EnqueueAsync();
        await Worker().RunOnceAsync(stop.Token);
        Assert.Equal(
            (null, 0, (Guid?)null),
            ((await StateAsync()).Outcome, (await StateAsync()).Attempts, (await StateAsync()).LeaseOwner)
        );
    }

    [Fact]
    public async Task A_running_worker_is_woken_by_the_commit()
    {
        await _notifications.StartAsync(default);
        using var worker = Worker(new SilentClock()); // without its safety net
        await worker.StartAsync(default);
        await GroundScenario.EventuallyAsync(() => Task.FromResult(_notifications.IsConnected), "the listener is connected");
        await Task.Delay(300);
        await EnqueueAsync();
        await GroundScenario.EventuallyAsync(() => Task.FromResult(_receiver.Items.Count == 1), "the message is delivered");
        await worker.StopAsync(default);
        await _notifications.StopAsync(default);
    }

    /// <summary>Its timers never ring.</summary>
    private sealed class SilentClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private sealed class Receiver : IOutboxHandler
    {
        private readonly Lock _lock = new();

        public string Kind => "notice";

        public List<OutboxItem> Items { get; } = [];

        public List<OutboxItem> GivenUp { get; } = [];

        public Func<OutboxItem, OutboxOutcome> Outcome { get; set; } = _ => OutboxOutcome.Delivered;

        public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

        public async Task<OutboxOutcome> DeliverAsync(OutboxItem item, CancellationToken ct)
        {
            await Before(ct);
            lock (_lock)
                Items.Add(item);
            return Outcome(item);
        }

        public Task GivenUpAsync(OutboxItem item, string error, CancellationToken ct)
        {
            GivenUp.Add(item);
            return Task.CompletedTask;
        }
    }
}
