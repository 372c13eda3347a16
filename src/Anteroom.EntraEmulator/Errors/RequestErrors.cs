namespace Anteroom.EntraEmulator.Errors;

/// <summary>Refusals of registration and of the shape of a request (entra-oidc.md §2.6, first table, and the recorded answers).</summary>
internal static class RequestErrors
{
    private const string InvalidRequest = "invalid_request";
    private const string InvalidResource = "invalid_resource";
    private const string InvalidScope = "invalid_scope";
    private const string UnauthorizedClient = "unauthorized_client";
    private const string UnsupportedResponseType = "unsupported_response_type";

    public static AadstsError RedirectUriMismatch(string redirectUri, Guid appId) =>
        Invalid(
            50011,
            $"The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{appId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this."
        );

    public static AadstsError NoRedirectUriRegistered() => Invalid(500113, "No reply address is registered for the application.");

    public static AadstsError NoRedirectUri() => Invalid(900971, "No reply address provided.");

    public static AadstsError ApplicationNotFound(string clientId, string tenant) =>
        new(
            700016,
            UnauthorizedClient,
            400,
            $"Application with identifier '{clientId}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        );

    public static AadstsError ApplicationNotInDirectory(string clientId) =>
        new(700011, UnauthorizedClient, 400, $"Application with identifier {clientId} was not found in the directory.");

    public static AadstsError ApplicationDisabled(string clientId) =>
        new(70001, UnauthorizedClient, 400, $"The application '{clientId}' is disabled.");

    public static AadstsError NotAnApplicationId(string clientId) =>
        new(700038, UnauthorizedClient, 400, $"{clientId} is not a valid application identifier.") { HasErrorUri = false };

    public static AadstsError ServicePrincipalDisabled(Guid appId, string name) =>
        new(7000112, UnauthorizedClient, 400, $"Application '{appId}'({name}) is disabled.");

    public static AadstsError TenantNotFound(string tenant) =>
        Invalid(
            90002,
            $"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."
        );

    public static AadstsError OtherCloud(string tenant, string cloud, string here) =>
        Invalid(
            90038,
            $"The specified tenant '{tenant}' belongs to the National Cloud '{cloud}'. Current cloud instance '{here}' does not federate with {cloud}."
        );

    public static AadstsError NotMultiTenant(Guid appId, string name, string segment) =>
        Invalid(
            50194,
            $"Application '{appId}'({name}) is not configured as a multi-tenant application. Usage of the /{segment} endpoint is not supported for such applications created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."
        );

    public static AadstsError GrantNeedsTenant() =>
        Invalid(
            9001023,
            "The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."
        );

    public static AadstsError WorkOrSchoolOnly(Guid appId, string name) =>
        Invalid(
            9002332,
            $"Application '{appId}'({name}) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request."
        );

    public static AadstsError PersonalOnly(Guid appId, string name) =>
        Invalid(
            9002331,
            $"Application '{appId}'({name}) is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request."
        );

    public static AadstsError ApplicationNotOverShared(Guid appId, string name) =>
        Invalid(
            90130,
            $"Application '{appId}'({name}) is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."
        );

    public static AadstsError ResourceNotOverShared(string resource, string name) =>
        Invalid(
            90124,
            $"Resource '{resource}' ({name}) is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."
        );

    public static AadstsError AdminConsentOverShared() =>
        Invalid(
            9002328,
            "The /adminconsent endpoint is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint."
        );

    public static AadstsError PersonalTenantNeedsVersion2() =>
        Invalid(
            90027,
            "We are unable to issue tokens from this API version on the MSA tenant. Please contact the application vendor as they need to use version 2.0 of the protocol to support this."
        );

    public static AadstsError MissingParameter(string name) =>
        Invalid(900144, $"The request body must contain the following parameter: '{name}'.");

    public static AadstsError MissingField(string name) =>
        Invalid(
            90014,
            $"The required field '{name}' is missing from the credential. Ensure that you have all the necessary parameters for the login request."
        );

    public static AadstsError DuplicateParameter(string name) =>
        Invalid(9000411, $"The request is not properly formatted. The parameter '{name}' is duplicated.");

    public static AadstsError UnsupportedValue(string name, string value) => Invalid(90023, $"Unsupported '{name}' value '{value}'.");

    public static AadstsError Malformed() => Invalid(9002313, "Invalid request. Request is malformed or invalid.");

    public static AadstsError NeedsPost(string method) =>
        Invalid(900561, $"The endpoint only accepts POST requests. Received a {method} request.");

    public static AadstsError UnsupportedGrantType(string grantType) =>
        new(70003, "unsupported_grant_type", 400, $"The app requested an unsupported grant type '{grantType}'.") { HasErrorUri = false };

    public static AadstsError ResponseTypeNotEnabled(string type) =>
        new(type == "token" ? 700051 : 700054, UnsupportedResponseType, 400, $"response_type '{type}' is not enabled for the application.");

    public static AadstsError UnsupportedResponseTypeValue(string type) =>
        new(70005, UnsupportedResponseType, 400, $"response_type '{type}' is not supported for the application.");

    public static AadstsError ResponseModeNotForType(string mode) =>
        Invalid(70007, $"'{mode}' is not a supported value of 'response_mode' when requesting a token.");

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
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. .default scope can't be combined with resource-specific scopes."
        );

