using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Consent of a tenant to an application, and what its service principal was given.</summary>
internal static class ConsentControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tenants/{tenant}/service-principals", List);
        routes.MapGet("/tenants/{tenant}/service-principals/{appId:guid}/grants", Grants);
        routes.MapPost("/tenants/{tenant}/service-principals/{appId:guid}/grants", GrantAsync);
        routes.MapDelete("/tenants/{tenant}/service-principals/{appId:guid}/grants", Withdraw);
        routes.MapPost("/tenants/{tenant}/service-principals/{appId:guid}/permissions", GivePermissionsAsync);
        routes.MapDelete("/tenants/{tenant}/service-principals/{appId:guid}/permissions/{permission}", RevokePermission);
    }

    private static JsonObject List(string tenant, EntraDirectory directory) =>
        TenantControl.Items(
            directory
                .ServicePrincipalsByTenant.Find(ControlEndpoints.Tenant(directory, tenant).Id.ToString())
                .Select(principal =>
                {
                    var view = ControlJson.Write(principal);
                    view["displayName"] = directory.ApplicationOf(principal)?.DisplayName;
                    return view;
                })
        );

    private static JsonObject Grants(string tenant, Guid appId, EntraDirectory directory) =>
        TenantControl.Items(
            directory.GrantsOf.Find(EnterpriseControl.Principal(directory, tenant, appId).Id.ToString()).Select(ControlJson.Write)
        );

    /// <summary>Delegated: <c>scopes</c> by full name, for one <c>userId</c> or for everybody.</summary>
    private static async Task<JsonObject> GrantAsync(
        HttpRequest request,
        string tenant,
        Guid appId,
        EntraDirectory directory,
        ConsentRegister register,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewGrant>(await ControlJson.ObjectAsync(request, ct));
        register.Grant(ControlEndpoints.Tenant(directory, tenant).Id, appId, body.UserId, body.Scopes);
        return Grants(tenant, appId, directory);
    }

    /// <summary>Withdrawn consent: all of it, or with <c>scope</c> one delegated permission, of one <c>userId</c> or of everybody. Assigned people stay.</summary>
    private static IResult Withdraw(
        string tenant,
        Guid appId,
        string? scope,
        Guid? userId,
        EntraDirectory directory,
        EnterpriseEditor editor
    )
    {
        var client = EnterpriseControl.Principal(directory, tenant, appId);
        if (scope is null && userId is not null)
            throw new ControlException("'userId' needs 'scope'.");
        if (scope is null)
            editor.Withdraw(client);
        else
            editor.RevokeScope(client, scope, grant => grant.PrincipalId == userId);
        return Results.NoContent();
    }

    /// <summary>One application permission by its name or id.</summary>
    private static IResult RevokePermission(string tenant, Guid appId, string permission, EntraDirectory directory, EnterpriseEditor editor)
    {
        var role = Guid.TryParse(permission, out var id)
            ? id
            : MicrosoftGraph.FindRole(permission)?.Id ?? throw new ControlException($"Graph has no application permission '{permission}'.");
        editor.RevokeRole(EnterpriseControl.Principal(directory, tenant, appId), role);
        return Results.NoContent();
    }

    /// <summary>Application permissions of Microsoft Graph by name, and directory roles of the service principal.</summary>
    private static async Task<IResult> GivePermissionsAsync(
        HttpRequest request,
        string tenant,
        Guid appId,
        EntraDirectory directory,
        ConsentRegister register,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewPermissions>(await ControlJson.ObjectAsync(request, ct));
        var principal = EnterpriseControl.Principal(directory, tenant, appId);
        var graph = directory.GraphIn(principal.TenantId)!;
        var roles = body
            .Graph.Select(name =>
                MicrosoftGraph.FindRole(name) ?? throw new ControlException($"Graph has no application permission '{name}'.")
            )
            .ToList();
        directory.Write(changes => roles.ForEach(role => register.Assign(changes, graph.Id, principal.Id, role.Id)));
        foreach (var name in body.DirectoryRoles ?? [])
        {
            var template = DirectoryRoleTemplate.Find(name) ?? throw new ControlException($"There is no directory role '{name}'.");
            editor.SetRole(principal.TenantId, principal.Id, template.Id, held: true);
        }
        return Results.NoContent();
    }

    private sealed record NewGrant(IReadOnlyList<string> Scopes)
    {
        public Guid? UserId { get; init; }
    }

    private sealed record NewPermissions(IReadOnlyList<string> Graph)
    {
        public IReadOnlyList<string>? DirectoryRoles { get; init; }
    }
}
