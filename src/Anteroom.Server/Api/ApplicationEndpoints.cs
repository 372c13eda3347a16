using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Server.Api;

/// <summary>Applications of the platform and of organizations. A secret is in the answer that makes it and nowhere else.</summary>
internal static class ApplicationEndpoints
{
    public const string SecretIdPrefix = "sec";

    public static void Map(RouteGroupBuilder api)
    {
        Map(api, "/applications", "platformApplications", _ => OrganizationId.Platform);
        Map(api, "/organizations/{slug}/applications", "applications", http => http.TargetOrganization().Id);
    }

    private static void Map(RouteGroupBuilder api, string path, string name, Func<HttpContext, OrganizationId> owner)
    {
        api.MapGet(path, (HttpContext http, ApplicationStore store, CancellationToken ct) => ListAsync(owner(http), http, store, ct))
            .Operation($"{name}.list")
            .Paged()
            .Produces<ApiList<ApplicationView>>();
        api.MapPost(
                path,
                (HttpContext http, ApplicationRegistry registry, CancellationToken ct) => CreateAsync(owner(http), http, registry, ct)
            )
            .Operation($"{name}.create")
            .Accepts<ApplicationBody>("application/json")
            .Produces<ApplicationView>(201);
        api.MapGet(
                path + "/{id}",
                (string id, HttpContext http, ApplicationStore store, CancellationToken ct) => GetAsync(owner(http), id, http, store, ct)
            )
            .Operation($"{name}.get")
            .Produces<ApplicationView>();
        api.MapPatch(
                path + "/{id}",
                (string id, HttpContext http, ApplicationRegistry registry, ApplicationStore store, CancellationToken ct) =>
                    PatchAsync(owner(http), id, http, registry, store, ct)
            )
            .Operation($"{name}.update")
            .Versioned()
            .Accepts<PatchApplicationBody>("application/merge-patch+json", "application/json")
            .Produces<ApplicationView>();
        api.MapPost(
                path + "/{id}/disable",
                (string id, HttpContext http, ApplicationRegistry registry, CancellationToken ct) =>
                    SwitchAsync(owner(http), id, disabled: true, http, registry, ct)
            )
            .Operation($"{name}.disable")
            .Produces<ApplicationView>();
        api.MapPost(
                path + "/{id}/enable",
                (string id, HttpContext http, ApplicationRegistry registry, CancellationToken ct) =>
                    SwitchAsync(owner(http), id, disabled: false, http, registry, ct)
            )
            .Operation($"{name}.enable")
            .Produces<ApplicationView>();
        api.MapPost(
                path + "/{id}/secrets",
                (string id, HttpContext http, ApplicationSecrets secrets, TimeProvider clock, CancellationToken ct) =>
                    AddSecretAsync(owner(http), id, http, secrets, clock, ct)
            )
            .Operation($"{name}.addSecret")
            .Accepts<ApplicationSecretBody>("application/json")
            .Produces<ApplicationSecretView>(201);
        api.MapDelete(
                path + "/{id}/secrets/{secret}",
                (string id, string secret, HttpContext http, ApplicationSecrets secrets, CancellationToken ct) =>
                    RevokeSecretAsync(owner(http), id, secret, http, secrets, ct)
            )
            .Operation($"{name}.revokeSecret")
            .Produces(204);
    }

