using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>How a refused admin consent comes back: three forms are reported (entra-oidc.md §6.2), so it is a switch.</summary>
internal static class AdminConsentReply
{
    public const string ConsentRequired = "consentRequired";
    public const string PermissionDenied = "permissionDenied";
    public const string AccessDenied = "accessDenied";

    private const int Declined = 65004;

    public static ReplyParameters Refused(EmulatorSettings settings, AadstsError error, HttpContext http, string? state)
    {
        var told = (settings.AdminConsentRefusal, error.Code) switch
        {
            (PermissionDenied, Declined) => new ReplyParameters()
                .Append("error", "permission_denied")
                .Append("error_description", "The admin canceled the request"),
            (AccessDenied, Declined) => ErrorReplies.Redirect(error, http),
            (_, Declined) => ErrorReplies.Redirect(error with { RedirectError = "consent_required", SubCode = null }, http),
            _ => ErrorReplies.Redirect(error, http),
        };
        return told.Prepend("admin_consent", "True").Append("state", state);
    }
}
