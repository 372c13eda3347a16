using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>A request to the token endpoint, complete once it exists (RFC 6749 §4.1.3, §6).</summary>
public abstract record TokenRequest
{
    private TokenRequest() { }

    /// <summary>Null where the text is not a code of ours at all; refused like an unknown one.</summary>
    public sealed record RedeemCode(Handle? Code, string RedirectUri, string CodeVerifier, string? Resource) : TokenRequest;

    /// <param name="Scope">Null asks for what was granted (RFC 6749 §6).</param>
    public sealed record Refresh(Handle? Token, ScopeSet? Scope, string? Resource) : TokenRequest;

    public static Result<TokenRequest, OAuthError> Parse(OAuthParameters parameters)
    {
        if (!parameters.Require("grant_type").TryGet(out var grantType, out var missing))
            return missing;
        return grantType switch
        {
            GrantType.AuthorizationCode => ParseCode(parameters),
            GrantType.RefreshToken => ParseRefresh(parameters),
            _ => OAuthError.UnsupportedGrantType("The grant_type is authorization_code or refresh_token."),
        };
    }

    private static Result<TokenRequest, OAuthError> ParseCode(OAuthParameters parameters)
    {
        if (!parameters.Require("code").TryGet(out var code, out var missing))
            return missing;
        // Every request of ours named one, so that the redemption must, too (RFC 6749 §4.1.3).
        if (!parameters.Require("redirect_uri").TryGet(out var redirectUri, out missing))
            return missing;
        // SEC-093: the challenge was required, so a missing verifier is a wrong one.
        if (parameters["code_verifier"] is not { } verifier)
            return OAuthError.InvalidGrant("The code_verifier is missing (PKCE).");
        return new RedeemCode(
            Handle.TryParse(AuthorizationCode.Prefix, code, out var handle) ? handle : null,
            redirectUri,
            verifier,
            parameters["resource"]
        );
    }

    private static Result<TokenRequest, OAuthError> ParseRefresh(OAuthParameters parameters)
    {
        if (!parameters.Require("refresh_token").TryGet(out var token, out var missing))
            return missing;
        ScopeSet? scope = null;
        if (parameters["scope"] is { } text && !ScopeSet.Parse(text).TryGet(out scope, out var malformed))
            return malformed;
        return new Refresh(Handle.TryParse(RefreshTokens.Prefix, token, out var handle) ? handle : null, scope, parameters["resource"]);
    }
}
