using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
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
) : ITokenGrant
{
    public string Type => GrantType.RefreshToken;

    public async Task<Result<TokenResponse, OAuthError>> HandleAsync(
        OAuthParameters parameters,
        AuthenticatedClient authenticated,
        CancellationToken ct
    )
    {
        if (!Read(parameters).TryGet(out var request, out var malformed))
            return malformed;
        var client = authenticated.Application;
        if (request.Resource is { } resource && resource != client.Audience)
            return OAuthError.InvalidTarget("The resource is not registered for this application.");
        if (request.Token is not { } token)
            return Refuse(client, "not a refresh token of ours");

        var now = clock.GetUtcNow();
        var grace = TimeSpan.FromSeconds(client.Settings.RefreshGraceSeconds);
        var asked = request.Scope ?? ScopeSet.Empty;
        var rotated = await tokens.RotateAsync(token, client.ClientId, asked, keepSuccessor: grace > TimeSpan.Zero, now, ct);
        if (rotated is null)
            return await ExplainAsync(token, request, authenticated, grace, now, ct);
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
        Request request,
        AuthenticatedClient authenticated,
        TimeSpan grace,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var client = authenticated.Application;
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
        await revocation.RevokeAsync(token.Organization, found.Facts.Grant, GrantRevocation.RefreshReplayed, authenticated.Audit, ct);
        return Refuse(client, "used before");
    }

    private OAuthError Refuse(Application client, string reason)
    {
        log.RefreshRefused(client.ClientId, reason);
        return OAuthError.InvalidGrant("The refresh token is not valid.");
    }

    private static Result<Request, OAuthError> Read(OAuthParameters parameters)
    {
        if (!parameters.Require("refresh_token").TryGet(out var token, out var missing))
            return missing;
        ScopeSet? scope = null;
        if (parameters["scope"] is { } text && !ScopeSet.Parse(text).TryGet(out scope, out var malformed))
            return malformed;
        return new Request(Handle.TryParse(RefreshTokens.Prefix, token, out var handle) ? handle : null, scope, parameters["resource"]);
    }

    /// <param name="Token">Null where the text is not a refresh token of ours at all.</param>
    /// <param name="Scope">Null asks for what was granted (RFC 6749 §6).</param>
    private sealed record Request(Handle? Token, ScopeSet? Scope, string? Resource);
}
