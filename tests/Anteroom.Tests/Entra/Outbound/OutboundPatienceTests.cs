using System.Text;
using Anteroom.Entra.Outbound;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>How long and how often (SEC-302, SEC-303).</summary>
public sealed class OutboundPatienceTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);
    private static readonly OutboundOptions Impatient = new() { ConnectTimeout = Short, FirstByteTimeout = Short };

    [Fact]
    [Trait("Security", "SEC-302")]
    public void The_times_are_those_of_the_security_requirements()
    {
        var options = new OutboundOptions();
        Assert.Equal((3, 5), (options.ConnectTimeout.TotalSeconds, options.FirstByteTimeout.TotalSeconds));
        Assert.Equal((256 * 1024, 10), (OutboundLimits.Metadata.MaxBodyBytes, OutboundLimits.Metadata.Total.TotalSeconds));
        Assert.Equal((1024 * 1024, 10), (OutboundLimits.Other.MaxBodyBytes, OutboundLimits.Other.Total.TotalSeconds));
        Assert.Equal(30, OutboundLimits.Graph.Total.TotalSeconds);
        Assert.Equal((8, 256), (options.ConcurrencyPerPartition, options.ConcurrencyPerHost));
    }

    [Fact]
    [Trait("Security", "SEC-302")]
    public async Task A_connection_that_does_not_come_about_times_out()
    {
        using var http = new OutboundHttp(
            Impatient,
            TimeProvider.System,
            async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return [];
            }
        );
        var request = new OutboundRequest(HttpMethod.Get, new Uri("https://idp.example/"), "org", "provider", OutboundLimits.Metadata);
        Assert.False((await http.SendAsync(request, TestContext.Current.CancellationToken)).TryGet(out _, out var failure));
        Assert.Equal(OutboundFailureKind.Timeout, failure.Kind);
    }

    [Fact]
    [Trait("Security", "SEC-302")]
    public async Task An_answer_that_does_not_begin_times_out()
    {
        await using var scenario = new OutboundScenario(new ScriptedServer((_, _, ct) => Task.Delay(Timeout.Infinite, ct)), Impatient);
        Assert.Equal("outbound_timeout", (await scenario.FailureAsync())?.Code);
    }

    [Fact]
    [Trait("Security", "SEC-302")]
    public async Task An_answer_that_trickles_times_out_as_a_whole()
    {
        await using var scenario = new OutboundScenario(
            new ScriptedServer(
                async (_, stream, ct) =>
                {
                    await stream.WriteAsync(
                        Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"),
                        ct
                    );
                    for (var i = 0; i < 1000; i++)
                    {
                        await stream.WriteAsync(" "u8.ToArray(), ct); // always a sign of life, never an end
                        await Task.Delay(20, ct);
                    }
                }
            )
        );
        var request = scenario.Get() with { Limits = new OutboundLimits(10_000, TimeSpan.FromMilliseconds(300)) };
        Assert.Equal("outbound_timeout", (await scenario.FailureAsync(request))?.Code);
    }

    [Fact]
    public async Task Whoever_gives_up_gets_an_exception_and_harms_nobody()
    {
        await using var scenario = new OutboundScenario(new ScriptedServer((_, _, ct) => Task.Delay(Timeout.Infinite, ct)));
        for (var i = 0; i < 6; i++)
        {
            using var givingUp = new CancellationTokenSource(30);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scenario.Http.SendAsync(scenario.Get(), givingUp.Token));
        }
        var request = scenario.Get() with { Limits = new OutboundLimits(100, Short) };
        Assert.Equal("outbound_timeout", (await scenario.FailureAsync(request))?.Code); // tried: the breaker is closed
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task Five_failures_open_the_breaker_for_30_seconds()
    {
        var healthy = false;
        await using var scenario = new OutboundScenario(_ => Reply.Json("{}", healthy ? 200 : 500));
        for (var i = 0; i < 5; i++)
            Assert.Equal("outbound_status", (await scenario.FailureAsync())?.Code);

        Assert.Equal("outbound_circuit_open", (await scenario.FailureAsync())?.Code);
        Assert.Equal(5, scenario.Server.Requests.Count);
        Assert.Null(
            await scenario.FailureAsync(scenario.Get() with { Provider = "another" }) is { Code: "outbound_circuit_open" } other
                ? other
                : null
        );

        scenario.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("outbound_circuit_open", (await scenario.FailureAsync())?.Code);

        scenario.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("outbound_status", (await scenario.FailureAsync())?.Code); // the one that tries fails: open again
        Assert.Equal("outbound_circuit_open", (await scenario.FailureAsync())?.Code);

        healthy = true;
        scenario.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await scenario.FailureAsync());
        Assert.Null(await scenario.FailureAsync());
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task Failures_count_in_a_row_and_refusals_of_the_request_do_not_count()
    {
        var status = 500;
        await using var scenario = new OutboundScenario(_ => Reply.Json("{}", status));
        for (var i = 0; i < 4; i++)
            await scenario.FailureAsync();
        status = 400; // it answered; that we asked wrongly is not its illness
        await scenario.FailureAsync();
        status = 500;
        for (var i = 0; i < 4; i++)
            await scenario.FailureAsync();
        Assert.Equal(9, scenario.Server.Requests.Count);
        Assert.Equal("outbound_status", (await scenario.FailureAsync())?.Code);
        Assert.Equal("outbound_circuit_open", (await scenario.FailureAsync())?.Code);
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task After_the_open_time_one_request_tries_and_the_others_wait_for_its_outcome()
    {
        var failing = true;
        var arrived = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        await using var scenario = new OutboundScenario(
            new ScriptedServer(
                async (_, stream, ct) =>
                {
                    if (!failing)
                    {
                        arrived.TrySetResult();
                        await release.Task.WaitAsync(ct);
                    }
                    await stream.WriteAsync(Reply.Json("{}", failing ? 500 : 200), ct);
                }
            )
        );
        for (var i = 0; i < 5; i++)
            await scenario.FailureAsync();
        failing = false;
        scenario.Clock.Advance(TimeSpan.FromSeconds(30));

        var trying = scenario.FailureAsync();
        await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("outbound_circuit_open", (await scenario.FailureAsync())?.Code);
        release.SetResult();
        Assert.Null(await trying);
        Assert.Null(await scenario.FailureAsync());
    }

    [Theory]
    [Trait("Security", "SEC-303")]
    [InlineData(429, "120", 120, 144)]
    [InlineData(503, "120", 120, 144)]
    [InlineData(429, "120.5", 120, 145)] // Graph sends fractions
    [InlineData(429, "86400", 600, 720)] // at most ten minutes
    [InlineData(503, "Mon, 02 Mar 2026 09:02:00 GMT", 120, 144)] // the date form, two minutes from the clock's start
    public async Task Retry_after_is_respected_up_to_ten_minutes(int status, string header, int notBefore, int at)
    {
        var waiting = true;
        await using var scenario = new OutboundScenario(_ =>
            waiting ? Reply.Json("{}", status, $"Retry-After: {header}") : Reply.Json("{}")
        );
        Assert.Equal("outbound_status", (await scenario.FailureAsync())?.Code);
        waiting = false;

        Assert.Equal("outbound_retry_later", (await scenario.FailureAsync())?.Code);
        scenario.Clock.Advance(TimeSpan.FromSeconds(notBefore) - TimeSpan.FromMilliseconds(1));
        Assert.Equal("outbound_retry_later", (await scenario.FailureAsync())?.Code);
        Assert.Single(scenario.Server.Requests);
        scenario.Clock.Advance(TimeSpan.FromSeconds(at - notBefore) + TimeSpan.FromMilliseconds(2)); // a fifth of jitter at most
        Assert.Null(await scenario.FailureAsync());
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task One_organization_takes_eight_connections_and_leaves_the_others_theirs()
    {
        var release = new TaskCompletionSource();
        var (running, most) = (0, 0);
        await using var scenario = new OutboundScenario(
            new ScriptedServer(
                async (request, stream, ct) =>
                {
                    if (request.Path == "/slow")
                    {
                        lock (release)
                            most = Math.Max(most, ++running);
                        await release.Task.WaitAsync(ct);
                        lock (release)
                            running--;
                    }
                    await stream.WriteAsync(Reply.Json("{}"), ct);
                }
            )
        );

        var slow = Enumerable.Range(0, 40).Select(_ => scenario.FailureAsync(scenario.Get("/slow", "greedy"))).ToList();
        while (scenario.Server.Requests.Count < 8)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Null(await scenario.FailureAsync(scenario.Get("/quick", "modest")));
        Assert.Equal(8, scenario.Server.CountOf("/slow"));

        release.SetResult();
        Assert.All(await Task.WhenAll(slow), Assert.Null);
        Assert.Equal((8, 40), (most, scenario.Server.CountOf("/slow")));
    }

    [Fact]
    [Trait("Security", "SEC-303")]
    public async Task A_host_serves_at_most_its_number_over_all_organizations_and_a_full_queue_is_told_at_once()
    {
        var release = new TaskCompletionSource();
        await using var scenario = new OutboundScenario(
            new ScriptedServer(
                async (_, stream, ct) =>
                {
                    await release.Task.WaitAsync(ct);
                    await stream.WriteAsync(Reply.Json("{}"), ct);
                }
            ),
            new OutboundOptions
            {
                ConcurrencyPerHost = 2,
                ConcurrencyPerPartition = 1,
                FirstByteTimeout = TimeSpan.FromMinutes(1),
            }
        );
        OutboundRequest Request(string partition) =>
            scenario.Get("/", partition) with
            {
                Limits = new OutboundLimits(100, TimeSpan.FromMinutes(1)),
            };

        var first = Enumerable.Range(0, 2).Select(i => scenario.FailureAsync(Request($"org{i}"))).ToList();
        while (scenario.Server.Requests.Count < 2)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        Assert.Equal(
            "outbound_busy",
            (await scenario.FailureAsync(Request("third") with { Limits = new OutboundLimits(100, Short) }))?.Code
        );
        var flood = Enumerable.Range(0, 60).Select(_ => scenario.FailureAsync(Request("flood"))).ToList();
        Assert.Equal(60 - 16, flood.Count(one => one.IsCompleted)); // sixteen may queue for one slot
        Assert.Equal(2, scenario.Server.Requests.Count);

        release.SetResult();
        Assert.All(await Task.WhenAll(first), Assert.Null);
        var codes = (await Task.WhenAll(flood)).CountBy(failure => failure?.Code ?? "answered").ToDictionary();
        Assert.Equal((16, 60 - 16), (codes["answered"], codes["outbound_busy"]));
    }
}
