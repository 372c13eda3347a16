using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Control;

/// <summary>Tenants and their domains.</summary>
internal static class TenantControl
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(
            "/tenants",
            (EntraDirectory directory) => Items(directory.Tenants.All.OrderBy(tenant => tenant.DisplayName).Select(ControlJson.View))
        );
        routes.MapPost("/tenants", CreateAsync);
        routes.MapGet(
            "/tenants/{tenant}",
            (EntraDirectory directory, string tenant) => ControlJson.View(ControlEndpoints.Tenant(directory, tenant))
        );
        routes.MapPatch("/tenants/{tenant}", ChangeAsync);
        routes.MapPost("/tenants/{tenant}/domains", AddDomainAsync);
        routes.MapDelete("/tenants/{tenant}/domains/{name}", RemoveDomain);
    }

    public static JsonObject Items(IEnumerable<JsonObject> items) => new() { ["items"] = new JsonArray([.. items]) };

    private static async Task<IResult> CreateAsync(HttpRequest request, TenantEditor editor, CancellationToken ct)
    {
        var body = ControlJson.Read<NewTenant>(await ControlJson.ObjectAsync(request, ct));
        var domain =
            body.InitialDomain ?? $"{string.Concat(body.DisplayName.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit))}.onmicrosoft.com";
        var tenant = ControlEndpoints.Value(
            editor.Create(body.DisplayName, domain, body.VerifiedDomains, body.Region, body.CountryCode, body.TenantId)
        );
        return ControlEndpoints.Created(ControlJson.View(tenant));
    }

    private static async Task<JsonObject> ChangeAsync(HttpRequest request, string tenant, EntraDirectory directory, CancellationToken ct)
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        return directory.Write(changes =>
        {
            var changed = ControlJson.Merge(
                ControlEndpoints.Tenant(directory, tenant),
                body,
                "id",
                "domains",
                "pairwiseSalt",
                "createdDateTime"
            );
            changes.Put(directory.Tenants, changed);
            return ControlJson.View(changed);
        });
    }

    private static async Task<JsonObject> AddDomainAsync(
        HttpRequest request,
        string tenant,
        EntraDirectory directory,
        TenantEditor editor,
        CancellationToken ct
    )
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var name = ControlJson.Take<string>(body, "name") ?? throw new ControlException("'name' is missing.");
        var current = ControlEndpoints.Tenant(directory, tenant);
        var saved = editor.SaveDomain(current.Id, name, domain => ControlJson.Merge(domain, body, "id", "isInitial"));
        return ControlJson.View(ControlEndpoints.Value(saved));
    }

    private static JsonObject RemoveDomain(string tenant, string name, EntraDirectory directory, TenantEditor editor) =>
        ControlJson.View(ControlEndpoints.Value(editor.RemoveDomain(ControlEndpoints.Tenant(directory, tenant).Id, name)));

    private sealed record NewTenant(string DisplayName)
    {
        public string? InitialDomain { get; init; }
        public IReadOnlyList<string>? VerifiedDomains { get; init; }
        public string? Region { get; init; }
        public string? CountryCode { get; init; }
        public Guid? TenantId { get; init; }
    }
}
