namespace Anteroom.EntraEmulator.Errors;

/// <summary>Refusals of accounts: unknown, locked, expired, of another tenant (entra-oidc.md §2.6, fourth table).</summary>
internal static class UserErrors
{
    private const string InteractionRequired = "interaction_required";

    public static AadstsError NotInTenant(string account, string identityProvider, string tenant, Guid appId, string name) =>
        new(50020, "invalid_request", 400, NotThere(account, identityProvider, tenant, appId, name));

    /// <summary>With <c>prompt=none</c> the same trouble has other words (§2.6 row 16000).</summary>
    public static AadstsError AccountSelectionRequired() =>
        new(
            16000,
            InteractionRequired,
            400,
            "Either multiple user identities are available for the current request or selected account is not supported for the scenario."
        );

    public static AadstsError NotAddedToTenant(string account, string tenant) =>
        new(
            16003,
            InteractionRequired,
            400,
            $"User account '{account}' has not been explicitly added to the tenant '{tenant}'. Sign out and sign in again with a different Azure Active Directory user account."
        );

    public static AadstsError GuestPending(string account, string tenant) =>
        new(
            50014,
            InteractionRequired,
            400,
            $"Guest user account '{account}' is in pending state in the tenant '{tenant}'. The invitation has to be redeemed first."
        );

    public static AadstsError NotInDirectory(string account, string tenant) =>
        new(
            51004,
            InteractionRequired,
            400,
            $"The user account {account} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."
        );

    public static AadstsError ExternalAccountMissing(string account, string identityProvider, string tenant, Guid appId, string name) =>
        new(90072, InteractionRequired, 400, NotThere(account, identityProvider, tenant, appId, name));

    public static AadstsError WrongAccountType(string account) =>
        new(500208, InteractionRequired, 400, $"The domain of '{account}' is not a valid login domain for the account type.");

    public static AadstsError PersonalAccount(string account) =>
        new(
            500200,
            "invalid_request",
            400,
            $"User account '{account}' is a personal Microsoft account. Personal Microsoft accounts are not supported for this application unless explicitly invited to an organization. Try signing out and signing back in with an organizational account."
        );

    public static AadstsError NotFound(string account, string tenant) =>
        Grant(
            50034,
            $"The user account {account} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."
        );

    public static AadstsError WrongPassword() => Grant(50126, "Error validating credentials due to invalid username or password.");

    public static AadstsError Locked() =>
        Grant(50053, "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.");

    public static AadstsError PasswordExpired() =>
        new(50055, "user_password_expired", 401, "The password is expired.")
        {
            SubError = "user_password_expired",
            RedirectError = InteractionRequired,
            TellsPasswordChange = true,
        };

    public static AadstsError WrongCurrentPassword() =>
        Grant(120000, "The current password is incorrect.") with
        {
            TellsPasswordChange = true,
        };

    public static AadstsError WeakPassword() =>
        Grant(120002, "The new password is too weak, equals the old one, or was not repeated.") with
        {
            TellsPasswordChange = true,
        };

    public static AadstsError NullPassword() =>
        Grant(50056, "Invalid or null password: password does not exist in the directory for this user.");

    public static AadstsError OnPremisesPasswordExpired() =>
        Grant(
            50144,
            "The user's Active Directory password has expired. Generate a new password for the user or have the user use the self-service reset tool to reset their password."
        );

    public static AadstsError Disabled() => Grant(50057, "The user account is disabled.");

    public static AadstsError GuestDisabled() => Grant(500571, "The guest user account is disabled.");

    public static AadstsError NotSignedIn() =>
        new(50058, "login_required", 400, "A silent sign-in request was sent but no user is signed in.") { SilentError = "login_required" };

    public static AadstsError Cancelled() => new(50199, "access_denied", 400, "The user canceled the sign-in.") { SubCode = "cancel" };

    private static AadstsError Grant(int code, string message) =>
        new(code, "invalid_grant", 400, message) { RedirectError = "access_denied" };

    private static string NotThere(string account, string identityProvider, string tenant, Guid appId, string name) =>
        $"User account '{account}' from identity provider '{identityProvider}' does not exist in tenant '{tenant}' and cannot access the application '{appId}'({name}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.";
}
