using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.DeviceCode;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>What happens when nothing is left to ask.</summary>
internal sealed class FlowEnds(AuthorizeReplies replies, Grants grants, DeviceAuthorizations devices, SignInPages pages)
{
    public Task<IResult> FinishAsync(
        HttpContext http,
        FlowContext context,
        AuthorizeRequest request,
        Presence presence,
        SignedInAccount account,
        AccessDecision decision
    )
    {
        switch (context.Purpose)
        {
            case FlowPurpose.AdminConsent:
                return replies.AdminConsentedAsync(http, request, presence);
            case FlowPurpose.Invitation:
                return Task.FromResult(Results.Redirect(request.Target.RedirectUri));
            case FlowPurpose.Device:
                devices.Approve(context.Parameters[DeviceRequests.Parameter], grants.Of(request, presence, account, decision));
                return pages.DeviceDoneAsync(http, request, isApproved: true);
            default:
                return replies.SucceedAsync(http, request, presence, account, grants.Of(request, presence, account, decision));
        }
    }
}
