using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>The address in an invitation, as the sign-in pages see it: a sign-in to the inviting tenant that leads to the invited place.</summary>
internal sealed class InvitationRequests(EntraDirectory directory)
{
    public const string Parameter = "ticket";

    /// <summary>"My Apps": what a redemption signs in to. Registered nowhere here.</summary>
    private static readonly Guid MyAppsId = new("2793995e-0a7d-40d7-bd35-6968ba142197");

    public Result<AuthorizeRequest, AuthorizeRefusal> Read(IReadOnlyDictionary<string, string> parameters)
    {
        if (
            directory.InvitationsByTicket.First(parameters.GetValueOrDefault(Parameter) ?? "") is not { } invitation
            || directory.Tenants.Find(invitation.TenantId) is not { } tenant
        )
            return new AuthorizeRefusal(RequestErrors.Malformed(), null);
        return new AuthorizeRequest(
            new TenantSelector(tenant.Id.ToString(), tenant),
            new Application(MyAppsId, MyAppsId, MicrosoftGraph.OwnerTenantId, "My Apps") { SignInAudience = Application.MultiTenant },
            Platform.Web,
            new ReplyTarget(invitation.InviteRedirectUrl, ResponseMode.Invitation, null),
            new HashSet<string>(),
            new ScopeSet(["openid", "profile"], null, MicrosoftGraph.Uri, []),
            "openid profile",
            new HashSet<string>()
        )
        {
            LoginHint = invitation.InvitedUserEmailAddress,
        };
    }
}
