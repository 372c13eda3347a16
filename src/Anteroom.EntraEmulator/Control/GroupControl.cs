using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Groups and their direct members.</summary>
internal static class GroupControl
{
    private static readonly string[] OwnedByTheEmulator = ["id", "tenantId", "createdDateTime", "deletedDateTime"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tenants/{tenant}/groups", Groups);
        routes.MapPost("/tenants/{tenant}/groups", CreateGroupAsync);
        routes.MapGet("/groups/{group:guid}", (EntraDirectory directory, Guid group) => View(directory, Find(directory, group)));
        routes.MapPatch("/groups/{group:guid}", ChangeAsync);
        routes.MapDelete("/groups/{group:guid}", DeleteGroup);
        routes.MapPost("/groups/{group:guid}/members", AddMembersAsync);
        routes.MapDelete("/groups/{group:guid}/members/{member:guid}", RemoveMember);
    }

    private static JsonObject Groups(string tenant, EntraDirectory directory) =>
        TenantControl.Items(
            directory.GroupsByTenant.Find(ControlEndpoints.Tenant(directory, tenant).Id.ToString()).Select(group => View(directory, group))
        );

    private static async Task<IResult> CreateGroupAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var members = ControlJson.Take<Guid[]>(body, "members") ?? [];
        var name = ControlJson.Take<string>(body, "displayName") ?? throw new ControlException("'displayName' is missing.");
        var id = ControlJson.Take<Guid?>(body, "id") ?? Identifiers.NewUuid(clock);
        var empty = new Group(id, ControlEndpoints.Tenant(directory, tenant).Id, name) { CreatedDateTime = clock.GetUtcNow() };
        var group = editor.SaveGroup(ControlJson.Merge(empty, body, "tenantId"), members);
        return ControlEndpoints.Created(View(directory, group));
    }

    private static async Task<JsonObject> AddMembersAsync(
        HttpRequest request,
        Guid group,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var members = ControlJson.Take<Guid[]>(body, "members") ?? throw new ControlException("'members' is missing.");
        if (members.FirstOrDefault(member => !editor.IsPrincipal(member)) is var unknown && unknown != Guid.Empty)
            throw new ControlException($"There is no user or group '{unknown}'.");
        return View(directory, editor.SaveGroup(Find(directory, group), members));
    }

    private static async Task<JsonObject> ChangeAsync(
        HttpRequest request,
        Guid group,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        return View(directory, editor.SaveGroup(ControlJson.Merge(Find(directory, group), body, OwnedByTheEmulator), []));
    }

    private static IResult RemoveMember(Guid group, Guid member, EntraDirectory directory, DirectoryEditor editor)
    {
        editor.RemoveMember(Find(directory, group), member);
        return Results.NoContent();
    }

    private static IResult DeleteGroup(Guid group, EntraDirectory directory, DirectoryEditor editor)
    {
        editor.Delete(Find(directory, group));
        return Results.NoContent();
    }

    private static Group Find(EntraDirectory directory, Guid group) =>
        directory.Groups.Find(group) ?? throw new ControlException($"There is no group '{group}'.", 404);

    private static JsonObject View(EntraDirectory directory, Group group)
    {
        var view = ControlJson.Write(group);
        var members = directory.MembersOf.Find(group.Id.ToString()).Select(membership => (JsonNode)membership.MemberId.ToString());
        view["members"] = new JsonArray([.. members]);
        return view;
    }
}
