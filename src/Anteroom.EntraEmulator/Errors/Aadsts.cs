namespace Anteroom.EntraEmulator.Errors;

/// <summary>The catalogue: every refusal of the emulator, once, in Entra's words (entra-oidc.md §2.6 and the recorded answers).</summary>
internal static class Aadsts
{
    private const string InvalidRequest = "invalid_request";
    private const string InvalidClient = "invalid_client";
    private const string InvalidGrant = "invalid_grant";
    private const string InvalidScope = "invalid_scope";
    private const string UnauthorizedClient = "unauthorized_client";
    private const string UnsupportedResponseType = "unsupported_response_type";
    private const string AccessDenied = "access_denied";
    private const string InteractionRequired = "interaction_required";

    // Registration and shape of the request

    public static AadstsError RedirectUriMismatch(string redirectUri, Guid appId) =>
        new(
            50011,
            InvalidRequest,
            400,
            $"The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this."
        );

    public static AadstsError RedirectUriDiffers() =>
        new(
            500112,
            InvalidGrant,
            400,
            "The reply address given at the token endpoint does not match the reply address provided when requesting the authorization code."
        );

    public static AadstsError NoRedirectUriRegistered() =>
        new(500113, InvalidRequest, 400, "No reply address is registered for the application.");

    public static AadstsError NoRedirectUri() => new(900971, InvalidRequest, 400, "No reply address provided.");

