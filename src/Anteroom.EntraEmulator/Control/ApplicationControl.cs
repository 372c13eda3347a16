using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>App registrations.</summary>
internal static class ApplicationControl
{
    private static readonly string[] OwnedByTheEmulator =
    [
        "id",
        "appId",
        "tenantId",
        "passwordCredentials",
        "keyCredentials",
        "createdDateTime",
        "deletedDateTime",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/tenants/{tenant}/applications", List);
        routes.MapPost("/tenants/{tenant}/applications", CreateAsync);
        routes.MapGet(
            "/applications/{id:guid}",
            (EntraDirectory directory, Guid id) => View(directory, ControlEndpoints.Application(directory, id))
        );
        routes.MapPatch("/applications/{id:guid}", ChangeAsync);
        routes.MapDelete("/applications/{id:guid}", Delete);
        routes.MapPost("/applications/{id:guid}/redirect-uris", AddRedirectUriAsync);
    }

    private static JsonObject List(string tenant, EntraDirectory directory) =>
        TenantControl.Items(
            directory
                .ApplicationsByTenant.Find(ControlEndpoints.Tenant(directory, tenant).Id.ToString())
                .Select(app => View(directory, app))
        );

    private static async Task<IResult> CreateAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        DirectoryEditor editor,
        EnterpriseEditor enterprise,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var home = ControlEndpoints.Tenant(directory, tenant);
        var body = await ControlJson.ObjectAsync(request, ct);
        var name = ControlJson.Take<string>(body, "displayName") ?? throw new ControlException("'displayName' is missing.");
        var appId = ControlJson.Take<Guid?>(body, "appId") ?? Identifiers.NewUuid(clock);
        var consent = ControlJson.Take<bool?>(body, "grantAdminConsent") ?? true;
        var assignment = ControlJson.Take<bool?>(body, "appRoleAssignmentRequired");
        var empty = new Application(Identifiers.NewUuid(clock), appId, home.Id, name) { CreatedDateTime = clock.GetUtcNow() };

        var application = ControlEndpoints.Value(editor.Register(ControlJson.Merge(empty, body, OwnedByTheEmulator), consent));
        if (assignment is { } required)
            enterprise.Change(home.Id, appId, current => current with { AppRoleAssignmentRequired = required });
        return ControlEndpoints.Created(View(directory, application));
    }

    private static async Task<JsonObject> ChangeAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var application = ControlEndpoints.Application(directory, id);
        return View(
            directory,
            ControlEndpoints.Value(editor.Change(application.Id, current => ControlJson.Merge(current, body, OwnedByTheEmulator)))
        );
    }

    private static IResult Delete(Guid id, EntraDirectory directory, DirectoryEditor editor)
    {
        editor.Delete(ControlEndpoints.Application(directory, id));
        return Results.NoContent();
    }

    private static async Task<JsonObject> AddRedirectUriAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewRedirectUri>(await ControlJson.ObjectAsync(request, ct));
        var application = ControlEndpoints.Application(directory, id);
        return View(
            directory,
            ControlEndpoints.Value(
                editor.Change(
                    application.Id,
                    current =>
                        body.Platform switch
                        {
                            "web" => current with { Web = current.Web with { RedirectUris = Add(current.Web.RedirectUris, body.Uri) } },
                            "spa" => current with { Spa = new RedirectUriList { RedirectUris = Add(current.Spa.RedirectUris, body.Uri) } },
                            "publicClient" => current with
                            {
                                PublicClient = new RedirectUriList { RedirectUris = Add(current.PublicClient.RedirectUris, body.Uri) },
                            },
                            _ => throw new ControlException("'platform' is web, spa or publicClient."),
                        }
                )
            )
        );
    }

    private static List<string> Add(IReadOnlyList<string> uris, string uri) => [.. uris.Append(uri).Distinct()];

    private static JsonObject View(EntraDirectory directory, Application application) =>
        ControlJson.View(application, directory.FindServicePrincipal(application.TenantId, application.AppId));

    private sealed record NewRedirectUri(string Platform, string Uri);
}
