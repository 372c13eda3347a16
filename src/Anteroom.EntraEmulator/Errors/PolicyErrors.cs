namespace Anteroom.EntraEmulator.Errors;

/// <summary>Refusals by consent, assignment, Conditional Access and tenant policy (entra-oidc.md §2.6, fourth table).</summary>
internal static class PolicyErrors
{
    private const string AccessDenied = "access_denied";
    private const string InvalidGrant = "invalid_grant";
    private const string ConsentRequiredError = "consent_required";
    private const string InteractionRequired = "interaction_required";

    // Assignment

    public static AadstsError NotAssigned(Guid appId, string name, string user) =>
        new(
            50105,
            InvalidGrant,
            400,
            $"Your administrator has configured the application {name} ('{appId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{user}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application."
        )
        {
            RedirectError = AccessDenied,
        };

    public static AadstsError AppNotAssigned(Guid appId, string resource) =>
        new(501051, InvalidGrant, 400, $"Application '{appId}' is not assigned to a role for the application '{resource}'.");

    // Consent

    public static AadstsError ConsentMissing(Guid appId, string name) =>
        new(
            65001,
            InvalidGrant,
            400,
            $"The user or administrator has not consented to use the application with ID '{appId}' named '{name}'. Send an interactive authorization request for this user and resource."
        )
        {
            RedirectError = ConsentRequiredError,
            SilentError = ConsentRequiredError,
            SubError = ConsentRequiredError,
        };

    public static AadstsError ConsentDeclined() =>
        new(65004, AccessDenied, 400, "User declined to consent to access the app.") { SubCode = "cancel" };

    public static AadstsError AdminConsentRequired(string name) =>
        new(
            90094,
            ConsentRequiredError,
            400,
            $"The grant requires admin permission. {name} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it."
        )
        {
            RedirectError = AccessDenied,
            SilentError = ConsentRequiredError,
            SubError = ConsentRequiredError,
        };

    public static AadstsError AdminApprovalRequested() =>
        new(90095, AccessDenied, 400, "Admin consent is required. The user may request approval from an administrator.")
        {
            SilentError = ConsentRequiredError,
        };

    public static AadstsError GraphForbade() =>
        new(90093, AccessDenied, 400, "Calling principal cannot consent due to lack of permissions.")
        {
            SilentError = ConsentRequiredError,
        };

    public static AadstsError TokenForItselfNeedsPermission() =>
        new(
            90008,
            "invalid_request",
            400,
            "The user or administrator has not consented to use the application. This happened because application is misconfigured: it must require access to Windows Azure Active Directory by specifying at least 'Sign in and read user profile' permission."
        )
        {
            SilentError = ConsentRequiredError,
        };

    public static AadstsError RiskyApplication(int code) =>
        new(
            code,
            AccessDenied,
            400,
            "An administrator of your tenant has set a policy that prevents you from granting this application the permissions it is requesting. Contact an admin, who can grant permissions to this application on your behalf."
        )
        {
            SilentError = ConsentRequiredError,
        };

    // Multi-factor authentication. Version 1 of the protocol says interaction_required where version 2 says invalid_grant (§2.6 row 50076).

    public static AadstsError MultiFactorRequired(string resource, string? claims) =>
        Factor(
            50076,
            $"Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
            claims
        );

    public static AadstsError MultiFactorEnrolment(string resource, string? claims) =>
        Factor(
            50079,
            $"Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access '{resource}'.",
            claims
        );

    public static AadstsError MultiFactorEnrolmentInterrupt(string resource) =>
        Factor(
            50072,
            $"Due to a configuration change made by your administrator, you must enroll in multi-factor authentication to access '{resource}'.",
            null
        );

    public static AadstsError MultiFactorNotPassed() => Factor(50074, "Strong Authentication is required.", null);

    public static AadstsError MultiFactorDenied() => Factor(500121, "Authentication failed during strong authentication request.", null);

    public static AadstsError MultiFactorExpired(string resource) =>
        Factor(
            50078,
            $"Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access '{resource}'.",
            null
        );

    // Conditional Access

    public static AadstsError Blocked(string? claims = null) =>
        new(
            53003,
            InteractionRequired,
            400,
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
        )
        {
            RedirectError = AccessDenied,
            SubError = "message_only",
            Claims = claims,
        };

    public static AadstsError DeviceNotCompliant() =>
        Device(
            53000,
            "Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant. The user must enroll their device with an approved MDM provider like Intune."
        );

    public static AadstsError DeviceNotJoined() =>
        Device(
            53001,
            "Device is not in required device state: domain_joined. Conditional Access policy requires a domain joined device, and the device is not domain joined."
        );

    public static AadstsError NotApprovedApp() => Device(53002, "Application used is not an approved application for Conditional Access.");

    public static AadstsError ProofUpBlocked() =>
        Device(53004, "User needs to complete Multi-factor authentication registration process before accessing this content.");

    public static AadstsError SecurityPolicy() =>
        Device(530032, "User blocked due to risk on home tenant or by a security policy that is configured by the tenant administrator.");

    public static AadstsError SecurityDefaults() => Device(530035, "Access has been blocked by security defaults.");

    public static AadstsError ConditionalAccessFailed() =>
        Device(
            50131,
            "Device is not in required device state: known. Or, the request was blocked due to suspicious activity, access policy, or security policy decisions."
        );

    public static AadstsError DeviceAuthenticationRequired() => Device(50097, "Device authentication is required.");

    public static AadstsError DeviceAuthenticationFailed() =>
        Device(50155, "Device authentication failed for this user.") with
        {
            SubError = "device_authentication_failed",
        };

    public static AadstsError ExternalChallenge() =>
        Device(
            50158,
            "External security challenge not satisfied. User will be redirected to another page or authentication provider to satisfy additional authentication challenges."
        );

    public static AadstsError ExternalClaimsWrong() =>
        Device(50161, "Claims sent by external provider is not enough, or missing claim requested to external provider.");

    // Tenant restrictions and cross-tenant access

    public static AadstsError TenantRestricted(string tenant, int code = 500021) =>
        new(code, AccessDenied, 400, $"Access to '{tenant}' tenant is denied.");

    public static AadstsError OutboundPolicy() =>
        new(
            500212,
            AccessDenied,
            400,
            "The user's administrator has set an outbound access policy that does not allow access to the resource tenant."
        );

    public static AadstsError InboundPolicy() =>
        new(500213, AccessDenied, 400, "The resource tenant's cross-tenant access policy does not allow this user to access this tenant.");

    private static AadstsError Factor(int code, string message, string? claims) =>
        new(code, InvalidGrant, 400, message)
        {
            RedirectError = InteractionRequired,
            SubError = "basic_action",
            Claims = claims,
        };

    private static AadstsError Device(int code, string message) =>
        new(code, InteractionRequired, 400, message) { RedirectError = AccessDenied, SubError = "message_only" };
}
