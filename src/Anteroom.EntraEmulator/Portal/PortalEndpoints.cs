namespace Anteroom.EntraEmulator.Portal;

internal static class PortalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/", () => Results.Redirect("/portal"));
}
