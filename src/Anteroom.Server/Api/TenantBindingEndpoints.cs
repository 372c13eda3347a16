using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

internal sealed record TenantBindingBody(string TenantId, string Cloud = "global");

internal sealed record BindTenantBody(string Cloud = "global");

/// <param name="By">The id of who made it, as in the audit; null for the server itself.</param>
internal sealed record TenantBindingView(
    string Id,
    string Cloud,
    string TenantId,
    TenantBindingKind Kind,
    string? Domain,
    Guid? By,
    string? ByName,
    DateTimeOffset At
)
{
    public static TenantBindingView Of(TenantBinding binding) =>
        new(
            binding.Id.ToString(),
            binding.Cloud,
            binding.TenantId.ToString("D"),
            binding.Kind,
            binding.Domain,
            binding.By,
            binding.ByName,
            binding.At
        );
}

/// <summary>Which tenants' people come in by the shared app. Only an operator names a tenant; an organization proves its own, by a domain or in the console (SEC-063).</summary>
internal static class TenantBindingEndpoints
{
    private const string Path = "/organizations/{slug}/tenant-bindings";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).Operation("tenantBindings.list").Produces<ApiList<TenantBindingView>>();
        api.MapPost(Path, CreateAsync)
            .Operation("tenantBindings.create")
            .Accepts<TenantBindingBody>("application/json")
            .Produces<TenantBindingView>(201);
        api.MapPost("/organizations/{slug}/domains/{name}/bind-tenant", CreateByDomainAsync)
            .Operation("tenantBindings.createByDomain")
            .Accepts<BindTenantBody>("application/json")
            .Produces<TenantBindingView>(201);
        api.MapDelete(Path + "/{id}", RemoveAsync).Operation("tenantBindings.remove").Produces(204);
    }

    private static async Task<IResult> ListAsync(HttpContext http, TenantBindings bindings, CancellationToken ct)
    {
        var bound = await bindings.ListAsync(http.TargetOrganization().Id, ct);
        return ApiResults.Ok(new ApiList<TenantBindingView>([.. bound.Select(TenantBindingView.Of)], null));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ChangeTenantBindings change, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<TenantBindingBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        if (!Guid.TryParseExact(body.TenantId, "D", out var tenant))
            return ApiResults.Problem(http, ReasonCodes.ValidationFailed, "tenantId is the Directory (tenant) ID, a GUID.");
        var bound = await change.BindAsync(
            http.TargetOrganization().Id,
            body.Cloud,
            tenant,
            TenantBindingKind.Operator,
            domain: null,
            http.ApiAudit(),
            ct
        );
        return Created(http, bound);
    }

    private static async Task<IResult> CreateByDomainAsync(string name, HttpContext http, BindByDomain bind, CancellationToken ct)
    {
        if (!(await ApiBody.ReadAsync<BindTenantBody>(http, ct)).TryGet(http, out var body, out var problem))
            return problem;
        return Created(http, await bind.HandleAsync(http.TargetOrganization().Id, body.Cloud, name, http.ApiAudit(), ct));
    }

    private static IResult Created(HttpContext http, Result<TenantBinding, ConnectionRefusal> bound) =>
        bound.TryGet(out var binding, out var refusal)
            ? ApiResults.Created(
                http,
                $"/api/v1/organizations/{http.TargetOrganization().Slug}/tenant-bindings/{binding.Id}",
                TenantBindingView.Of(binding)
            )
            : ApiResults.Problem(http, refusal.Code, refusal.Detail);

    private static async Task<IResult> RemoveAsync(string id, HttpContext http, ChangeTenantBindings change, CancellationToken ct) =>
        TenantBindingId.TryParse(id, out var binding)
        && await change.RemoveAsync(http.TargetOrganization().Id, binding, http.ApiAudit(), ct)
            ? Results.NoContent()
            : ApiResults.NotFound(http);
}
