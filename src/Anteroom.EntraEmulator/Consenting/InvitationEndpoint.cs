using Anteroom.EntraEmulator.Authorize;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>Where an invited guest redeems (entra-oidc.md §5): sign in at home, read what the inviting organization wants, accept.</summary>
internal static class InvitationEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(
            "/redeem",
            (HttpContext http, string? ticket, SignInFlow flow, TimeProvider clock) =>
                flow.AdvanceAsync(
                    http,
                    new FlowContext(
                        "redeem",
                        new Dictionary<string, string> { [InvitationRequests.Parameter] = ticket ?? "" },
                        Browser.IdOf(http),
                        clock.GetUtcNow() + FlowContext.Life
                    )
                    {
                        Purpose = FlowPurpose.Invitation,
                    }
                )
        );
}
