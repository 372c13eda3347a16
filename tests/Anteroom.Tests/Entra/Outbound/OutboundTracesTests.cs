using System.Diagnostics;
using System.Text;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>Whom we tell which calls belong together.</summary>
public sealed class OutboundTracesTests
{
    [Theory]
    [Trait("Security", "SEC-322")]
    [InlineData(false, false)] // no traces are collected
    [InlineData(true, false)] // they are, and the operator named nobody
    [InlineData(true, true)]
    public async Task Tells_its_trace_to_named_origins_alone(bool collects, bool named)
    {
        await using var server = ScriptedServer.Replying(_ =>
            Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        );
        await using var scenario = new OutboundScenario(
            server,
            new() { TraceTargets = collects ? [named ? server.Origin : "https://another.example"] : null }
        );
        using var activity = new Activity("request").AddBaggage("user", "mira").Start();
        activity.TraceStateString = "vendor=secret";

        await scenario.ResponseAsync();
        var headers = Assert.Single(server.Requests).Headers;
        Assert.Equal(named, headers.TryGetValue("traceparent", out var parent));
        Assert.True(!named || parent!.Contains(activity.TraceId.ToHexString(), StringComparison.Ordinal));
        foreach (var header in new[] { "tracestate", "baggage", "Correlation-Context", "Request-Id" })
            Assert.False(headers.ContainsKey(header), header);
    }
}