    public static AadstsError ApplicationNotFound(string clientId, string tenant) =>
        new(
            700016,
            UnauthorizedClient,
            400,
            $"Application with identifier '{clientId}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        );

    public static AadstsError NotAnApplicationId(string clientId) =>
        new(700038, UnauthorizedClient, 400, $"{clientId} is not a valid application identifier.") { HasErrorUri = false };

    public static AadstsError ServicePrincipalDisabled(Guid appId, string name) =>
        new(7000112, UnauthorizedClient, 400, $"Application '{appId}'({name}) is disabled.");

    public static AadstsError TenantNotFound(string tenant) =>
        new(
            90002,
            InvalidRequest,
            400,
            $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
        );

    public static AadstsError NotMultiTenant(Guid appId, string name) =>
        new(
            50194,
            InvalidRequest,
            400,
            $"Application '{appId}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."
        );

    public static AadstsError GrantNeedsTenant() =>
        new(
            9001023,
            InvalidRequest,
            400,
            "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."
        );

    public static AadstsError MissingParameter(string name) =>
        new(900144, InvalidRequest, 400, $"The request body must contain the following parameter: '{name}'.");

    public static AadstsError DuplicateParameter(string name) =>
        new(9000411, InvalidRequest, 400, $"The request is not properly formatted. The parameter '{name}' is duplicated.");

    public static AadstsError UnsupportedValue(string name, string value) =>
        new(90023, InvalidRequest, 400, $"Unsupported '{name}' value '{value}'.");

    public static AadstsError Malformed() => new(9002313, InvalidRequest, 400, "Invalid request. Request is malformed or invalid.");

    public static AadstsError TokenEndpointNeedsPost() =>
        new(900561, InvalidRequest, 400, "The endpoint only accepts POST requests. Received a GET request.");

    public static AadstsError UnsupportedGrantType(string grantType) =>
        new(70003, "unsupported_grant_type", 400, $"The app requested an unsupported grant type '{grantType}'.") { HasErrorUri = false };

    public static AadstsError ResponseTypeNotEnabled(string type) =>
        type == "token"
            ? new(700051, UnsupportedResponseType, 400, "response_type 'token' is not enabled for the application.")
            : new(700054, UnsupportedResponseType, 400, "response_type 'id_token' is not enabled for the application.");

    public static AadstsError UnsupportedResponseTypeValue(string type) =>
        new(70005, UnsupportedResponseType, 400, $"response_type '{type}' is not supported for the application.");

    public static AadstsError ResponseModeNotForType(string mode) =>
        new(70007, InvalidRequest, 400, $"'{mode}' is not a supported value of 'response_mode' when requesting a token.");

    public static AadstsError InvalidScopeValue(string scope) =>
        new(
            70011,
            InvalidScope,
            400,
            $"The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        );

    public static AadstsError MixedDefaultScope() =>
        new(
            70011,
            InvalidScope,
            400,
            "The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes."
        );

    public static AadstsError SeveralResources(string scope) =>
        new(
            28000,
            InvalidRequest,
            400,
            $"Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid."
        );

    public static AadstsError ScopeNotDefault(string scope) =>
        new(
            1002012,
            InvalidScope,
            400,
            $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );

    public static AadstsError ScopeUnknown(string name, Guid appId, string scope) =>
        new(
            650053,
            InvalidClient,
            400,
            $"The application '{name}' asked for scope '{scope}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'. Contact the app vendor. (Application '{appId}')"
        );

    public static AadstsError ResourceNotFound(string resource, string tenant) =>
        new(
            500011,
            "invalid_resource",
            400,
            $"The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        );

    public static AadstsError ResourceParameter() => new(901002, InvalidRequest, 400, "The 'resource' request parameter is not supported.");

    public static AadstsError WrongUserContext() =>
        new(
            165000,
            InvalidRequest,
            400,
            "Invalid Request: The request tokens do not match the user context. One or more of the user context values (cookies; form fields; headers) were incorrect or invalid."
        );

    // Client credentials

    public static AadstsError WrongSecret(Guid appId) =>
        new(
            7000215,
            InvalidClient,
            401,
            $"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{appId}'."
        );

    public static AadstsError ExpiredSecret(Guid appId) =>
        new(
            7000222,
            InvalidClient,
            401,
            $"The provided client secret keys for app '{appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."
        );

    public static AadstsError NoCredential() =>
        new(7000218, InvalidClient, 401, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.");

    public static AadstsError PublicClientSentCredential() =>
        new(700025, InvalidClient, 401, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.");

    public static AadstsError AssertionNotAccepted(Guid appId) =>
        new(
            700027,
            InvalidClient,
            401,
            $"The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found. Application '{appId}' has no certificates.]"
        );

    // Code, PKCE, single-page applications

    public static AadstsError CodeAlreadyRedeemed() =>
        new(
            54005,
            InvalidGrant,
            400,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
        );

    public static AadstsError GrantExpired() =>
        new(
            70008,
            InvalidGrant,
            400,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."
        );

    public static AadstsError GrantInvalid(string parameter) =>
        new(70000, InvalidGrant, 400, $"The provided value for the '{parameter}' parameter is not valid.") { SubError = "bad_token" };

    public static AadstsError CodeOfOtherTenant() =>
        new(
            700005,
            InvalidGrant,
            400,
            "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for."
        );

    public static AadstsError VerifierMismatch() =>
        new(501481, InvalidGrant, 400, "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    public static AadstsError ChallengeSize() =>
        new(501491, InvalidRequest, 400, "Invalid size of Code_Challenge parameter. The size must be between 43 and 128.");

    public static AadstsError PkceRequired() =>
        new(9002325, InvalidRequest, 400, "Proof Key for Code Exchange is required for cross-origin authorization code redemption.");

    public static AadstsError CrossOriginNotAllowed(string origin) =>
        new(
            9002326,
            InvalidRequest,
            400,
            $"Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'."
        );

    public static AadstsError CrossOriginRequired() =>
        new(
            9002327,
            InvalidRequest,
            400,
            "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."
        );

    public static AadstsError SpaRefreshTokenOver(DateTimeOffset issued, DateTimeOffset now) =>
        new(
            700084,
            InvalidGrant,
            400,
            $"The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can not be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and was inactive until {now:yyyy-MM-ddTHH:mm:ss.fffffffZ}."
        )
        {
            SubError = "bad_token",
        };

    public static AadstsError RefreshTokenInactive(DateTimeOffset issued) =>
        new(
            700082,
            InvalidGrant,
            400,
            $"The refresh token has expired due to inactivity. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and was inactive for 90.00:00:00."
        )
        {
            SubError = "bad_token",
        };

    public static AadstsError GrantRevoked(DateTimeOffset validFrom, DateTimeOffset authenticated) =>
        new(
            50173,
            InvalidGrant,
            400,
            $"The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{authenticated:yyyy-MM-ddTHH:mm:ss.fffffffZ}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom:yyyy-MM-ddTHH:mm:ss.fffffffZ}'."
        )
        {
            SubError = "bad_token",
        };

    // User and policy

    public static AadstsError NotAssigned(Guid appId, string name, string user, bool silent = false, bool atToken = false) =>
        new(
            50105,
            atToken ? InvalidGrant
                : silent ? InteractionRequired
                : AccessDenied,
            400,
            $"Your administrator has configured the application {name} ('{appId}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{user}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application."
        );

    public static AadstsError AppNotAssigned(Guid appId, string resource) =>
        new(501051, InvalidGrant, 400, $"Application '{appId}' is not assigned to a role for the application '{resource}'.");

    public static AadstsError ConsentRequired(Guid appId, string name, bool atToken = false) =>
        new(
            65001,
            atToken ? InvalidGrant : "consent_required",
            400,
            $"The user or administrator has not consented to use the application with ID '{appId}' named '{name}'. Send an interactive authorization request for this user and resource."
        )
        {
            SubError = atToken ? "consent_required" : null,
        };

    public static AadstsError ConsentDeclined() =>
        new(65004, AccessDenied, 400, "User declined to consent to access the app.") { SubCode = "cancel" };

    public static AadstsError SignInCancelled() => new(50199, AccessDenied, 400, "The user canceled the sign-in.") { SubCode = "cancel" };

    public static AadstsError NotInTenant(string account, string identityProvider, string tenant, Guid appId, string name) =>
        new(
            50020,
            InvalidRequest,
            400,
            $"User account '{account}' from identity provider '{identityProvider}' does not exist in tenant '{tenant}' and cannot access the application '{appId}'({name}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account."
        );

    public static AadstsError AccountSelectionRequired() =>
        new(
            16000,
            InteractionRequired,
            400,
            "Either multiple user identities are available for the current request or selected account is not supported for the scenario."
        );

    public static AadstsError UserNotFound(string account, string tenant) =>
        new(
            50034,
            InvalidGrant,
            400,
            $"The user account {account} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."
        );

    public static AadstsError WrongPassword() =>
        new(50126, InvalidGrant, 400, "Error validating credentials due to invalid username or password.");

    public static AadstsError UserDisabled() => new(50057, InvalidGrant, 400, "The user account is disabled.");

    public static AadstsError NotSignedIn() =>
        new(50058, "login_required", 400, "A silent sign-in request was sent but no user is signed in.");
}
