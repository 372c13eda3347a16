using System.Globalization;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>What Microsoft's support asks for: the ids and the time of one request.</summary>
internal sealed record RequestIds(Guid TraceId, Guid CorrelationId, DateTimeOffset At)
{
    public string TimestampText => At.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static RequestIds Of(HttpContext http)
    {
        if (http.Items[typeof(RequestIds)] is RequestIds known)
            return known;

        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        var sent = (string?)http.Request.Query["client-request-id"] ?? http.Request.Headers["client-request-id"];
        var correlation = Guid.TryParse(sent, out var given) ? given : Identifiers.NewUuid(clock);
        var ids = new RequestIds(Identifiers.NewUuid(clock), correlation, clock.GetUtcNow());
        http.Items[typeof(RequestIds)] = ids;
        return ids;
    }
}
