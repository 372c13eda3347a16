using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Conditional Access, token policies, devices: rows that are listed, made, changed and deleted and need no more.</summary>
internal static class PolicyControl
{
    public static void Map(IEndpointRouteBuilder routes, EntraDirectory directory)
    {
        Rows(
            routes,
            directory,
            "conditional-access-policies",
            directory.ConditionalAccessPolicies,
            directory.PoliciesByTenant,
            (id, tenant, now, body) => new ConditionalAccessPolicy(id, tenant, Name(body)) { CreatedDateTime = now },
            new((editor, policy) => editor.Save(policy), (editor, policy) => editor.Delete(policy)),
            "createdDateTime"
        );
        Rows(
            routes,
            directory,
            "named-locations",
            directory.NamedLocations,
            directory.LocationsByTenant,
            (id, tenant, now, body) => new NamedLocation(id, tenant, Name(body), []) { CreatedDateTime = now },
            new((editor, location) => editor.Save(location), (editor, location) => ControlEndpoints.Value(editor.Delete(location))),
            "createdDateTime"
        );
        Rows(
            routes,
            directory,
            "authentication-contexts",
            directory.AuthenticationContexts,
            directory.ContextsByTenant,
            (_, tenant, _, body) =>
                new AuthenticationContext(
                    ControlJson.Take<string>(body, "id") ?? throw new ControlException("'id' is missing."),
                    tenant,
                    Name(body)
                ),
            rules: null
        );
        Rows(
            routes,
            directory,
            "token-policies",
            directory.StsPolicies,
            directory.StsPoliciesByTenant,
            (id, tenant, _, body) =>
                new StsPolicy(id, tenant, ControlJson.Take<string>(body, "kind") ?? StsPolicy.TokenLifetime, Name(body), []),
            rules: null,
            "deletedDateTime"
        );
        Rows(
            routes,
            directory,
            "devices",
            directory.Devices,
            directory.DevicesByTenant,
            (id, tenant, now, body) => new Device(id, tenant, Name(body)) { DeviceId = id, CreatedDateTime = now },
            rules: null,
            "createdDateTime"
        );
        routes.MapPut(
            "/token-policies/{policy:guid}/objects/{target:guid}",
            (Guid policy, Guid target) => Assign(directory, policy, target)
        );
        routes.MapDelete(
            "/token-policies/{policy:guid}/objects/{target:guid}",
            (Guid policy, Guid target) =>
            {
                directory.Write(changes => changes.Remove(directory.PolicyAssignments, new PolicyAssignment(policy, target).Key));
                return Results.NoContent();
            }
        );
    }

    private static IResult Assign(EntraDirectory directory, Guid policy, Guid target)
    {
        if (directory.StsPolicies.Find(policy) is null)
            throw new ControlException($"There is no policy '{policy}'.", 404);
        directory.Write(changes => changes.Put(directory.PolicyAssignments, new PolicyAssignment(policy, target)));
        return Results.NoContent();
    }

    /// <summary>GET and POST below the tenant; GET, PATCH and DELETE by the row's own key.</summary>
    private static void Rows<T>(
        IEndpointRouteBuilder routes,
        EntraDirectory directory,
        string name,
        Table<T> table,
        TableIndex<T> byTenant,
        Func<Guid, Guid, DateTimeOffset, JsonObject, T> make,
        Rules<T>? rules,
        params string[] ownedByTheEmulator
    )
        where T : class
    {
        string[] refused = ["id", "tenantId", .. ownedByTheEmulator];
        routes.MapGet(
            $"/tenants/{{tenant}}/{name}",
            (string tenant) =>
                TenantControl.Items(byTenant.Find(ControlEndpoints.Tenant(directory, tenant).Id.ToString()).Select(ControlJson.Write))
        );
        routes.MapPost(
            $"/tenants/{{tenant}}/{name}",
            async (HttpRequest request, string tenant, AccessEditor editor, TimeProvider clock, CancellationToken ct) =>
            {
                var home = ControlEndpoints.Tenant(directory, tenant);
                var body = await ControlJson.ObjectAsync(request, ct);
                var row = ControlJson.Merge(make(Identifiers.NewUuid(clock), home.Id, clock.GetUtcNow(), body), body, refused);
                return ControlEndpoints.Created(ControlJson.Write(Save(editor, row)));
            }
        );
        routes.MapGet($"/{name}/{{**id}}", (string id) => ControlJson.Write(Find(table, id)));
        routes.MapPatch(
            $"/{name}/{{**id}}",
            async (HttpRequest request, string id, AccessEditor editor, CancellationToken ct) =>
            {
                var body = await ControlJson.ObjectAsync(request, ct);
                return ControlJson.Write(Save(editor, ControlJson.Merge(Find(table, id), body, refused)));
            }
        );
        routes.MapDelete(
            $"/{name}/{{**id}}",
            (string id, AccessEditor editor) =>
            {
                var row = Find(table, id);
                if (rules is not null)
                    rules.Delete(editor, row);
                else
                    directory.Write(changes => changes.Remove(table, table.KeyOf(row)));
                return Results.NoContent();
            }
        );

        T Save(AccessEditor editor, T row)
        {
            if (rules is not null)
                return ControlEndpoints.Value(rules.Save(editor, row));
            directory.Write(changes => changes.Put(table, row));
            return row;
        }
    }

    /// <summary>The rules that the portal has for such rows.</summary>
    private sealed record Rules<T>(Func<AccessEditor, T, Result<T, EditProblem>> Save, Action<AccessEditor, T> Delete)
        where T : class;

    private static T Find<T>(Table<T> table, string id)
        where T : class => table.Find(id) ?? throw new ControlException($"There is no '{id}'.", 404);

    private static string Name(JsonObject body) =>
        ControlJson.Take<string>(body, "displayName") ?? throw new ControlException("'displayName' is missing.");
}
