using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>The first page: the tenants, a new one, and the demo's.</summary>
internal static class HomeEndpoints
{
    public static void Map(RouteGroupBuilder portal)
    {
        portal.MapGet("", (PortalCall call) => ShowAsync(call, null));
        portal.MapPost("/tenants", CreateAsync);
        portal.MapPost("/demo", SeedAsync);
        portal.MapGet("/error-codes", (string? code) => Results.Redirect($"/error?code={Uri.EscapeDataString(code ?? "")}"));
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<TenantsPage>(
            new
            {
                View = call.View("tenants", problem),
                Tenants = call.Directory.Tenants.All.OrderBy(tenant => tenant.DisplayName).ToList(),
            }
        );

    private static Task<IResult> CreateAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return ShowAsync(call, PortalCall.Refusal("name", "Tenants.NameMissing"));
        var domain = call.Text("domain");
        return call.Tenants.Create(name, domain, null, null, null, null).TryGet(out var tenant, out var problem)
            ? Task.FromResult(PortalPages.See($"/portal/{tenant.Id}/users"))
            : ShowAsync(call, PortalCall.Refusal("domain", problem));
    }

    private static Task<IResult> SeedAsync(PortalCall call) =>
        call.ShowAsync<DemoPage>(
            new
            {
                View = call.View("tenants"),
                Accounts = call.Get<DemoTenants>()
                    .Seed()
                    .SelectMany(tenant => tenant.Users)
                    .Select(user => new KeyValuePair<string, string>(user.User.UserPrincipalName, user.Password))
                    .ToList(),
            }
        );
}
