using Anteroom.EntraEmulator.Consenting;
using Anteroom.EntraEmulator.DeviceCode;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Reads anew what a chain of pages is about; every purpose has a way of its own to ask.</summary>
internal sealed class FlowRequests(
    AuthorizeRequestParser parser,
    DeviceRequests devices,
    AdminConsentRequests adminConsents,
    InvitationRequests invitations
)
{
    public Result<AuthorizeRequest, AuthorizeRefusal> Read(FlowContext context) =>
        context.Purpose switch
        {
            FlowPurpose.Device => devices.Read(context.Parameters),
            FlowPurpose.AdminConsent => adminConsents.Read(context.Tenant, context.Parameters, context.IsV1),
            FlowPurpose.Invitation => invitations.Read(context.Parameters),
            _ => parser.Parse(context.Tenant, context.Parameters, context.IsV1),
        };
}
