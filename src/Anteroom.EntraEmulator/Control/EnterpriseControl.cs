using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Applications as a tenant sees them: properties, assigned people, a signing key of their own.</summary>
internal static class EnterpriseControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var one = routes.MapGroup("/tenants/{tenant}/service-principals/{appId:guid}");
        one.MapGet("", GetServicePrincipal);
        one.MapPut("", PutServicePrincipalAsync);
        one.MapDelete("", Delete);
        one.MapPost("/assignments", AssignAsync);
        one.MapDelete("/assignments/{assignment}", Unassign);
        one.MapPost("/keys", MakeKey);
    }

    /// <summary>Makes or changes an application's service principal in a tenant; <c>grantAdminConsent</c> consents for everybody there.</summary>
    private static async Task<JsonObject> PutServicePrincipalAsync(
        HttpRequest request,
        string tenant,
        Guid appId,
        EntraDirectory directory,
        EnterpriseEditor editor,
        CancellationToken ct
    )
    {
        var home = ControlEndpoints.Tenant(directory, tenant);
        var application = ControlEndpoints.Application(directory, appId);
        var body = ControlJson.Read<ServicePrincipalChange>(await ControlJson.ObjectAsync(request, ct));
        var principal = editor.Change(
            home.Id,
            application.AppId,
            current =>
                current with
                {
                    AccountEnabled = body.AccountEnabled ?? current.AccountEnabled,
                    AppRoleAssignmentRequired = body.AppRoleAssignmentRequired ?? current.AppRoleAssignmentRequired,
                    Tags = body.Tags ?? current.Tags,
                    Notes = body.Notes ?? current.Notes,
                }
        );
        if (body.GrantAdminConsent == true)
            editor.GrantAdminConsent(home, application);
        return View(directory, principal);
    }

    private static JsonObject GetServicePrincipal(string tenant, Guid appId, EntraDirectory directory) =>
        View(directory, Principal(directory, tenant, appId));

    private static async Task<IResult> AssignAsync(
        HttpRequest request,
        string tenant,
        Guid appId,
        EntraDirectory directory,
        DirectoryEditor people,
        EnterpriseEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewAssignment>(await ControlJson.ObjectAsync(request, ct));
        var principal = Principal(directory, tenant, appId);
        if (!people.IsPrincipal(body.PrincipalId))
            throw new ControlException($"There is no user or group '{body.PrincipalId}'.");
        var role = body.AppRoleId ?? Guid.Empty;
        if (role != Guid.Empty && !directory.FindApplication(appId)!.AppRoles.Any(known => known.Id == role))
            throw new ControlException($"The application has no role '{role}'.");
        return ControlEndpoints.Created(ControlJson.Write(editor.Assign(principal, body.PrincipalId, role)));
    }

    private static IResult Unassign(string tenant, Guid appId, string assignment, EntraDirectory directory, EnterpriseEditor editor)
    {
        _ = ControlEndpoints.Value(editor.Unassign(Principal(directory, tenant, appId), assignment));
        return Results.NoContent();
    }

    private static IResult Delete(string tenant, Guid appId, EntraDirectory directory, EnterpriseEditor editor)
    {
        editor.Delete(Principal(directory, tenant, appId));
        return Results.NoContent();
    }

    /// <summary>A signing key of its own, which only discovery with <c>?appid=</c> lists.</summary>
    private static IResult MakeKey(string tenant, Guid appId, EntraDirectory directory, EnterpriseEditor editor)
    {
        var made = editor.AddSigningKey(Principal(directory, tenant, appId));
        return ControlEndpoints.Created(new JsonObject { ["kid"] = made.Kid });
    }

    public static ServicePrincipal Principal(EntraDirectory directory, string tenant, Guid appId) =>
        directory.FindServicePrincipal(ControlEndpoints.Tenant(directory, tenant).Id, appId)
        ?? throw new ControlException($"The application '{appId}' has no service principal there.", 404);

    private static JsonObject View(EntraDirectory directory, ServicePrincipal principal)
    {
        var view = ControlJson.Write(principal);
        var assignments = directory
            .AssignmentsOf.Find(principal.Id.ToString())
            .Select(assignment => (JsonNode)ControlJson.Write(assignment));
        view["assignments"] = new JsonArray([.. assignments]);
        return view;
    }

    private sealed record ServicePrincipalChange
    {
        public bool? AccountEnabled { get; init; }
        public bool? AppRoleAssignmentRequired { get; init; }
        public IReadOnlyList<string>? Tags { get; init; }
        public string? Notes { get; init; }
        public bool? GrantAdminConsent { get; init; }
    }

    private sealed record NewAssignment(Guid PrincipalId)
    {
        public Guid? AppRoleId { get; init; }
    }
}