    private static async Task<IResult> ListAsync(OrganizationId owner, HttpContext http, ApplicationStore store, CancellationToken ct)
    {
        if (Paging.From(http) is not { } paging)
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "limit is 1 to 200, after is the next of the page before.");
        ApplicationId? after = ApplicationId.TryParse(paging.After, out var id) ? id : null;
        var rows = await store.ListAsync(owner, after, paging.Limit + 1, ct);
        return ApiResults.Ok(paging.Page(rows, row => row.Id.ToString(), row => ApplicationView.Of(row)));
    }

    private static async Task<IResult> CreateAsync(
        OrganizationId owner,
        HttpContext http,
        ApplicationRegistry registry,
        CancellationToken ct
    )
    {
        if (!(await ApiBody.ReadAsync<ApplicationBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var registered = await registry.RegisterAsync(owner, body.ToDraft(), http.ApiAudit(), ct);
        return registered.TryGet(out var made, out var refusal)
            ? ApiResults.Created(
                http,
                $"{http.Request.Path}/{made.Application.Id}",
                ApplicationView.Of(made.Application, made.ClientSecret),
                made.Application.Version
            )
            : Refused(http, refusal);
    }

    private static async Task<IResult> GetAsync(
        OrganizationId owner,
        string id,
        HttpContext http,
        ApplicationStore store,
        CancellationToken ct
    ) =>
        ApplicationId.TryParse(id, out var parsed) && await store.FindAsync(owner, parsed, ct) is { } application
            ? ApiResults.Versioned(http, ApplicationView.Of(application), application.Version)
            : ApiResults.NotFound(http);

    private static async Task<IResult> PatchAsync(
        OrganizationId owner,
        string id,
        HttpContext http,
        ApplicationRegistry registry,
        ApplicationStore store,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed))
            return ApiResults.NotFound(http);
        if (!http.TryGetIfMatch(out var version, out var problem))
            return problem!;
        if (!(await ApiBody.ReadAsync<PatchApplicationBody>(http, ct)).TryGet(http, out var body, out problem))
            return problem;
        if (version is null && await store.FindAsync(owner, parsed, ct) is { } current)
            version = current.Version; // If-Match: * means any version that exists (RFC 9110 §13.1.1)

        var changed = await registry.ChangeAsync(owner, parsed, version ?? 0, body.ToDraft(), http.ApiAudit(), ct);
        return changed.TryGet(out var application, out var refusal)
            ? ApiResults.Versioned(http, ApplicationView.Of(application), application.Version)
            : Refused(http, refusal);
    }

    private static async Task<IResult> SwitchAsync(
        OrganizationId owner,
        string id,
        bool disabled,
        HttpContext http,
        ApplicationRegistry registry,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed))
            return ApiResults.NotFound(http);
        var switched = await registry.SetDisabledAsync(owner, parsed, disabled, http.ApiAudit(), ct);
        return switched.TryGet(out var application, out var refusal)
            ? ApiResults.Versioned(http, ApplicationView.Of(application), application.Version)
            : Refused(http, refusal);
    }

    private static async Task<IResult> AddSecretAsync(
        OrganizationId owner,
        string id,
        HttpContext http,
        ApplicationSecrets secrets,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed))
            return ApiResults.NotFound(http);
        if (!(await ApiBody.ReadAsync<ApplicationSecretBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        var added = await secrets.AddAsync(owner, parsed, body.ExpiresAt - clock.GetUtcNow(), http.ApiAudit(), ct);
        return added.TryGet(out var made, out var refusal)
            ? ApiResults.Created(http, http.Request.Path, ApplicationSecretView.Of(made.Record, made.Value))
            : Refused(http, refusal);
    }

    private static async Task<IResult> RevokeSecretAsync(
        OrganizationId owner,
        string id,
        string secret,
        HttpContext http,
        ApplicationSecrets secrets,
        CancellationToken ct
    )
    {
        if (!ApplicationId.TryParse(id, out var parsed) || !Identifiers.TryParse(SecretIdPrefix, secret, out var secretId))
            return ApiResults.NotFound(http);
        var revoked = await secrets.RevokeAsync(owner, parsed, secretId, http.ApiAudit(), ct);
        return revoked.TryGet(out _, out var refusal) ? Results.NoContent() : Refused(http, refusal);
    }

    private static IResult Refused(HttpContext http, ApplicationRefusal refusal) =>
        ApiResults.Problem(
            http,
            refusal.Reason,
            refusal.Errors.Count == 0 ? null : string.Join(' ', refusal.Errors.Select(error => $"{error.Key}: {error.Value}"))
        );
}
