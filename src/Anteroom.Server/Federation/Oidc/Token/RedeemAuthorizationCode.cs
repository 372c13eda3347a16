using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Platform;

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
) : ITokenGrant
{
    public string Type => GrantType.AuthorizationCode;

    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient authenticated,
        CancellationToken ct
    )
    {
        if (!Read(parameters).TryGet(out var request, out var malformed))
            return malformed;
        var client = authenticated.Application;
        if (!ResourceIndicators.ReadOne(parameters, client).TryGet(out var asked, out var unregistered))
            return unregistered;
        if (request.Code is null)
            return Refuse("not a code of ours");

        // Redeeming first makes the code single-use even when two requests race (RFC 6749 §10.5).
        var now = clock.GetUtcNow();
        var code = await codes.RedeemAsync(request.Code, now, ct);
        if (code is null)
        {
            if (await codes.FindReplayedAsync(request.Code, ct) is { } grant)
                await revocation.RevokeAsync(request.Code.Organization, grant, GrantRevocation.CodeReplayed, authenticated.Audit, ct);
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

        if (!ResourceIndicators.Choose(asked, code.Facts.Resources, client).TryGet(out var audience, out var elsewhere))
            return elsewhere;

        var refreshToken =
            code.Facts.IsOffline && client.Settings.Allows(GrantType.RefreshToken)
                ? await refreshTokens.BeginAsync(code.Facts, client.Lifetimes, now, ct)
                : null;
        var order = new TokenOrder(client, code.Facts, code.Facts.Scope, audience, Type)
        {
            Nonce = code.Nonce,
            RefreshToken = refreshToken,
        };
        return await issuer.IssueAsync(order, now, ct);

        OAuthError Refuse(string reason)
        {
            log.CodeRefused(client.ClientId, reason);
            return OAuthError.InvalidGrant("The authorization code is not valid.");
        }
    }

    private static Result<Request, OAuthError> Read(OAuthParameters parameters)
    {
        if (!parameters.Require("code").TryGet(out var code, out var missing))
            return missing;
        // Every request of ours named one, so that the redemption must, too (RFC 6749 §4.1.3).
        if (!parameters.Require("redirect_uri").TryGet(out var redirectUri, out missing))
            return missing;
        // SEC-093: the challenge was required, so a missing verifier is a wrong one.
        if (parameters["code_verifier"] is not { } verifier)
            return OAuthError.InvalidGrant("The code_verifier is missing (PKCE).");
        return new Request(Handle.TryParse(AuthorizationCode.Prefix, code, out var handle) ? handle : null, redirectUri, verifier);
    }

    /// <param name="Code">Null where the text is not a code of ours at all; refused like an unknown one.</param>
    private sealed record Request(Handle? Code, string RedirectUri, string CodeVerifier);
}
