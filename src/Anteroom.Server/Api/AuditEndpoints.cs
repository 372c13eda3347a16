using System.Globalization;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
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
                new ApiParameter("action", "Only this action, such as sign_in.refused."),
                new ApiParameter("user", "Only what this user did or what was done to them, by id.")
            )
            .Produces<ApiList<AuditView>>();

    private sealed record Row(
        long AuditId,
        DateTimeOffset At,
        string ActorKind,
        Guid? ActorId,
        string? ActorName,
        string Action,
        string? TargetKind,
        Guid? TargetId,
        string? TargetName,
        string Result,
        string? Reason,
        string? CorrelationId,
        string? Network,
        string Details
    );

    private static async Task<IResult> ListAsync(HttpContext http, Database database, CancellationToken ct)
    {
        var descending = http.Request.Query["order"] == "descending";
        long after = descending ? long.MaxValue : 0;
        if (
            Paging.From(http) is not { } paging
            || (paging.After is { } text && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        )
            return ApiIds.BadPage(http);
        Guid? user = null;
        if (http.Request.Query["user"] is [{ Length: > 0 } named])
        {
            if (!UserId.TryParse(named, out var id))
                return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "user is the id of a user.");
            user = id.Value;
        }
        var rows = await database
            .In(http.TargetOrganization().Id)
            .ListAsync<Row>(
                $"""
                SELECT e.audit_id, e.at, e.actor_kind, e.actor_id, {AuditNames.Of(
                    "e.actor_id"
                )} AS actor_name, e.action, e.target_kind, e.target_id,
                       {AuditNames.Of(
                    "e.target_id"
                )} AS target_name, e.result, e.reason, e.correlation_id, e.network, e.details::text AS details
                  FROM audit_events e
                 WHERE e.organization_id = @organization AND e.audit_id {(descending ? "<" : ">")} @after
                   AND (@action::text IS NULL OR e.action = @action)
                   AND (@user::uuid IS NULL OR e.target_id = @user OR e.actor_id = @user)
                 ORDER BY e.audit_id {(descending ? "DESC" : "")} LIMIT @limit
                """,
                new
                {
                    after,
                    action = http.Request.Query["action"] is [{ Length: > 0 and <= 100 } action] ? action : null,
                    user,
                    limit = paging.Limit + 1,
                },
                ct
            );
        return ApiResults.Ok(paging.Page(rows, row => row.AuditId.ToString(CultureInfo.InvariantCulture), View));
    }

    private static AuditView View(Row row) =>
        new(
            row.At,
            new(row.ActorKind, Id(row.ActorKind, row.ActorId), row.ActorName),
            row.Action,
            row.TargetKind is { } kind ? new(kind, Id(kind, row.TargetId), row.TargetName) : null,
            row.Result,
            row.Reason,
            row.CorrelationId,
            row.Network,
            JsonElement.Parse(row.Details)
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
