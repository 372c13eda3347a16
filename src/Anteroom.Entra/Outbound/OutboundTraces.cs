using System.Diagnostics;

namespace Anteroom.Entra.Outbound;

/// <summary>Tells the origins that the operator named which trace a call belongs to (W3C Trace Context §3.2), and nobody else: to others our ids would only tell which calls belong together.</summary>
/// <remarks>Never <c>tracestate</c> and never <c>baggage</c>.</remarks>
internal sealed class OutboundTraces(IReadOnlyCollection<string> origins) : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (
            activity is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
            && setter is not null
            && carrier is HttpRequestMessage { RequestUri: { } address }
            && origins.Contains(address.GetLeftPart(UriPartial.Authority), StringComparer.OrdinalIgnoreCase)
        )
            setter(carrier, TraceParent, id);
    }

    public override void ExtractTraceIdAndState(
        object? carrier,
        PropagatorGetterCallback? getter,
        out string? traceId,
        out string? traceState
    ) => (traceId, traceState) = (null, null);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
