using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

internal sealed record RoleBody(string Key, string Name, IReadOnlyList<string>? Permissions = null, IReadOnlyList<string>? Channels = null);

internal sealed record PatchRoleBody
{
    public Patched<string> Name { get; init; }
    public Patched<IReadOnlyList<string>> Permissions { get; init; }
    public Patched<IReadOnlyList<string>> Channels { get; init; }
}

internal sealed record RoleView(
    string Id,
    string Key,
    string Name,
    IReadOnlyList<string> Permissions,
    IReadOnlyList<string> Channels,
    bool BuiltIn,
    int Version
)
{
    public static RoleView Of(Role role) =>
        new(role.Id.ToString(), role.Key, role.Name, role.Permissions, role.Channels, role.BuiltIn, role.Version);
}

internal sealed record CustomFieldBody(string Key, string Name, int MaxLength = 256);

/// <summary>Roles and custom fields of an organization.</summary>
internal static class RoleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/organizations/{slug}/roles", ListAsync).Operation("roles.list").Produces<ApiList<RoleView>>();
        api.MapPost("/organizations/{slug}/roles", CreateAsync)
            .Operation("roles.create")
            .Accepts<RoleBody>("application/json")
            .Produces<RoleView>(201);
        api.MapGet("/organizations/{slug}/roles/{key}", GetAsync).Operation("roles.get").Produces<RoleView>();
        api.MapPatch("/organizations/{slug}/roles/{key}", PatchAsync)
            .Operation("roles.update")
            .Versioned()
            .Accepts<PatchRoleBody>("application/merge-patch+json", "application/json")
            .Produces<RoleView>();
        api.MapGet("/organizations/{slug}/custom-fields", ListFieldsAsync).Operation("customFields.list").Produces<ApiList<CustomField>>();
        api.MapPost("/organizations/{slug}/custom-fields", CreateFieldAsync)
            .Operation("customFields.create")
            .Accepts<CustomFieldBody>("application/json")
            .Produces<CustomField>(201);
    }

    private static async Task<IResult> ListAsync(HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        var roles = await RoleStore.ListAsync(tx, ct);
        return ApiResults.Ok(new ApiList<RoleView>([.. roles.Select(RoleView.Of)], null));
    }

    private static async Task<IResult> GetAsync(string key, HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        return await RoleStore.FindAsync(tx, key, ct) is { } role
            ? ApiResults.Versioned(http, RoleView.Of(role), role.Version)
            : ApiResults.NotFound(http);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ChangeRoles roles, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<RoleBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var draft = new RoleDraft(body.Name, body.Permissions ?? [], body.Channels ?? Channels.All);
        var created = await roles.CreateAsync(http.TargetOrganization().Id, body.Key, draft, http.ApiAdministrator(), ct);
        return created.TryGet(out var role, out var refusal)
            ? ApiResults.Created(
                http,
                $"/api/v1/organizations/{http.TargetOrganization().Slug}/roles/{role.Key}",
                RoleView.Of(role),
                role.Version
            )
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> PatchAsync(string key, HttpContext http, ChangeRoles roles, CancellationToken ct)
    {
        if (!http.TryGetIfMatch(out var version, out var unmatched))
            return unmatched!;
        if (!(await ApiBody.ReadAsync<PatchRoleBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var changed = await roles.ChangeAsync(
            http.TargetOrganization().Id,
            key,
            current =>
                new(
                    body.Name.IsPresent ? body.Name.Value ?? "" : current.Name,
                    body.Permissions.IsPresent ? body.Permissions.Value ?? [] : current.Permissions,
                    body.Channels.IsPresent ? body.Channels.Value ?? [] : current.Channels
                ),
            version,
            http.ApiAdministrator(),
            ct
        );
        return changed.TryGet(out var role, out var refusal)
            ? ApiResults.Versioned(http, RoleView.Of(role), role.Version)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }

    private static async Task<IResult> ListFieldsAsync(HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        return ApiResults.Ok(new ApiList<CustomField>(await CustomFields.ListAsync(tx, ct), null));
    }

    private static async Task<IResult> CreateFieldAsync(HttpContext http, DefineCustomField define, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<CustomFieldBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var defined = await define.HandleAsync(http.TargetOrganization().Id, body.Key, body.Name, body.MaxLength, http.ApiAudit(), ct);
        return defined.TryGet(out var field, out var refusal)
            ? ApiResults.Created(http, $"/api/v1/organizations/{http.TargetOrganization().Slug}/custom-fields", field)
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);
    }
}
