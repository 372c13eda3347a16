using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>Resource units of an application in a tenant, counted in windows of ten seconds (graph.md §9.1, §9.2). Off unless set.</summary>
internal sealed class Throttle(EntraDirectory directory, TimeProvider clock)
{
    private const int WindowSeconds = 10;

    private readonly ConcurrentDictionary<(Guid Tenant, Guid App), (long Window, int Units)> _spent = [];

    /// <summary>The units of a call: reading fewer properties or small pages costs less, expanding costs more; never less than one.</summary>
    public static int UnitsOf(GraphRequest request, GraphRoute route)
    {
        var units = route.Cost;
        if (request.Options.Select is not null)
            units--;
        if (request.Options.Expand is not null)
            units++;
        if (request.Options.Top is < 20)
            units--;
        return Math.Max(1, units);
    }

    /// <summary>Null when the call may go on.</summary>
    public GraphReply? Take(GraphRequest request, int units, DateTimeOffset at, Guid requestId)
    {
        var settings = directory.Settings.Graph;
        if (settings.ThrottleUnits is not { } limit)
            return null;
        var window = clock.GetUtcNow().ToUnixTimeSeconds() / WindowSeconds;
        // Whoever retries early keeps counting against the limit.
        var spent = _spent.AddOrUpdate(
            (request.Tenant.Id, request.Caller.AppId),
            _ => (window, units),
            (_, before) => before.Window == window ? (window, before.Units + units) : (window, units)
        );
        return spent.Units <= limit ? null : Refuse(request, settings, at, requestId);
    }

    private static GraphReply Refuse(GraphRequest request, GraphSettings settings, DateTimeOffset at, Guid requestId)
    {
        var headers = new Dictionary<string, string>
        {
            ["x-ms-throttle-scope"] = $"Tenant_Application/ReadWrite/{request.Caller.AppId}/{request.Tenant.Id}",
            ["x-ms-throttle-information"] = "ResourceUnitLimitExceeded",
        };
        if (settings.ThrottleRetryAfterSeconds is { } seconds)
            headers["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = "TooManyRequests",
                ["innerError"] = new JsonObject
                {
                    ["code"] = "429",
                    ["date"] = at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
                    ["message"] = "Please retry after",
                    ["request-id"] = requestId.ToString(),
                    ["status"] = "429",
                },
                ["message"] = "Please retry again later.",
            },
        };
        return new GraphReply(429, body) { Headers = headers };
    }
}
