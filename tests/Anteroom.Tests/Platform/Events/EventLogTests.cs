using Anteroom.Server.Platform.Events;

namespace Anteroom.Tests.Platform.Events;

public sealed class EventLogTests : IAsyncLifetime
{
    private GroundScenario _ground = null!;
    private EventLog _log = null!;

    public async ValueTask InitializeAsync()
    {
        _ground = await GroundScenario.CreateAsync();
        _log = new EventLog(_ground.Database);
    }

    public ValueTask DisposeAsync() => _ground.DisposeAsync();

    private async Task AppendAsync(string type)
    {
        await using var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await _log.AppendAsync(tx, type, null, new { type }, _ground.Clock.GetUtcNow(), default);
        await tx.CommitAsync(default);
    }

    private async Task<List<string>> TypesAsync(EventCursor after = default) =>
        [.. (await _log.ReadAsync(GroundScenario.Acme, after, 100, default)).Items.Select(item => item.Type)];

    [Fact]
    public async Task A_reader_stops_at_the_oldest_open_transaction_and_misses_nothing_afterwards()
    {
        await AppendAsync("a");
        await GroundScenario.EventuallyAsync(async () => (await TypesAsync()) is ["a"], "a is readable");
        var cursor = (await _log.ReadAsync(GroundScenario.Acme, EventCursor.Start, 100, default)).Next;

        await using var open = await _ground.Database.BeginAsync(GroundScenario.Acme, default);
        await _log.AppendAsync(open, "b", null, new { }, _ground.Clock.GetUtcNow(), default);
        await open.FlushAsync(default);
        await AppendAsync("c");

        // c has been committed, b has the smaller number: showing c now would lose b for ever.
        var early = await _log.ReadAsync(GroundScenario.Acme, cursor, 100, default);
        Assert.Empty(early.Items);
        Assert.Equal(cursor, early.Next);

        await open.CommitAsync(default);
        await GroundScenario.EventuallyAsync(async () => (await TypesAsync(cursor)) is ["b", "c"], "b and c are readable in this order");
    }

    [Fact]
    public async Task An_event_of_a_rolled_back_change_never_appears()
    {
        await using (var tx = await _ground.Database.BeginAsync(GroundScenario.Acme, default))
        {
            await _log.AppendAsync(tx, "lost", null, new { }, _ground.Clock.GetUtcNow(), default);
            await tx.FlushAsync(default);
        }
        await AppendAsync("kept");
        await GroundScenario.EventuallyAsync(async () => (await TypesAsync()) is ["kept"], "only the committed one is there");
    }

    [Fact]
    public async Task Concurrent_writers_and_a_paging_reader_lose_and_repeat_nothing()
    {
        var writing = Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async writer =>
                {
                    for (var i = 0; i < 25; i++)
                        await AppendAsync($"{writer}.{i}");
                })
        );
        var seen = new List<string>();
        var cursor = EventCursor.Start;
        await GroundScenario.EventuallyAsync(
            async () =>
            {
                var page = await _log.ReadAsync(GroundScenario.Acme, cursor, 7, default);
                seen.AddRange(page.Items.Select(item => item.Type));
                Assert.True(EventCursor.TryParse(page.Next.ToString(), out cursor));
                return writing.IsCompleted && seen.Count >= 100;
            },
            "all events were read"
        );
        await writing;
        Assert.Equal(100, seen.Distinct().Count());
        Assert.Equal(100, seen.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1-2-3")]
    [InlineData("-1-2")]
    [InlineData("1-x")]
    [InlineData("99999999999999999999-1")]
    public void A_malformed_cursor_is_refused(string? text) => Assert.False(EventCursor.TryParse(text, out _));
}
