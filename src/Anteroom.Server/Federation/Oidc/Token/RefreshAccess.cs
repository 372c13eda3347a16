using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>Exchanges a refresh token for new tokens (RFC 6749 §6, RFC 9700 §4.14, OIDC Core §12).</summary>
/// <remarks>Errors: <c>invalid_grant</c> for every refusal of the token, <c>invalid_scope</c> where more is asked than was granted.</remarks>
public sealed class RefreshAccess(
    RefreshTokens tokens,
    GrantRevocation revocation,
    TokenIssuer issuer,
    TimeProvider clock,
    ILogger<RefreshAccess> log
)
{
    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        TokenRequest.Refresh request,
        Application client,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (!client.Settings.Allows(GrantType.RefreshToken))
            return OAuthError.UnauthorizedClient("The application may not use refresh tokens.");
        if (request.Resource is { } resource && resource != client.Audience)
            return OAuthError.InvalidTarget("The resource is not registered for this application.");
        if (request.Token is not { } token)
            return Refuse(client, "not a refresh token of ours");

        var now = clock.GetUtcNow();
        var grace = TimeSpan.FromSeconds(client.Settings.RefreshGraceSeconds);
        var asked = request.Scope ?? ScopeSet.Empty;
        var rotated = await tokens.RotateAsync(token, client.ClientId, asked, keepSuccessor: grace > TimeSpan.Zero, now, ct);
        if (rotated is null)
            return await ExplainAsync(token, request, client, grace, now, context, ct);
        if (rotated.Facts.Refusal(client.Channel) is { } refusal)
            return Refuse(client, refusal);
        return await issuer.IssueAsync(
            client,
            rotated.Facts,
            request.Scope ?? rotated.Scope,
            nonce: null,
            rotated.Successor,
            GrantType.RefreshToken,
            now,
            ct
        );
    }

    // Nothing was rotated. Why decides between a plain refusal, the same answer again, and the end of the family.
    private async Task<Result<TokenResponse, OAuthError>> ExplainAsync(
        Handle token,
        TokenRequest.Refresh request,
        Application client,
        TimeSpan grace,
        DateTimeOffset now,
        AuditContext context,
        CancellationToken ct
    )
    {
        var found = await tokens.FindAsync(token, ct);
        if (found is null)
            return Refuse(client, "unknown");
        if (found.Facts.ClientId != client.ClientId)
            return Refuse(client, "issued to another client");
        if (found.Facts.Refusal(client.Channel) is { } refusal)
            return Refuse(client, refusal);
        if (found.AbsoluteExpiresAt <= now)
            return Refuse(client, "expired");
        if (request.Scope is { } scope && !scope.IsSubsetOf(found.Scope))
            return OAuthError.InvalidScope("The scope is more than was granted.");

        if (found.RotatedAt is not { } rotatedAt)
            return Refuse(client, "not used for too long");
        if (found.Successor is { } kept && now < rotatedAt + grace)
        {
            var successor = await tokens.UnsealSuccessorAsync(token, kept, ct);
            return await issuer.IssueAsync(
                client,
                found.Facts,
                request.Scope ?? found.Scope,
                nonce: null,
                successor,
                GrantType.RefreshToken,
                now,
                ct
            );
        }

        // Two hold the same token, and one of them has no right to it (RFC 9700 §4.14.2).
        await revocation.RevokeAsync(token.Organization, found.Facts.Grant, GrantRevocation.RefreshReplayed, context, ct);
        return Refuse(client, "used before");
    }

    private OAuthError Refuse(Application client, string reason)
    {
        log.RefreshRefused(client.ClientId, reason);
        return OAuthError.InvalidGrant("The refresh token is not valid.");
    }
}
