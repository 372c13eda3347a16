using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Graph.Resources;

/// <summary>Invitations of guests: <c>POST /invitations</c>.</summary>
internal sealed class InvitationResource(EntraDirectory directory, GuestInvitations invitations, AuditTrail audit) : IGraphResource
{
    // Who may invite is a policy of the tenant and not a list of roles.
    private static readonly Access Invite = Access.Any("User.Invite.All", "User.ReadWrite.All", "Directory.ReadWrite.All");

    public void Map(GraphRoutes routes) => routes.Post("invitations", Invite, Create);

    private GraphReply Create(GraphRequest request)
    {
        if (request.Caller.User is { } user && !MayInvite(request.Tenant, user))
            throw new GraphRefusal(GraphError.Denied);
        var mail = request.Text("invitedUserEmailAddress") ?? "";
        if (mail.Split('@') is not [{ Length: > 0 }, { Length: > 2 }])
            throw new GraphRefusal(GraphError.BadRequest("The invited user email address is not valid."));
        if (
            request.Text("inviteRedirectUrl") is not { } redirect
            || !Uri.TryCreate(redirect, UriKind.Absolute, out var address)
            || address.Scheme is not ("https" or "http")
        )
            throw new GraphRefusal(GraphError.BadRequest("The inviteRedirectUrl is not valid."));
        if (request.Tenant.OwnsDomainOf(mail))
            throw new GraphRefusal(
                GraphError.BadRequest(
                    "The invited user already exists in the directory as object id, or the domain of the address is a verified domain of this directory."
                )
            );

        var (invitation, guest) = invitations.Invite(
            request.Tenant,
            mail,
            redirect,
            request.Text("invitedUserDisplayName"),
            request.Value<bool?>("sendInvitationMessage") ?? false,
            request.Text("invitedUserType") ?? User.Guest
        );
        audit.Record(request, "Invite external user", AuditTrail.Users, AuditTrail.Target(guest));
        return GraphReply.Created(
            new JsonObject
            {
                ["@odata.context"] = $"{request.BaseUrl}/v1.0/$metadata#invitations/$entity",
                ["id"] = invitation.Id.ToString(),
                ["inviteRedeemUrl"] = GuestInvitations.RedeemUrl(request.BaseUrl[..^"/graph".Length], invitation),
                ["invitedUserDisplayName"] = invitation.InvitedUserDisplayName,
                ["invitedUserType"] = guest.UserType,
                ["invitedUserEmailAddress"] = mail,
                ["sendInvitationMessage"] = invitation.SendInvitationMessage,
                ["resetRedemption"] = false,
                ["inviteRedirectUrl"] = redirect,
                ["status"] = invitation.Status,
                ["invitedUserMessageInfo"] = new JsonObject
                {
                    ["messageLanguage"] = null,
                    ["customizedMessageBody"] = null,
                    ["ccRecipients"] = new JsonArray(
                        new JsonObject
                        {
                            ["emailAddress"] = new JsonObject { ["name"] = null, ["address"] = null },
                        }
                    ),
                },
                ["invitedUser"] = new JsonObject { ["id"] = guest.Id.ToString() },
            }
        );
    }

    private bool MayInvite(Tenant tenant, User user) =>
        tenant.Policies.AllowInvitesFrom switch
        {
            "everyone" => true,
            "adminsGuestInvitersAndAllMembers" => !user.IsGuest,
            "adminsAndGuestInviters" => directory.HasRole(
                user.Id,
                DirectoryRoleTemplate.GlobalAdministrator,
                DirectoryRoleTemplate.UserAdministrator,
                DirectoryRoleTemplate.GuestInviter
            ),
            _ => false,
        };
}
