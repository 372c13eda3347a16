namespace Anteroom.EntraEmulator.Objects;

/// <summary>An invitation of a guest; redeeming it once sets the guest to Accepted.</summary>
/// <param name="RedeemTicket">The unguessable part of the redeem address.</param>
public sealed record Invitation(
    Guid Id,
    Guid TenantId,
    Guid InvitedUserId,
    string InvitedUserEmailAddress,
    string InviteRedirectUrl,
    string RedeemTicket
)
{
    public string? InvitedUserDisplayName { get; init; }
    public bool SendInvitationMessage { get; init; }
    public bool IsRedeemed { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }

    public string Status => IsRedeemed ? "Completed" : "PendingAcceptance";
}
