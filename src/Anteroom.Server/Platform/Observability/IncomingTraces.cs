using System.Diagnostics;

namespace Anteroom.Server.Platform.Observability;

/// <summary>What we take from a caller's trace: its name, so that an application's request and ours are one trace.</summary>
/// <remarks>
/// Anybody can send these headers. So nothing is taken that decides or travels on: whether spans are kept is our decision (<see cref="TelemetryPipeline"/>),
/// <c>baggage</c> and <c>tracestate</c> are left where they are, and what is no <c>traceparent</c> is as good as none.
/// </remarks>
internal sealed class IncomingTraces : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent];

    /// <summary>Calls to the outside are <see cref="Entra.Outbound.OutboundHttp"/>'s.</summary>
    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) { }

    public override void ExtractTraceIdAndState(
        object? carrier,
        PropagatorGetterCallback? getter,
        out string? traceId,
        out string? traceState
    )
    {
        (traceId, traceState) = (null, null);
        if (getter is null)
            return;
        getter(carrier, TraceParent, out var value, out _);
        if (ActivityContext.TryParse(value, traceState: null, out _))
            traceId = value;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
