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

    private static async Task<JsonObject> AddDomainAsync(HttpRequest request, string tenant, EntraDirectory directory, CancellationToken ct)
    {
        var body = await ControlJson.ObjectAsync(request, ct);
        var name = (ControlJson.Take<string>(body, "name") ?? throw new ControlException("'name' is missing.")).ToLowerInvariant();
        return directory.Write(changes =>
        {
            var current = ControlEndpoints.Tenant(directory, tenant);
            if (directory.TenantsByDomain.First(name) is { } owner && owner.Id != current.Id)
                throw new ControlException($"'{name}' belongs to {owner.DisplayName}.");
            var before = current.Domains.FirstOrDefault(domain => domain.Id == name);
            var after = ControlJson.Merge(before ?? new Domain(name), body, "id", "isInitial");
            var others = current.Domains.Where(domain => domain.Id != name);
            if (after.IsDefault)
                others = others.Select(domain => domain with { IsDefault = false });
            var changed = current with { Domains = [.. before is null ? others.Append(after) : Replace(current.Domains, others, after)] };
            changes.Put(directory.Tenants, changed);
            return ControlJson.View(changed);
        });
    }

    private static JsonObject RemoveDomain(string tenant, string name, EntraDirectory directory) =>
        directory.Write(changes =>
        {
            var current = ControlEndpoints.Tenant(directory, tenant);
            if (string.Equals(name, current.InitialDomain, StringComparison.OrdinalIgnoreCase))
                throw new ControlException("The initial domain stays.");
            var rest = current.Domains.Where(domain => !string.Equals(domain.Id, name, StringComparison.OrdinalIgnoreCase));
            var changed = current with { Domains = [.. rest] };
            changes.Put(directory.Tenants, changed);
            return ControlJson.View(changed);
        });

    /// <summary>In the place that it had: the initial domain stays first.</summary>
    private static IEnumerable<Domain> Replace(IReadOnlyList<Domain> order, IEnumerable<Domain> others, Domain changed)
    {
        var byName = others.Append(changed).ToDictionary(domain => domain.Id);
        return order.Select(domain => byName[domain.Id]);
    }

    private sealed record NewTenant(string DisplayName)
    {
        public string? InitialDomain { get; init; }
        public IReadOnlyList<string>? VerifiedDomains { get; init; }
        public string? Region { get; init; }
        public string? CountryCode { get; init; }
        public Guid? TenantId { get; init; }
    }
}
