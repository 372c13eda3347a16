using System.Diagnostics;

namespace Anteroom.Server.Platform.Observability;

/// <summary>
/// Joins the requests of one sign-in that a browser carries from one to the next: browsers bring no trace context along, so what is kept of a sign-in meanwhile
/// (its transaction, its code) remembers the span that wrote it, and the span that reads it is linked to that one (W3C Trace Context; OpenTelemetry "Links").
/// </summary>
/// <remarks>A mark is an id and no secret, but it stays where only we read it: in the encrypted cookie and in the row of the code.</remarks>
public static class TraceLinks
{
    /// <summary>The span that is running, as a <c>traceparent</c>; null where nobody collects traces.</summary>
    public static string? Mark(AnteroomOptions options) =>
        options.OtlpEndpoint is not null && Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } running
            ? running.Id
            : null;

    /// <summary>Links the span that is running to the one of a mark.</summary>
    public static void Follow(string? mark)
    {
        if (
            mark is not null
            && Activity.Current is { IsAllDataRequested: true } running
            && ActivityContext.TryParse(mark, traceState: null, out var former)
            && former.SpanId != running.SpanId
            && !running.Links.Any(link => link.Context.SpanId == former.SpanId)
        )
            running.AddLink(new(former));
    }
}
