namespace Anteroom.EntraEmulator.Errors;

/// <summary>Refusals of codes, refresh tokens, device codes and assertions (entra-oidc.md §2.6, third table).</summary>
internal static class GrantErrors
{
    public static AadstsError RedirectUriDiffers() =>
        Invalid(
            500112,
            "The reply address given at the token endpoint does not match the reply address provided when requesting the authorization code."
        );

    public static AadstsError CodeAlreadyRedeemed() =>
        Invalid(
            54005,
            "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."
        ) with
        {
            OlderCode = 70002,
        };

    public static AadstsError Expired() =>
        Invalid(
            70008,
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."
        );

    public static AadstsError Unusable(string parameter) =>
        Invalid(70000, $"The provided value for the '{parameter}' parameter is not valid.") with
        {
            SubError = "bad_token",
        };

    public static AadstsError CodeOfOtherTenant() =>
        Invalid(
            700005,
            "Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for (/common or /{tenant-ID} as appropriate)"
        );

    public static AadstsError VerifierMismatch() =>
        Invalid(501481, "The Code_Verifier does not match the code_challenge supplied in the authorization request.");

    public static AadstsError ChallengeMissing() => Request(50147, "Missing Code_Challenge parameter.");

    public static AadstsError ChallengeSize() =>
        Request(501491, "Invalid size of Code_Challenge parameter. The size must be between 43 and 128.");

    public static AadstsError PkceRequired() =>
        Request(9002325, "Proof Key for Code Exchange is required for cross-origin authorization code redemption.");

    public static AadstsError CrossOriginNotAllowed(string origin) =>
        Request(
            9002326,
            $"Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'."
        );

    public static AadstsError CrossOriginRequired() =>
        Request(9002327, "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.");

    public static AadstsError SpaRefreshTokenOver(DateTimeOffset issued, DateTimeOffset now) =>
        Bad(
            700084,
            $"The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which can not be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and was inactive until {now:yyyy-MM-ddTHH:mm:ss.fffffffZ}."
        );

    public static AadstsError RefreshTokenTooOld(DateTimeOffset issued, TimeSpan most) =>
        Bad(
            700081,
            $"The refresh token has expired due to maximum lifetime. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and the maximum allowed lifetime for this application is {most:c}."
        ) with
        {
            SubError = "token_expired",
        };

    public static AadstsError RefreshTokenInactive(DateTimeOffset issued) =>
        Bad(
            700082,
            $"The refresh token has expired due to inactivity. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and was inactive for 90.00:00:00."
        );

    public static AadstsError Revoked(DateTimeOffset validFrom, DateTimeOffset authenticated) =>
        Bad(
            50173,
            $"The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{authenticated:yyyy-MM-ddTHH:mm:ss.fffffffZ}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom:yyyy-MM-ddTHH:mm:ss.fffffffZ}'."
        );

    public static AadstsError SignInFrequency(DateTimeOffset issued, TimeSpan most) =>
        Bad(
            70043,
            $"The refresh token has expired or is invalid due to sign-in frequency checks by conditional access. The token was issued on {issued:yyyy-MM-ddTHH:mm:ss.fffffffZ} and the maximum allowed lifetime for this request is {(long)most.TotalSeconds}."
        );

    public static AadstsError FlowTokenExpired() =>
        Bad(50089, "Authentication failed due to flow token expired.") with
        {
            SubError = "token_expired",
        };

    public static AadstsError SessionInvalid() =>
        Bad(
            50132,
            "Session is invalid due to the following reasons: password expiration or recent password change, SSO Artifact is invalid or expired, session is not fresh enough for application, a silent sign-in request was sent but the user's session with Azure AD is invalid or has expired."
        );

    public static AadstsError SessionRevoked() => Bad(50133, "Session is invalid due to expiration or recent password change.");

    public static AadstsError LoopDetected() =>
        Invalid(50196, "The server terminated an operation because it encountered a client request loop. Please contact your app vendor.");

    // Device code (RFC 8628 §3.5, with Entra's own names)

    public static AadstsError AuthorizationPending() =>
        new(70016, "authorization_pending", 400, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
        {
            SilentError = "authorization_pending",
        };

    public static AadstsError SlowDown() =>
        new(70016, "slow_down", 400, "OAuth 2.0 device flow error. The client polls more often than the interval allows.");

    public static AadstsError DeviceDeclined() =>
        new(70020, "authorization_declined", 400, "OAuth 2.0 device flow error. The user has denied authorization.");

    public static AadstsError DeviceExpired() => new(70019, "expired_token", 400, "OAuth 2.0 device flow error. The code has expired.");

    public static AadstsError BadVerificationCode() =>
        new(70018, "bad_verification_code", 400, "OAuth 2.0 device flow error. The verification code is invalid.");

    // On behalf of

    public static AadstsError AssertionSignature() =>
        Invalid(50013, "Assertion failed signature validation. [Reason - The key was not found.]");

    public static AadstsError AssertionOver(DateTimeOffset now, DateTimeOffset expiry) =>
        Invalid(
            500133,
            $"Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now:yyyy-MM-ddTHH:mm:ss.fffffffZ}, expiry time of assertion {expiry:yyyy-MM-ddTHH:mm:ss.fffffffZ}."
        );

    public static AadstsError AssertionAudience(string audience, Guid appId, string name) =>
        Invalid(
            500131,
            $"Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{audience}' and the expected audience is '{appId}' or one of the Application Uris of this application with App ID '{appId}'({name}). The downstream client must request a token for the expected audience (the application that made the OBO request) and this application should use that token as the assertion."
        );

    public static AadstsError AssertionNotOfUser(Guid appId) =>
        new(7000114, "unauthorized_client", 400, $"Application '{appId}' is not allowed to make application on-behalf-of calls.");

    public static AadstsError IdTokenAsAssertion() =>
        Invalid(240002, "Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant.");

    private static AadstsError Invalid(int code, string message) => new(code, "invalid_grant", 400, message);

    private static AadstsError Bad(int code, string message) => Invalid(code, message) with { SubError = "bad_token" };

    private static AadstsError Request(int code, string message) => new(code, "invalid_request", 400, message);
}
