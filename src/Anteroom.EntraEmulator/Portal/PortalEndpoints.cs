using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Portal.Enterprise;
using Anteroom.EntraEmulator.Portal.Operations;
using Anteroom.EntraEmulator.Portal.People;
using Anteroom.EntraEmulator.Portal.Protection;
using Anteroom.EntraEmulator.Portal.Registrations;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>The portal, <c>/portal/…</c>: Entra's words and order (entra-oidc.md §8.1), nobody's look but ours. Like the control API it asks for no sign-in.</summary>
internal static class PortalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.Redirect("/portal"));
        var portal = routes
            .MapGroup("/portal")
            .AddEndpointFilter(CrossSiteFilter.InvokeAsync)
            .AddEndpointFilter(PortalGuards.CheckFormAsync);
        HomeEndpoints.Map(portal);
        SearchEndpoint.MapHome(portal);
        FaultEndpoints.Map(portal);
        KeyEndpoints.Map(portal);
        portal.MapGet("/{**rest}", (PortalCall call) => call.NotFoundAsync());

        var home = portal.MapGroup("/{tenant:guid}").Requires(call => call.FindTenant());
        home.MapGet(
            "",
            (PortalCall call) => call.ShowAsync<DirectoryOverviewPage>(new { View = call.View(PortalPlaces.Overview.Section) })
        );
        SearchEndpoint.Map(home);
        UserEndpoints.Map(home);
        GroupEndpoints.Map(home);
        RoleEndpoints.Map(home);
        RegistrationEndpoints.Map(home);
        EnterpriseEndpoints.Map(home);
        ConditionalAccessEndpoints.Map(home);
        LocationEndpoints.Map(home);
        DomainEndpoints.Map(home);
    }
}
