using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Graph;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Seed, reset, faults, switches, clock, keys and the request log.</summary>
internal static class OperationsControl
{
    private const int MostEntries = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", Status);
        routes.MapPost("/seed", Seed);
        routes.MapPost("/reset", Reset);

        routes.MapGet("/faults", (Faults faults) => TenantControl.Items(faults.All.Select(ControlJson.Write)));
        routes.MapPost("/faults", AddFaultAsync);
        routes.MapDelete("/faults", ClearFaults);
        routes.MapDelete("/faults/{id:int}", (Faults faults, int id) => faults.Remove(id) ? Results.NoContent() : Results.NotFound());

        routes.MapGet("/settings", (EntraDirectory directory) => ControlJson.Write(directory.Settings));
        routes.MapPatch("/settings", ChangeSettingsAsync);

        routes.MapGet("/keys", (KeyRing keys) => Keys(keys));
        routes.MapPost("/keys/{action}", RotateKeys);

        routes.MapGet("/requests", Requests);
        routes.MapDelete("/requests", ClearRequests);
    }

    private static JsonObject Status(EntraDirectory directory, EmulatorClock clock) =>
        new()
        {
            ["time"] = clock.GetUtcNow(),
            ["clockOffsetSeconds"] = clock.Offset.TotalSeconds,
            ["tenants"] = directory.Tenants.Count,
            ["users"] = directory.Users.Count,
            ["applications"] = directory.Applications.Count,
        };

    /// <summary>Contoso and Fabrikam; a second call adds nothing and tells the same.</summary>
    private static JsonObject Seed(DemoTenants demo) =>
        TenantControl.Items(
            demo.Seed()
                .Select(seeded =>
                {
                    var view = ControlJson.View(seeded.Tenant);
                    view["users"] = new JsonArray([.. seeded.Users.Select(user => (JsonNode)ControlJson.View(user.User, user.Password))]);
                    return view;
                })
        );

    private static IResult Reset(EntraDirectory directory, Faults faults, RequestLog log, SentMails mails, EmulatorClock clock)
    {
        directory.Reset();
        mails.Clear();
        faults.Clear();
        log.Clear();
        clock.Offset = TimeSpan.Zero;
        return Results.NoContent();
    }

    private static async Task<IResult> AddFaultAsync(HttpRequest request, Faults faults, CancellationToken ct)
    {
        var body = ControlJson.Read<NewFault>(await ControlJson.ObjectAsync(request, ct));
        if (!Fault.Kinds.Contains(body.Kind))
            throw new ControlException($"'kind' is one of {string.Join(", ", Fault.Kinds)}.");
        if (string.IsNullOrEmpty(body.Path))
            throw new ControlException("'path' is missing.");
        if (body.RetryAfterSeconds is < 0)
            throw new ControlException("'retryAfterSeconds' is 0 or more.");
        if (body.Status is < 400 or > 599 || body.DelayMilliseconds is < 0 or > 600_000 || body.Times is < 1)
            throw new ControlException("'status' is 400 to 599, 'delayMilliseconds' 0 to 600000, 'times' at least 1.");
        var fault = new Fault(
            0,
            body.Path,
            body.Kind,
            body.Method,
            body.Status,
            body.RetryAfterSeconds,
            body.DelayMilliseconds,
            body.Times
        );
        return ControlEndpoints.Created(ControlJson.Write(faults.Add(fault)));
    }

    private static IResult ClearFaults(Faults faults)
    {
        faults.Clear();
        return Results.NoContent();
    }

    private static async Task<JsonObject> ChangeSettingsAsync(
        HttpRequest request,
        EntraDirectory directory,
        EmulatorClock clock,
        CancellationToken ct
    )
    {
        var patch = await ControlJson.ObjectAsync(request, ct);
        directory.Change(current => ControlJson.Merge(current, patch));
        clock.Offset = TimeSpan.FromSeconds(directory.Settings.ClockOffsetSeconds);
        return ControlJson.Write(directory.Settings);
    }

    private static JsonObject Keys(KeyRing keys) =>
        TenantControl.Items(
            keys.Published.Concat(keys.Own)
                .Select(key =>
                {
                    var view = new JsonObject
                    {
                        ["kid"] = key.Kid,
                        ["signs"] = key.Signs,
                        ["personalAccounts"] = key.IsConsumers,
                    };
                    if (key.ServicePrincipalId is { } owner)
                        view["servicePrincipalId"] = owner.ToString();
                    return view;
                })
        );

    private static JsonObject RotateKeys(string action, KeyRing keys)
    {
        switch (action)
        {
            case "add-next":
                keys.AddNext();
                break;
            case "switch-signing":
                keys.SwitchSigning();
                break;
            case "remove-old":
                keys.RemoveOld();
                break;
            case "emergency":
                keys.Replace();
                break;
            default:
                throw new ControlException("The actions are add-next, switch-signing, remove-old and emergency.", 404);
        }
        return Keys(keys);
    }

    private static JsonObject Requests(RequestLog log, long after = 0, int limit = 100, string? path = null)
    {
        var entries = log.After(after, Math.Clamp(limit, 1, MostEntries), path);
        var answer = TenantControl.Items(entries.Select(ControlJson.Write));
        answer["next"] = entries.Count > 0 ? entries[^1].Id : after;
        return answer;
    }

    private static IResult ClearRequests(RequestLog log)
    {
        log.Clear();
        return Results.NoContent();
    }

    private sealed record NewFault(string Path, string Kind)
    {
        public string? Method { get; init; }
        public int? Status { get; init; }
        public double? RetryAfterSeconds { get; init; }
        public int? DelayMilliseconds { get; init; }
        public int? Times { get; init; }
    }
}
