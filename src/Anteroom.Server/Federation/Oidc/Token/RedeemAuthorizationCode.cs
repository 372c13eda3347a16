using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Exchanges an authorization code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.6, OIDC Core §3.1.3.2).</summary>
/// <remarks>Errors: <c>invalid_grant</c> for every refusal of the code; the reason goes to the log, not to the client.</remarks>
public sealed class RedeemAuthorizationCode(
    AuthorizationCodes codes,
    RefreshTokens refreshTokens,
    GrantRevocation revocation,
    TokenIssuer issuer,
    TimeProvider clock,
    ILogger<RedeemAuthorizationCode> log
)
{
    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        TokenRequest.RedeemCode request,
        Application client,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!client.Settings.Allows(GrantType.AuthorizationCode))
            return OAuthError.UnauthorizedClient("The application may not use authorization codes.");
        if (request.Resource is { } resource && resource != client.Audience)
            return OAuthError.InvalidTarget("The resource is not registered for this application.");
        if (request.Code is null)
            return Refuse("not a code of ours");

        // Redeeming first makes the code single-use even when two requests race (RFC 6749 §10.5).
        var now = clock.GetUtcNow();
        var code = await codes.RedeemAsync(request.Code, now, ct);
        if (code is null)
        {
            if (await codes.FindReplayedAsync(request.Code, ct) is { } grant)
                await revocation.RevokeAsync(request.Code.Organization, grant, GrantRevocation.CodeReplayed, context, ct);
            return Refuse("unknown or already redeemed");
        }
        if (code.ExpiresAt <= now)
            return Refuse("expired");
        if (code.ClientId != client.ClientId)
            return Refuse("issued to another client");
        if (code.RedirectUri != request.RedirectUri)
            return Refuse("redirect_uri differs");
        if (!code.Challenge.IsAnsweredBy(request.CodeVerifier))
            return Refuse("PKCE mismatch");
        if (code.Facts.Refusal(client.Channel) is { } refusal)
            return Refuse(refusal);
        if (!code.Facts.SessionExists)
            return Refuse("the session has ended");

        var refreshToken =
            code.Facts.IsOffline && client.Settings.Allows(GrantType.RefreshToken)
                ? await refreshTokens.BeginAsync(code.Facts, now, ct)
                : null;
        return await issuer.IssueAsync(
            client,
            code.Facts,
            code.Facts.Scope,
            code.Nonce,
            refreshToken,
            GrantType.AuthorizationCode,
            now,
            ct
        );

        OAuthError Refuse(string reason)
        {
            log.CodeRefused(client.ClientId, reason);
            return OAuthError.InvalidGrant("The authorization code is not valid.");
        }
    }
}
