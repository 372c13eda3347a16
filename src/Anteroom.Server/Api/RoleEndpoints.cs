using System.Text.RegularExpressions;
using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;
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
    bool BuiltIn
)
{
    public static RoleView Of(Role role) => new(role.Id.ToString(), role.Key, role.Name, role.Permissions, role.Channels, role.BuiltIn);
}

internal sealed record CustomFieldBody(string Key, string Name, int MaxLength = 256);

/// <summary>Roles and custom fields of an organization.</summary>
internal static partial class RoleEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/organizations/{slug}/roles", ListAsync).Operation("roles.list").Produces<ApiList<RoleView>>();
        api.MapPost("/organizations/{slug}/roles", CreateAsync)
            .Operation("roles.create")
            .Accepts<RoleBody>("application/json")
            .Produces<RoleView>(201);
        api.MapPatch("/organizations/{slug}/roles/{key}", PatchAsync)
            .Operation("roles.update")
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

    private static async Task<IResult> CreateAsync(
        HttpContext http,
        Database database,
        AuditTrail audit,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<RoleBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var role = new Role(
            RoleId.New(clock),
            body.Key,
            body.Name,
            body.Permissions ?? [],
            body.Channels ?? Channels.All,
            BuiltIn: false,
            clock.GetUtcNow()
        );
        if (!KeyPattern().IsMatch(body.Key))
            return Invalid(http, "key has 1 to 40 lower-case letters, digits and hyphens and begins with a letter.");
        if (Problem(http, role) is { } wrong)
            return wrong;
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if ((await RoleStore.ListAsync(tx, ct)).Count >= 100 || !await RoleStore.TryAddAsync(tx, role, ct))
            return ApiResults.Problem(http, ReasonCodes.Conflict, "The key is taken, or there are a hundred roles already.");
        await RecordAsync(tx, http, audit, "role.created", role, ct);
        return ApiResults.Created(http, $"/api/v1/organizations/{http.TargetOrganization().Slug}/roles/{role.Key}", RoleView.Of(role));
    }

    private static async Task<IResult> PatchAsync(string key, HttpContext http, Database database, AuditTrail audit, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<PatchRoleBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if (await RoleStore.FindAsync(tx, key, ct) is not { } current)
            return ApiResults.NotFound(http);
        if (current.BuiltIn)
            return Invalid(http, "A built-in role does not change; make one of your own.");
        var changed = current with
        {
            Name = body.Name.IsPresent ? body.Name.Value ?? "" : current.Name,
            Permissions = body.Permissions.IsPresent ? body.Permissions.Value ?? [] : current.Permissions,
            Channels = body.Channels.IsPresent ? body.Channels.Value ?? [] : current.Channels,
        };
        if (Problem(http, changed) is { } wrong)
            return wrong;
        if (!http.Caller().Holds(current.Permissions))
            return ApiResults.Problem(http, ReasonCodes.Forbidden, "The role has more permissions than the key.");
        await RoleStore.UpdateAsync(tx, changed, ct);
        await RecordAsync(tx, http, audit, "role.updated", changed, ct);
        return ApiResults.Ok(RoleView.Of(changed));
    }

    private static IResult? Problem(HttpContext http, Role role)
    {
        if (OrganizationNames.Fault(role.Name, 100) is { } fault)
            return Invalid(http, fault);
        if (role.Permissions.FirstOrDefault(permission => !Permissions.OfOrganizations.Contains(permission)) is not null)
            return Invalid(http, "permissions holds a word that is no permission of an organization.");
        if (role.Channels.Any(channel => !Channels.All.Contains(channel)))
            return Invalid(http, "channels holds web, native or unlock.");
        return http.Caller().Holds(role.Permissions)
            ? null
            : ApiResults.Problem(http, ReasonCodes.Forbidden, "Nobody grants more than they hold.");
    }

    private static async Task RecordAsync(
        Transaction tx,
        HttpContext http,
        AuditTrail audit,
        string action,
        Role role,
        CancellationToken ct
    )
    {
        var entry = new AuditEntry(action, AuditResult.Success, null, "role", role.Id.Value, role.Name)
        {
            Details = new Dictionary<string, object?>
            {
                ["key"] = role.Key,
                ["permissions"] = role.Permissions.ToArray(),
                ["channels"] = role.Channels.ToArray(),
            },
        };
        await audit.RecordAsync(tx, http.ApiAudit(), entry, ct);
        await tx.CommitAsync(ct);
    }

    private static async Task<IResult> ListFieldsAsync(HttpContext http, Database database, CancellationToken ct)
    {
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        return ApiResults.Ok(new ApiList<CustomField>(await CustomFields.ListAsync(tx, ct), null));
    }

    private static async Task<IResult> CreateFieldAsync(
        HttpContext http,
        Database database,
        AuditTrail audit,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<CustomFieldBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (
            !FieldPattern().IsMatch(body.Key)
            || OrganizationNames.Fault(body.Name, 100) is not null
            || body.MaxLength is < 1 or > UserAttributes.LongestCustom
        )
            return Invalid(
                http,
                "key is a camelCase word of at most 40 letters and digits, name has 1 to 100 characters, maxLength is 1 to 1024."
            );
        var field = new CustomField(body.Key, body.Name, body.MaxLength, clock.GetUtcNow());
        await using var tx = await database.BeginAsync(http.TargetOrganization().Id, ct);
        if ((await CustomFields.ListAsync(tx, ct)).Count >= CustomFields.Most || !await CustomFields.TryAddAsync(tx, field, ct))
            return ApiResults.Problem(http, ReasonCodes.Conflict, "The key is taken, or there are a hundred fields already.");
        await audit.RecordAsync(
            tx,
            http.ApiAudit(),
            new("custom_field.created", AuditResult.Success, null, "customField", null, field.Key),
            ct
        );
        await tx.CommitAsync(ct);
        return ApiResults.Created(http, $"/api/v1/organizations/{http.TargetOrganization().Slug}/custom-fields", field);
    }

    private static IResult Invalid(HttpContext http, string detail) => ApiResults.Problem(http, ReasonCodes.ValidationFailed, detail);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,39}\z")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^[a-z][a-zA-Z0-9]{0,39}\z")]
    private static partial Regex FieldPattern();
}
