using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>An invited guest says yes: the object's state and its invitations turn together.</summary>
internal sealed class GuestRedemption(EntraDirectory directory, TimeProvider clock)
{
    public void Accept(User guest) =>
        directory.Write(changes =>
        {
            changes.Put(
                directory.Users,
                guest with
                {
                    ExternalUserState = User.Accepted,
                    ExternalUserStateChangeDateTime = clock.GetUtcNow(),
                }
            );
            foreach (var invitation in directory.Invitations.All.Where(known => known.InvitedUserId == guest.Id && !known.IsRedeemed))
                changes.Put(directory.Invitations, invitation with { IsRedeemed = true });
        });
}
