using System.Collections.Concurrent;
using System.Diagnostics;
using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Application, server and provider tell one sign-in as one: traces joined by parents where a program calls another, by links where a browser stands between.</summary>
/// <remarks>Alone, because what is heard in this process is not told apart by server.</remarks>
[Collection(Alone.Name)]
public sealed class TraceTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact] // W3C Trace Context §2, OpenTelemetry "Links between spans"
    public async Task A_sign_in_is_one_graph_across_application_server_and_provider()
    {
        using var spans = new Spans();
        await using var rig = await AnteroomRig.StartAsync(
            new()
            {
                Settings = new Dictionary<string, string>
                {
                    ["Anteroom:OtlpEndpoint"] = "http://127.0.0.1:9", // nobody listens; the spans are taken in this process
                    ["Anteroom:TraceTargets:0"] = RigOptions.Emulator,
                },
            }
        );
        await using var sample = await SampleProgram.StartAsync(rig);
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var page = await sample.SignInAsync(browser, contoso, await contoso.AddPersonAsync());
        Assert.Contains("You are signed in.", page.Text, StringComparison.Ordinal);

        var authorized = await spans.OneAsync("/connect/authorize");
        var answered = await spans.OneAsync("/sso/{key}/callback");
        var redeemed = await spans.OneAsync("/connect/token");

        // Only our server tells its routes; the others are found by who called whom: a request, the call in it, the request that the call is.
        await Poll.UntilAsync(
            "the callback of the application has ended",
            Patience,
            () => Task.FromResult(spans.CallerOf(redeemed) is not null)
        );
        var returned = spans.CallerOf(redeemed)!;
        var begun = spans.Find(Assert.Single(returned.Links).Context.SpanId);
        var asked = Assert.Single(spans.CalledBy(answered));

        // Where a program calls another, it is one trace.
        Assert.Equal(returned.TraceId, redeemed.TraceId);
        Assert.Equal(answered.TraceId, asked.TraceId);

        // Where a browser stands between, what was kept meanwhile leads back.
        Assert.All(new[] { begun, returned, asked }, span => Assert.Equal(ActivityKind.Server, span.Kind));
        Assert.NotEqual(begun.TraceId, returned.TraceId);
        Assert.Contains(authorized.SpanId, answered.Links.Select(link => link.Context.SpanId));
        Assert.Contains(answered.SpanId, redeemed.Links.Select(link => link.Context.SpanId));

        // Together: from any of them to all of them.
        Assert.Superset(
            new HashSet<ActivityTraceId>([begun.TraceId, returned.TraceId, authorized.TraceId, answered.TraceId, asked.TraceId]),
            spans.ConnectedTo(begun)
        );

        // Ids stay inside: nothing that the browser was shown or told to ask for has one.
        foreach (var id in new[] { begun, authorized, answered, redeemed }.Select(span => span.TraceId.ToHexString()))
        {
            Assert.DoesNotContain(browser.Visited, address => address.AbsoluteUri.Contains(id, StringComparison.Ordinal));
            Assert.DoesNotContain(browser.SetCookies, cookie => cookie.Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact] // whoever asks may name a trace, and nothing more: baggage would travel on, tracestate is another's
    [Trait("Security", "SEC-322")]
    public async Task Takes_of_a_callers_trace_its_name_alone()
    {
        using var spans = new Spans();
        await using var rig = await AnteroomRig.StartAsync();
        var stranger = ActivityTraceId.CreateRandom();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });

        foreach (var parent in new[] { $"00-{stranger}-00f067aa0ba902b7-00", "nonsense", "|hierarchical.1." })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, rig.Address + "/health/live");
            request.Headers.TryAddWithoutValidation("traceparent", parent);
            request.Headers.TryAddWithoutValidation("tracestate", "vendor=secret");
            request.Headers.TryAddWithoutValidation("baggage", "user=mira");
            using var answer = await http.SendAsync(request);
        }
        var seen = await spans.AllAsync("/health/live", 3);

        Assert.Equal([true, false, false], seen.Select(span => span.TraceId == stranger).OrderDescending());
        Assert.All(seen, span => Assert.Equal((null, ActivityIdFormat.W3C), (span.TraceStateString, span.IdFormat)));
        Assert.All(seen, span => Assert.Empty(span.Baggage));
    }

    /// <summary>What the programs in this process tell of requests.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new()
            {
                ShouldListenTo = source => source.Name is "Microsoft.AspNetCore" or "System.Net.Http",
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public async Task<Activity> OneAsync(string route) => Assert.Single(await AllAsync(route, 1));

        public async Task<List<Activity>> AllAsync(string route, int count)
        {
            await Poll.UntilAsync($"{count} of {route}", Patience, () => Task.FromResult(Of(route).Count >= count));
            return Of(route);
        }

        public Activity Find(ActivitySpanId id) => _ended.Single(span => span.SpanId == id);

        /// <summary>The request in which somebody made this one; null where nobody told, or it has not ended.</summary>
        public Activity? CallerOf(Activity request)
        {
            var call = _ended.FirstOrDefault(span => span.SpanId == request.ParentSpanId && span.Kind == ActivityKind.Client);
            return call is null ? null : _ended.FirstOrDefault(span => span.SpanId == call.ParentSpanId);
        }

        /// <summary>The requests that others got from this one.</summary>
        public List<Activity> CalledBy(Activity request) =>
            [.. _ended.Where(span => span.Kind == ActivityKind.Server && CallerOf(span)?.SpanId == request.SpanId)];

        /// <summary>Traces that a reader reaches from this one by following links in either direction.</summary>
        public HashSet<ActivityTraceId> ConnectedTo(Activity start)
        {
            HashSet<ActivityTraceId> reached = [start.TraceId];
            var before = 0;
            while (reached.Count > before)
            {
                before = reached.Count;
                foreach (var span in _ended)
                foreach (var link in span.Links)
                    if (reached.Contains(span.TraceId) || reached.Contains(link.Context.TraceId))
                        reached.UnionWith([span.TraceId, link.Context.TraceId]);
            }
            return reached;
        }

        public void Dispose() => _listener.Dispose();

        private List<Activity> Of(string route) =>
            [
                .. _ended.Where(span =>
                    span.Kind == ActivityKind.Server
                    && span.GetTagItem("http.route") is string matched
                    && matched.EndsWith(route, StringComparison.Ordinal)
                ),
            ];
    }
}
