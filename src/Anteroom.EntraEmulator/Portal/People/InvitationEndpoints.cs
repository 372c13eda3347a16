using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>"Invite external user": a guest that waits, and the link by which it accepts (entra-oidc.md §5).</summary>
internal static class InvitationEndpoints
{
    public static void Map(RouteGroupBuilder users)
    {
        users.MapGet("/invite", (PortalCall call) => ShowAsync(call, null));
        users.MapPost("/invite", InviteAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<InvitePage>(new { View = View(call, problem), Redirect = Home(call) });

    private static Task<IResult> InviteAsync(PortalCall call)
    {
        var (mail, redirect) = (call.Text("mail"), call.Given("redirect") ?? Home(call));
        if (GuestInvitations.Problem(call.Tenant, mail, redirect) is { } problem)
            return ShowAsync(call, PortalCall.Refusal(problem.Key == "Edit.InviteRedirect" ? "redirect" : "mail", problem));
        var (invitation, guest) = call.Get<GuestInvitations>().Invite(call.Tenant, mail, redirect, call.Given("name"), sendMessage: false);
        return call.ShowAsync<InvitedPage>(
            new
            {
                View = View(call, null),
                Guest = guest,
                Link = GuestInvitations.RedeemUrl(Authority.Of(call.Http).Url, invitation),
            }
        );
    }

    private static PortalView View(PortalCall call, FieldProblem? problem) =>
        call.View("users", problem) with
        {
            Subject = Texts.Get("Users.Invite"),
        };

    /// <summary>Where a guest lands who was invited to nothing else; the real default is a site that this machine may not reach.</summary>
    private static string Home(PortalCall call) => $"{Authority.Of(call.Http).Url}/portal";
}