    public static AadstsError ScopeNotForToken(string scope) =>
        new(
            28002,
            InvalidScope,
            400,
            $"Provided value for the input parameter scope '{scope}' is not valid when requesting an access token. Please specify a valid scope."
        );

    public static AadstsError EmptyScopeAtRedemption() =>
        new(
            28003,
            InvalidScope,
            400,
            "Provided value for the input parameter scope can't be empty when requesting an access token using the provided authorization code. Please specify a valid scope."
        );

    public static AadstsError SeveralResources(string scope) =>
        new(
            700022,
            InvalidScope,
            400,
            $"The provided value for the input parameter scope '{scope}' is not valid because it contains more than one resource."
        );

    public static AadstsError NoResource(string scope) =>
        new(
            700023,
            InvalidScope,
            400,
            $"The provided value for the input parameter scope '{scope}' is not valid when requesting an access token."
        );

    public static AadstsError ScopeNotDefault(string scope) =>
        new(
            1002012,
            InvalidScope,
            400,
            $"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."
        );

    public static AadstsError ScopeUnknown(
        string name,
        Guid appId,
        string scope,
        string resource = "00000003-0000-0000-c000-000000000000"
    ) =>
        new(
            650053,
            "invalid_client",
            400,
            $"The application '{name}' asked for scope '{scope}' that doesn't exist on the resource '{resource}'. Contact the app vendor. Client app ID: {appId}."
        );

    public static AadstsError ResourceNotInRegistration(Guid appId, string name, string resource, string resourceAppId, string listed) =>
        new(
            650057,
            InvalidResource,
            400,
            $"Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {appId}({name}). Resource value from request: {resource}. Resource app ID: {resourceAppId}. List of valid resources from app registration: {listed}."
        );

    public static AadstsError ResourceUndiscoverable(Guid appId, string resource) =>
        new(
            65005,
            InvalidResource,
            400,
            $"The application '{appId}' has requested access to the resource '{resource}', which was not specified in its required resource access list."
        );

    public static AadstsError Misconfigured(Guid appId, string resource) =>
        new(
            650056,
            "invalid_client",
            400,
            $"Misconfigured application. This could be due to one of the following: the client has not listed any permissions for '{resource}' in the requested permissions in the client's application registration. Or, the admin has not consented in the tenant. Or, check the application identifier in the request to ensure it matches the configured client application identifier. Or, check the certificate in the request to ensure it's valid. Please contact your admin to fix the configuration or consent on behalf of the tenant. Client app ID: {appId}."
        );

    public static AadstsError ResourceNotFound(string name, string tenant) =>
        new(
            500011,
            InvalidResource,
            400,
            $"The resource principal named {name} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."
        );

    public static AadstsError ResourceParameter() => Invalid(901002, "The 'resource' request parameter is not supported.");

    public static AadstsError TokenForItself(Guid appId, string name) =>
        Invalid(
            90009,
            $"Application '{appId}'({name}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier."
        );

    public static AadstsError WrongUserContext() =>
        Invalid(
            165000,
            "Invalid Request: The request tokens do not match the user context. Do not copy the user context values (cookies; form fields; headers) between different requests or user sessions; always maintain the ALL of the supplied values across a complete single user flow. Failure Reasons:[Token values do not match;]"
        );

    public static AadstsError UnknownInstance() => Invalid(50049, "Unknown or invalid instance.");

    public static AadstsError Throttled() =>
        new(90055, "temporarily_unavailable", 429, "There are too many incoming requests. Please try again later.");

    private static AadstsError Invalid(int code, string message) => new(code, InvalidRequest, 400, message);
}
