using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph;

/// <summary>The address in an invitation: the guest accepts and goes on to the application.</summary>
internal static class RedeemEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(
            "/redeem",
            (GuestInvitations invitations, string? ticket) =>
                ticket is { Length: > 0 } && invitations.Redeem(ticket) is { } invitation
                    ? Results.Redirect(invitation.InviteRedirectUrl)
                    : Results.NotFound()
        );
}
