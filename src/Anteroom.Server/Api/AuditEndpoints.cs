using System.Globalization;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record AuditPartyView(string Kind, string? Id, string? Name);

internal sealed record AuditView(
    DateTimeOffset At,
    AuditPartyView Actor,
    string Action,
    AuditPartyView? Target,
    string Result,
    string? Reason,
    string? CorrelationId,
    string? Network,
    JsonElement Details
);

/// <summary>The audit trail of an organization, oldest first, or newest first with <c>order=descending</c>.</summary>
internal static class AuditEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/organizations/{slug}/audit", ListAsync)
            .Operation("audit.list")
            .Paged()
            .WithMetadata(
                new ApiParameter("order", "The newest first, or the oldest.", ["ascending", "descending"]),
                new ApiParameter(
                    "action",
                    "Only this action, such as sign_in.refused; with a dot at its end, such as sign_in., all that begin so."
                ),
                new ApiParameter("user", "Only what this user did or what was done to them, by id.")
            )
            .Produces<ApiList<AuditView>>();

    private static async Task<IResult> ListAsync(HttpContext http, AuditReader trail, CancellationToken ct)
    {
        var descending = http.Request.Query["order"] == "descending";
        if (Paging.From(http) is not { } paging)
            return ApiIds.BadPage(http);
        long? after = null;
        if (paging.After is { } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return ApiIds.BadPage(http);
            after = number;
        }
        Guid? user = null;
        if (http.Request.Query["user"] is [{ Length: > 0 } person])
        {
            if (!UserId.TryParse(person, out var id))
                return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "user is the id of a user.");
            user = id.Value;
        }
        var action = http.Request.Query["action"] is [{ Length: > 0 and <= 100 } named] ? named : null;
        var filter = new AuditFilter(after, action, user, paging.Limit + 1) { IsAscending = !descending };
        var rows = await trail.ListAsync(http.TargetOrganization().Id, filter, ct);
        return ApiResults.Ok(paging.Page(rows, row => row.Id.ToString(CultureInfo.InvariantCulture), View));
    }

    private static AuditView View(AuditItem row) =>
        new(
            row.At,
            new(row.ActorKind, Id(row.ActorKind, row.ActorId), row.ActorName),
            row.Action,
            row.TargetKind is { } kind ? new(kind, Id(kind, row.TargetId), row.TargetName) : null,
            row.Result,
            row.Reason,
            row.CorrelationId,
            row.Network,
            row.Details
        );

    private static string? Id(string kind, Guid? id) =>
        id is not { } value ? null : Identifiers.Format(Prefixes.GetValueOrDefault(kind, "obj"), value);

    private static readonly Dictionary<string, string> Prefixes = new()
    {
        ["user"] = UserId.Prefix,
        ["apiKey"] = ApiKeys.IdPrefix,
        ["organization"] = OrganizationId.Prefix,
        ["connection"] = Connections.ConnectionId.Prefix,
        ["application"] = Federation.ApplicationId.Prefix,
        ["session"] = SignIn.SessionId.Prefix,
        ["role"] = RoleId.Prefix,
        ["group"] = Provisioning.Groups.IdPrefix,
    };
}
