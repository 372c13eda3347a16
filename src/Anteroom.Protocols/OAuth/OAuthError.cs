namespace Anteroom.Protocols.OAuth;

/// <summary>An OAuth error response (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 6750 §3.1, RFC 8628 §3.5, RFC 8707 §2). Only the codes named here can be sent.</summary>
/// <remarks>The description is a plain sentence of ours for the developer of the client; it never quotes input, and the reason of a refusal goes to the log.</remarks>
public sealed record OAuthError
{
    private OAuthError(string code, string description, int status = 400)
    {
        Code = code;
        Status = status;
        Description = string.Create(
            description.Length,
            description,
            static (text, source) =>
            {
                for (var i = 0; i < text.Length; i++)
                    text[i] = IsAllowed(source[i]) ? source[i] : '?';
            }
        );
    }

    /// <summary>The <c>error</c> value.</summary>
    public string Code { get; }

    /// <summary>The HTTP status where the error is a response of its own; a redirect has none.</summary>
    public int Status { get; }

    /// <summary>The <c>error_description</c>, reduced to the characters that RFC 6749 §5.2 allows.</summary>
    public string Description { get; }

    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    /// <summary>401; where the client used the <c>Authorization</c> header, the response names the scheme (RFC 6749 §5.2).</summary>
    public static OAuthError InvalidClient(string description) => new("invalid_client", description, 401);

    public static OAuthError InvalidGrant(string description) => new("invalid_grant", description);

    public static OAuthError UnauthorizedClient(string description) => new("unauthorized_client", description);

    public static OAuthError UnsupportedGrantType(string description) => new("unsupported_grant_type", description);

    public static OAuthError InvalidScope(string description) => new("invalid_scope", description);

    public static OAuthError AccessDenied(string description) => new("access_denied", description);

    public static OAuthError UnsupportedResponseType(string description) => new("unsupported_response_type", description);

    public static OAuthError ServerError(string description) => new("server_error", description, 500);

    /// <summary>429 (RFC 9126 §2.3, RFC 6585 §4): one network has asked for more than its share; after a minute there is room again.</summary>
    public static OAuthError TooManyRequests(string description) => new("temporarily_unavailable", description, 429);

    public static OAuthError LoginRequired(string description) => new("login_required", description);

    public static OAuthError InteractionRequired(string description) => new("interaction_required", description);

    public static OAuthError AccountSelectionRequired(string description) => new("account_selection_required", description);

    public static OAuthError ConsentRequired(string description) => new("consent_required", description);

    public static OAuthError RequestNotSupported(string description) => new("request_not_supported", description);

    public static OAuthError RequestUriNotSupported(string description) => new("request_uri_not_supported", description);

    /// <summary>A <c>request_uri</c> that leads to nothing any more (OpenID Connect Core §3.1.2.6).</summary>
    public static OAuthError InvalidRequestUri(string description) => new("invalid_request_uri", description);

    public static OAuthError RegistrationNotSupported(string description) => new("registration_not_supported", description);

    /// <summary>A bearer token that is not valid (RFC 6750 §3.1).</summary>
    public static OAuthError InvalidToken(string description) => new("invalid_token", description, 401);

    /// <summary>A bearer token that is valid and not enough (RFC 6750 §3.1).</summary>
    public static OAuthError InsufficientScope(string description) => new("insufficient_scope", description, 403);

    /// <summary>A <c>resource</c> that is not registered for the client (RFC 8707 §2).</summary>
    public static OAuthError InvalidTarget(string description) => new("invalid_target", description);

    /// <summary>Nobody has answered the device's request yet (RFC 8628 §3.5).</summary>
    public static OAuthError AuthorizationPending(string description) => new("authorization_pending", description);

    /// <summary>As <see cref="AuthorizationPending"/>, and from now on the device waits five seconds longer between its questions (RFC 8628 §3.5).</summary>
    public static OAuthError SlowDown(string description) => new("slow_down", description);

    /// <summary>A device code that nobody answered in time (RFC 8628 §3.5).</summary>
    public static OAuthError ExpiredToken(string description) => new("expired_token", description);

    private static bool IsAllowed(char character) => character is >= ' ' and <= '~' and not ('"' or '\\');
}
