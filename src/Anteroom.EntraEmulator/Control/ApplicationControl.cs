using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>App registrations, their secrets, service principals and assignments.</summary>
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
        routes.MapPost("/applications/{id:guid}/secrets", AddSecretAsync);
        routes.MapDelete("/applications/{id:guid}/secrets/{keyId:guid}", RemoveSecret);
        routes.MapPost("/applications/{id:guid}/certificates", AddCertificateAsync);
        routes.MapDelete("/applications/{id:guid}/certificates/{keyId:guid}", RemoveCertificate);
        routes.MapPut("/tenants/{tenant}/service-principals/{appId:guid}", PutServicePrincipalAsync);
        routes.MapGet("/tenants/{tenant}/service-principals/{appId:guid}", GetServicePrincipal);
        routes.MapPost("/tenants/{tenant}/service-principals/{appId:guid}/assignments", AssignAsync);
        routes.MapDelete("/tenants/{tenant}/service-principals/{appId:guid}/assignments/{assignment}", Unassign);
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
            Save(directory, directory.FindServicePrincipal(home.Id, appId)! with { AppRoleAssignmentRequired = required });
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

    private static async Task<IResult> AddSecretAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewSecretRequest>(await ControlJson.ObjectAsync(request, ct));
        var application = ControlEndpoints.Application(directory, id);
        var secret = editor.AddSecret(application, body.DisplayName ?? "", body.StartDateTime, body.EndDateTime, body.SecretText);
        return ControlEndpoints.Created(
            new JsonObject
            {
                ["keyId"] = secret.Credential.KeyId.ToString(),
                ["displayName"] = secret.Credential.DisplayName,
                ["hint"] = secret.Credential.Hint,
                ["secretText"] = secret.SecretText,
                ["startDateTime"] = secret.Credential.StartDateTime,
                ["endDateTime"] = secret.Credential.EndDateTime,
            }
        );
    }

    private static IResult RemoveSecret(Guid id, Guid keyId, EntraDirectory directory, DirectoryEditor editor)
    {
        _ = ControlEndpoints.Value(
            editor.Change(
                ControlEndpoints.Application(directory, id).Id,
                current => current with { PasswordCredentials = [.. current.PasswordCredentials.Where(known => known.KeyId != keyId)] }
            )
        );
        return Results.NoContent();
    }

    /// <summary>{certificate, displayName?}: PEM, or base64 of the DER.</summary>
    private static async Task<IResult> AddCertificateAsync(
        HttpRequest request,
        Guid id,
        EntraDirectory directory,
        DirectoryEditor editor,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var text = ControlJson.Take<string>(body, "certificate") ?? throw new ControlException("'certificate' is missing.");
        var key =
            KeyCredential.Read(Identifiers.NewUuid(clock), text, ControlJson.Take<string>(body, "displayName"))
            ?? throw new ControlException("'certificate' is no certificate.");
        _ = ControlEndpoints.Value(
            editor.Change(
                ControlEndpoints.Application(directory, id).Id,
                current => current with { KeyCredentials = [.. current.KeyCredentials, key] }
            )
        );
        return ControlEndpoints.Created(ControlJson.Write(key));
    }

    private static IResult RemoveCertificate(Guid id, Guid keyId, EntraDirectory directory, DirectoryEditor editor)
    {
        _ = ControlEndpoints.Value(
            editor.Change(
                ControlEndpoints.Application(directory, id).Id,
                current => current with { KeyCredentials = [.. current.KeyCredentials.Where(known => known.KeyId != keyId)] }
            )
        );
        return Results.NoContent();
    }

    /// <summary>Makes or changes an application's service principal in a tenant; <c>grantAdminConsent</c> consents for everybody there.</summary>
    private static async Task<JsonObject> PutServicePrincipalAsync(
        HttpRequest request,
        string tenant,
        Guid appId,
        EntraDirectory directory,
        DirectoryEditor editor,
        ConsentRegister consent,
        CancellationToken ct
    )
    {
        var home = ControlEndpoints.Tenant(directory, tenant);
        var application = ControlEndpoints.Application(directory, appId);
        var body = ControlJson.Read<ServicePrincipalChange>(await ControlJson.ObjectAsync(request, ct));
        var principal = directory.Write(changes =>
        {
            var current = consent.Provide(changes, home.Id, application.AppId);
            var changed = current with
            {
                AccountEnabled = body.AccountEnabled ?? current.AccountEnabled,
                AppRoleAssignmentRequired = body.AppRoleAssignmentRequired ?? current.AppRoleAssignmentRequired,
            };
            changes.Put(directory.ServicePrincipals, changed);
            return changed;
        });
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
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var body = ControlJson.Read<NewAssignment>(await ControlJson.ObjectAsync(request, ct));
        var principal = Principal(directory, tenant, appId);
        if (!editor.IsPrincipal(body.PrincipalId))
            throw new ControlException($"There is no user or group '{body.PrincipalId}'.");
        var role = body.AppRoleId ?? Guid.Empty;
        if (role != Guid.Empty && !directory.FindApplication(appId)!.AppRoles.Any(known => known.Id == role))
            throw new ControlException($"The application has no role '{role}'.");
        return ControlEndpoints.Created(ControlJson.Write(editor.Assign(principal, body.PrincipalId, role)));
    }

    private static IResult Unassign(string tenant, Guid appId, string assignment, EntraDirectory directory)
    {
        _ = Principal(directory, tenant, appId);
        directory.Write(changes => changes.Remove(directory.Assignments, assignment));
        return Results.NoContent();
    }

    private static ServicePrincipal Principal(EntraDirectory directory, string tenant, Guid appId) =>
        directory.FindServicePrincipal(ControlEndpoints.Tenant(directory, tenant).Id, appId)
        ?? throw new ControlException($"The application '{appId}' has no service principal there.", 404);

    private static void Save(EntraDirectory directory, ServicePrincipal principal) =>
        directory.Write(changes => changes.Put(directory.ServicePrincipals, principal));

    private static List<string> Add(IReadOnlyList<string> uris, string uri) => [.. uris.Append(uri).Distinct()];

    private static JsonObject View(EntraDirectory directory, Application application) =>
        ControlJson.View(application, directory.FindServicePrincipal(application.TenantId, application.AppId));

    private static JsonObject View(EntraDirectory directory, ServicePrincipal principal)
    {
        var view = ControlJson.Write(principal);
        var assignments = directory
            .AssignmentsOf.Find(principal.Id.ToString())
            .Select(assignment => (JsonNode)ControlJson.Write(assignment));
        view["assignments"] = new JsonArray([.. assignments]);
        return view;
    }

    private sealed record NewRedirectUri(string Platform, string Uri);

    private sealed record NewSecretRequest
    {
        public string? DisplayName { get; init; }
        public DateTimeOffset? StartDateTime { get; init; }
        public DateTimeOffset? EndDateTime { get; init; }
        public string? SecretText { get; init; }
    }

    private sealed record ServicePrincipalChange
    {
        public bool? AccountEnabled { get; init; }
        public bool? AppRoleAssignmentRequired { get; init; }
        public bool? GrantAdminConsent { get; init; }
    }

    private sealed record NewAssignment(Guid PrincipalId)
    {
        public Guid? AppRoleId { get; init; }
    }
}
