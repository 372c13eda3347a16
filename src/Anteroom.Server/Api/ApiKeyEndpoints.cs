using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record ApiKeyBody(string Name, IReadOnlyList<string> Permissions, int? ExpiresInDays = null);

internal sealed record ApiKeyView(
    string Id,
    string Name,
    string Last4,
    IReadOnlyList<string> Permissions,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset CreatedAt,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        string? Key = null
)
{
    public static ApiKeyView Of(ApiKey key, Handle? value = null) =>
        new(
            Identifiers.Format(ApiKeys.IdPrefix, key.Id),
            key.Name,
            key.Last4,
            key.Permissions,
            key.ExpiresAt,
            key.LastUsedAt,
            key.RevokedAt,
            key.CreatedAt,
            value?.Reveal()
        );
}

/// <summary>API keys of the platform and of organizations. The value is in the answer that makes it and nowhere else.</summary>
internal static class ApiKeyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(
                "/api-keys",
                (HttpContext http, ApiKeys keys, CancellationToken ct) => ListAsync(OrganizationId.Platform, http, keys, ct)
            )
            .Operation("platformApiKeys.list")
            .Paged()
            .Produces<ApiList<ApiKeyView>>();
        api.MapPost(
                "/api-keys",
                (HttpContext http, ApiKeys keys, Database database, CancellationToken ct) =>
                    CreateAsync(OrganizationId.Platform, http, keys, database, ct)
            )
            .Operation("platformApiKeys.create")
            .Accepts<ApiKeyBody>("application/json")
            .Produces<ApiKeyView>(201);
        api.MapDelete(
                "/api-keys/{id}",
                (string id, HttpContext http, ApiKeys keys, CancellationToken ct) =>
                    RevokeAsync(OrganizationId.Platform, id, http, keys, ct)
            )
            .Operation("platformApiKeys.revoke")
            .Produces(204);

        const string path = "/organizations/{slug}/api-keys";
        api.MapGet(path, (HttpContext http, ApiKeys keys, CancellationToken ct) => ListAsync(http.TargetOrganization().Id, http, keys, ct))
            .Operation("apiKeys.list")
            .Paged()
            .Produces<ApiList<ApiKeyView>>();
        api.MapPost(
                path,
                (HttpContext http, ApiKeys keys, Database database, CancellationToken ct) =>
                    CreateAsync(http.TargetOrganization().Id, http, keys, database, ct)
            )
            .Operation("apiKeys.create")
            .Accepts<ApiKeyBody>("application/json")
            .Produces<ApiKeyView>(201);
        api.MapDelete(
                path + "/{id}",
                (string id, HttpContext http, ApiKeys keys, CancellationToken ct) =>
                    RevokeAsync(http.TargetOrganization().Id, id, http, keys, ct)
            )
            .Operation("apiKeys.revoke")
            .Produces(204);
    }

    private static async Task<IResult> ListAsync(OrganizationId organization, HttpContext http, ApiKeys keys, CancellationToken ct)
    {
        if (!ApiIds.TryReadPage(http, out var paging, out var after))
            return ApiIds.BadPage(http);
        var found = await keys.ListAsync(organization, after, paging.Limit + 1, ct);
        return ApiResults.Ok(paging.Page(found, key => key.Id.ToString("N"), key => ApiKeyView.Of(key)));
    }

    private static async Task<IResult> CreateAsync(
        OrganizationId organization,
        HttpContext http,
        ApiKeys keys,
        Database database,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<ApiKeyBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var known = organization == OrganizationId.Platform ? Permissions.OfPlatform : Permissions.OfOrganizations;
        if (OrganizationNames.Fault(body.Name, 100) is { } fault)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, fault);
        if (body.Permissions.Count is 0 or > 100 || body.Permissions.Any(permission => !known.Contains(permission)))
            return ApiResults.Problem(
                http,
                ReasonCodes.ValidationFailed,
                $"permissions holds at least one of: {string.Join(", ", known)}."
            );
        var life = body.ExpiresInDays is { } days ? TimeSpan.FromDays(Math.Clamp(days, -1, 10_000)) : ApiKeys.DefaultLife;
        if (life <= TimeSpan.Zero || life > ApiKeys.LongestLife)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, $"expiresInDays is 1 to {ApiKeys.LongestLife.Days}.");
        if (!http.Caller().Holds(body.Permissions))
            return ApiResults.Problem(http, ReasonCodes.Forbidden, "Nobody grants more than they hold.");

        await using var tx = await database.BeginAsync(organization, ct);
        var (key, value) = await keys.CreateAsync(tx, body.Name.Trim(), [.. body.Permissions.Distinct()], life, http.ApiAudit(), ct);
        await tx.CommitAsync(ct);
        return ApiResults.Created(http, $"{http.Request.Path}/{Identifiers.Format(ApiKeys.IdPrefix, key.Id)}", ApiKeyView.Of(key, value));
    }

    private static async Task<IResult> RevokeAsync(
        OrganizationId organization,
        string id,
        HttpContext http,
        ApiKeys keys,
        CancellationToken ct
    ) =>
        Identifiers.TryParse(ApiKeys.IdPrefix, id, out var key) && await keys.RevokeAsync(organization, key, http.ApiAudit(), ct)
            ? Results.NoContent()
            : ApiResults.NotFound(http);
}
