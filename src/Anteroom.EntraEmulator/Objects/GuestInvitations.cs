using System.Security.Cryptography;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Invites guests and lets them accept (entra-oidc.md §5): the account's home is another tenant here, or elsewhere.</summary>
internal sealed class GuestInvitations(EntraDirectory directory, DirectoryLog log, TimeProvider clock)
{
    /// <summary>Why nobody can be invited like that; null where somebody can.</summary>
    public static EditProblem? Problem(Tenant tenant, string mail, string redirectUrl)
    {
        if (mail.Split('@') is not [{ Length: > 0 }, { Length: > 2 }] || mail.Any(char.IsWhiteSpace))
            return new EditProblem("Edit.Mail", mail);
        if (tenant.OwnsDomainOf(mail))
            return new EditProblem("Edit.OwnDomain", mail);
        return Uri.TryCreate(redirectUrl, UriKind.Absolute, out var address) && address.Scheme is ("https" or "http")
            ? null
            : new EditProblem("Edit.InviteRedirect", redirectUrl);
    }

    /// <summary>Where the guest accepts.</summary>
    /// <param name="site">Scheme, host and port of the emulator.</param>
    public static string RedeemUrl(string site, Invitation invitation) =>
        $"{site}/redeem?tenant={invitation.TenantId}&user={invitation.InvitedUserId}&ticket={invitation.RedeemTicket}&ver=2.0";

    /// <summary>A guest user with <c>PendingAcceptance</c> and the invitation; an account that is a guest already is invited again.</summary>
    public (Invitation Invitation, User Guest) Invite(
        Tenant tenant,
        string mail,
        string redirectUrl,
        string? displayName,
        bool sendMessage,
        string userType = User.Guest
    ) =>
        directory.Write(changes =>
        {
            var home = directory.UsersByName.First(mail);
            var now = clock.GetUtcNow();
            var existing = home is not null
                ? directory.GuestsByHome.First($"{tenant.Id}/{home.Id}")
                : directory.UsersByMail.First($"{tenant.Id}/{mail}");
            var guest =
                existing
                ?? new User(
                    Identifiers.NewUuid(clock),
                    tenant.Id,
                    DirectoryEditor.GuestName(mail, tenant),
                    displayName ?? home?.DisplayName ?? mail.Split('@')[0]
                )
                {
                    UserType = userType,
                    Mail = mail,
                    OtherMails = [mail],
                    HomeTenantId = home?.TenantId,
                    HomeObjectId = home?.Id,
                    IdentityProvider = home is null ? "mail" : null,
                    CreationType = "Invitation",
                    ExternalUserState = User.PendingAcceptance,
                    ExternalUserStateChangeDateTime = now,
                    CreatedDateTime = now,
                };
            var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            var invitation = new Invitation(Identifiers.NewUuid(clock), tenant.Id, guest.Id, mail, redirectUrl, ticket)
            {
                InvitedUserDisplayName = displayName,
                SendInvitationMessage = sendMessage,
                CreatedDateTime = now,
            };
            changes.Put(directory.Users, guest);
            changes.Put(directory.Invitations, invitation);
            log.Record(changes, tenant.Id, "Invite external user", DirectoryLog.Users, DirectoryLog.Target(guest));
            return (invitation, guest);
        });

    /// <summary>The guest accepts; null for a ticket that was never given. Accepting twice changes nothing.</summary>
    public Invitation? Redeem(string ticket) =>
        directory.Write(changes =>
        {
            if (directory.InvitationsByTicket.First(ticket) is not { } invitation)
                return null;
            if (!invitation.IsRedeemed)
                changes.Put(directory.Invitations, invitation with { IsRedeemed = true });
            if (directory.Users.Find(invitation.InvitedUserId) is { ExternalUserState: User.PendingAcceptance } guest)
                changes.Put(
                    directory.Users,
                    guest with
                    {
                        ExternalUserState = User.Accepted,
                        ExternalUserStateChangeDateTime = clock.GetUtcNow(),
                    }
                );
            return invitation;
        });
}
