using Anteroom.Server.Platform.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Notifier = Anteroom.Server.Platform.Notifications.Notifications;

namespace Anteroom.Tests.Platform.Jobs;

public sealed class JobWorkerTests : IAsyncLifetime
{
    private readonly Handler _handler = new();
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

    private JobWorker Worker(params RecurringJob[] recurring) =>
        new(_ground.Database, [_handler], recurring, _notifications, _ground.Clock, NullLogger<JobWorker>.Instance);

    private async Task EnqueueAsync(string? uniqueKey = null, TimeSpan? after = null)
    {
        await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        var at = after is { } pause ? _ground.Clock.GetUtcNow() + pause : (DateTimeOffset?)null;
        await new JobQueue(_ground.Clock).EnqueueAsync(tx, "work", new { }, default, at, uniqueKey);
        await tx.CommitAsync(default);
    }

    [Fact]
    public async Task A_job_runs_once_in_its_organization()
    {
        await EnqueueAsync();
        Assert.True(await Worker().RunOneAsync(default));
        Assert.False(await Worker().RunOneAsync(default));
        Assert.Equal((GroundScenario.Acme, 1), (Assert.Single(_handler.Jobs).Organization, _handler.Jobs[0].Attempt));
    }

    [Fact]
    public async Task A_job_for_later_waits_for_its_time()
    {
        await EnqueueAsync(after: TimeSpan.FromMinutes(5));
        Assert.False(await Worker().RunOneAsync(default));
        _ground.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await Worker().RunOneAsync(default));
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_and_given_up_at_last()
    {
        _handler.Fails = true;
        await EnqueueAsync();
        for (var i = 0; i < 20; i++)
        {
            await Worker().RunOneAsync(default);
            _ground.Clock.Advance(TimeSpan.FromMinutes(20));
        }
        Assert.Equal(12, _handler.Jobs.Count);
        Assert.Equal(
            "InvalidOperationException",
            await _ground.Database.OutsideOrganizations.FirstAsync<string>(
                "SELECT last_error FROM jobs WHERE done_at IS NOT NULL",
                null,
                default
            )
        );
    }

    [Fact]
    public async Task A_second_job_with_the_same_key_waits_until_the_first_is_done()
    {
        await EnqueueAsync("import:7");
        await EnqueueAsync("import:7");
        Assert.True(await Worker().RunOneAsync(default));
        Assert.False(await Worker().RunOneAsync(default));
        await EnqueueAsync("import:7");
        Assert.True(await Worker().RunOneAsync(default));
    }

    [Fact]
    public async Task Recurring_work_is_one_row_for_all_nodes_and_runs_once_a_period()
    {
        var every = new RecurringJob("work", TimeSpan.FromMinutes(10));
        var workers = new[] { Worker(every), Worker(every) };
        await Task.WhenAll(workers.Select(worker => worker.EnsureRecurringAsync(default)));
        for (var minute = 0; minute <= 30; minute++)
        {
            foreach (var worker in workers)
                await worker.RunOneAsync(default);
            _ground.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(4, _handler.Jobs.Count); // at 0, 10, 20 and 30 minutes
        Assert.Equal(1L, await _ground.Database.OutsideOrganizations.FirstAsync<long>("SELECT count(*) FROM jobs", null, default));
    }

    [Fact]
    public async Task A_shorter_period_counts_from_the_next_start()
    {
        await Worker(new RecurringJob("work", TimeSpan.FromDays(1))).EnsureRecurringAsync(default);
        await Worker().RunOneAsync(default);
        await Worker(new RecurringJob("work", TimeSpan.FromMinutes(1))).EnsureRecurringAsync(default);
        _ground.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await Worker().RunOneAsync(default));
    }

    [Fact]
    public async Task A_job_of_a_dead_node_is_taken_over_when_its_lease_ends()
    {
        await EnqueueAsync();
        await _ground.Database.OutsideOrganizations.ExecuteAsync(
            "UPDATE jobs SET lease_owner = gen_random_uuid(), lease_until = @until, attempts = 1",
            new { until = _ground.Clock.GetUtcNow() + TimeSpan.FromMinutes(1) },
            default
        );
        Assert.False(await Worker().RunOneAsync(default));
        _ground.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await Worker().RunOneAsync(default));
        Assert.Equal(2, Assert.Single(_handler.Jobs).Attempt);
    }

    [Fact]
    public async Task Two_workers_run_each_job_once()
    {
        for (var i = 0; i < 40; i++)
            await EnqueueAsync();
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(async _ =>
                {
                    var worker = Worker();
                    while (await worker.RunOneAsync(default)) { }
                })
        );
        Assert.Equal(40, _handler.Jobs.Select(job => job.Id).Distinct().Count());
        Assert.Equal(40, _handler.Jobs.Count);
    }

    [Fact]
    public async Task Stopping_returns_the_job_at_once_without_counting_the_attempt()
    {
        using var stop = new CancellationTokenSource();
        _handler.Before = async ct =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, ct);
        };
        await EnqueueAsync();
        await Worker().RunOneAsync(stop.Token);
        _handler.Before = _ => Task.CompletedTask;
        Assert.True(await Worker().RunOneAsync(default));
        Assert.Equal(1, Assert.Single(_handler.Jobs).Attempt);
    }

    private sealed class Handler : IJobHandler
    {
        private readonly Lock _lock = new();

        public string Kind => "work";

        public List<Job> Jobs { get; } = [];

        public bool Fails { get; set; }

        public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

        public async Task RunAsync(Job job, CancellationToken ct)
        {
            await Before(ct);
            lock (_lock)
                Jobs.Add(job);
            if (Fails)
                throw new InvalidOperationException("boom");
        }
    }
}
