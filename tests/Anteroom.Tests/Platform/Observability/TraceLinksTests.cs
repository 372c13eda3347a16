using System.Diagnostics;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Observability;

namespace Anteroom.Tests.Platform.Observability;

public sealed class TraceLinksTests : IDisposable
{
    private static readonly AnteroomOptions Collected = new() { OtlpEndpoint = "http://collector.example" };

    private readonly ActivitySource _source = new($"test {Guid.CreateVersion7()}");
    private readonly ActivityListener _listener;

    public TraceLinksTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source == _source,
            Sample = (ref options) =>
                options.Name == "recorded" ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.PropagationData,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Marks_the_running_span_where_traces_are_collected()
    {
        using var running = _source.StartActivity("recorded")!;
        Assert.Equal(running.Id, TraceLinks.Mark(Collected));
        Assert.Null(TraceLinks.Mark(new AnteroomOptions())); // nobody collects: cookie and row stay as they were
    }

    [Fact]
    public void Marks_nothing_that_is_not_recorded()
    {
        using var running = _source.StartActivity("propagated")!;
        Assert.Null(TraceLinks.Mark(Collected));
        running.Stop();
        Assert.Null(TraceLinks.Mark(Collected));
    }

    [Fact]
    public void Links_the_running_span_once()
    {
        using var former = _source.StartActivity("recorded")!;
        former.Stop();
        using var running = _source.StartActivity("recorded")!;
        TraceLinks.Follow(former.Id);
        TraceLinks.Follow(former.Id);
        Assert.Equal(former.SpanId, Assert.Single(running.Links).Context.SpanId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void Follows_nothing_that_is_no_mark(string? mark)
    {
        using var running = _source.StartActivity("recorded")!;
        TraceLinks.Follow(mark);
        Assert.Empty(running.Links);
    }

    [Fact] // a request that goes on in itself is not linked to itself
    public void Follows_no_mark_of_its_own()
    {
        using var running = _source.StartActivity("recorded")!;
        TraceLinks.Follow(running.Id);
        Assert.Empty(running.Links);
    }
}
