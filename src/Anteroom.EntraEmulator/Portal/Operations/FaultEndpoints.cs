using System.Globalization;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator.Portal.Operations;

/// <summary>Faults: what goes wrong on purpose, by path and number of times.</summary>
internal static class FaultEndpoints
{
    private const int LongestDelay = 600_000;

    public static void Map(RouteGroupBuilder portal)
    {
        portal.MapGet("/faults", (PortalCall call) => ShowAsync(call, null));
        portal.MapPost("/faults", AddAsync);
        portal.MapPost("/faults/remove", Remove);
        portal.MapPost("/faults/clear", Clear);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem)
    {
        var rows = call.Get<Faults>()
            .All.Select(fault => new FaultsPage.Row(fault.Id, fault.Kind, fault.Method, fault.Path, Detail(fault), fault.Times));
        return call.ShowAsync<FaultsPage>(
            new
            {
                View = call.View("faults", problem),
                Rows = rows.ToList(),
                Fault.Kinds,
            }
        );
    }

    private static string Detail(Fault fault) =>
        string.Join(
            ", ",
            new[]
            {
                fault.Status is { } status ? $"HTTP {status}" : null,
                fault.RetryAfterSeconds is { } wait ? $"Retry-After: {wait.ToString(CultureInfo.InvariantCulture)}" : null,
                fault.DelayMilliseconds is { } delay ? $"{delay} ms" : null,
            }.OfType<string>()
        );

    private static Task<IResult> AddAsync(PortalCall call)
    {
        var (kind, path) = (call.Text("kind"), call.Text("path"));
        if (!Fault.Kinds.Contains(kind))
            return ShowAsync(call, PortalCall.Refusal("kind", "Faults.BadKind"));
        if (!path.StartsWith('/'))
            return ShowAsync(call, PortalCall.Refusal("path", "Faults.BadPath"));
        if (!Number(call, "status", 400, 599, out var status))
            return ShowAsync(call, PortalCall.Refusal("status", "Faults.BadNumber", 400, 599));
        if (!Number(call, "delay", 0, LongestDelay, out var delay))
            return ShowAsync(call, PortalCall.Refusal("delay", "Faults.BadNumber", 0, LongestDelay));
        if (!Number(call, "retry", 0, 86_400, out var retry))
            return ShowAsync(call, PortalCall.Refusal("retry", "Faults.BadNumber", 0, 86_400));
        if (!Number(call, "times", 1, 1_000_000, out var times))
            return ShowAsync(call, PortalCall.Refusal("times", "Faults.BadNumber", 1, 1_000_000));
        call.Get<Faults>().Add(new Fault(0, path, kind, call.Given("method"), status, retry, delay, times));
        return Task.FromResult(PortalPages.See("/portal/faults?saved=1"));
    }

    /// <summary>An empty field is no number, and that is allowed.</summary>
    private static bool Number(PortalCall call, string field, int least, int most, out int? number)
    {
        number = null;
        if (call.Given(field) is not { } text)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed < least || parsed > most)
            return false;
        number = parsed;
        return true;
    }

    private static IResult Remove(PortalCall call)
    {
        if (int.TryParse(call.Text("fault"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            call.Get<Faults>().Remove(id);
        return PortalPages.See("/portal/faults?saved=1");
    }

    private static IResult Clear(PortalCall call)
    {
        call.Get<Faults>().Clear();
        return PortalPages.See("/portal/faults?saved=1");
    }
}
