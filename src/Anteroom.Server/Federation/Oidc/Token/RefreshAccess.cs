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
        var client = authenticated.Application;
        if (!Read(parameters, client).TryGet(out var request, out var malformed))
            return malformed;
        if (request.Token is not { } token)
            return Refuse(client, "not a refresh token of ours");

        var now = clock.GetUtcNow();
        var grace = TimeSpan.FromSeconds(client.Settings.RefreshGraceSeconds);
        var rotation = new Rotation(
            client.ClientId,
            request.Scope ?? ScopeSet.Empty,
            request.Resource.Text,
            [client.Audience, .. client.Settings.Resources],
            client.Lifetimes.RefreshIdle
        );
        var rotated = await tokens.RotateAsync(token, rotation, keepSuccessor: grace > TimeSpan.Zero, now, ct);
        if (rotated is null)
            return await ExplainAsync(token, request, authenticated, grace, now, ct);
        if (rotated.Facts.Refusal(client.Channel) is { } refusal)
            return Refuse(client, refusal);
        return await IssueAsync(client, rotated.Facts, request, rotated.Scope, rotated.Successor, now, ct);
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

        var graceful = found.Successor is not null && now < found.RotatedAt + grace;
        if (found.RotatedAt is not null && !graceful)
        {
            // Two hold the same token, and one of them has no right to it (RFC 9700 §4.14.2).
            await revocation.RevokeAsync(token.Organization, found.Facts.Grant, GrantRevocation.RefreshReplayed, authenticated.Audit, ct);
            return Refuse(client, "used before");
        }
        if (request.Scope is { } scope && !scope.IsSubsetOf(found.Scope))
            return OAuthError.InvalidScope("The scope is more than was granted.");
        if (!ResourceIndicators.Choose(request.Resource, found.Facts.Resources, client).TryGet(out _, out var elsewhere))
            return elsewhere;
        if (!graceful)
            return Refuse(client, "not used for too long");
        var successor = await tokens.UnsealSuccessorAsync(token, found.Successor!, ct);
        return await IssueAsync(client, found.Facts, request, found.Scope, successor, now, ct);
    }

    private async Task<Result<TokenResponse, OAuthError>> IssueAsync(
        Application client,
        GrantFacts facts,
        Request request,
        ScopeSet granted,
        Handle successor,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        if (!ResourceIndicators.Choose(request.Resource, facts.Resources, client).TryGet(out var audience, out var elsewhere))
            return elsewhere;
        var order = new TokenOrder(client, facts, request.Scope ?? granted, audience, Type) { RefreshToken = successor };
        return await issuer.IssueAsync(order, now, ct);
    }

    private OAuthError Refuse(Application client, string reason)
    {
        log.RefreshRefused(client.ClientId, reason);
        return OAuthError.InvalidGrant("The refresh token is not valid.");
    }

    private static Result<Request, OAuthError> Read(OAuthParameters parameters, Application client)
    {
        if (!parameters.Require("refresh_token").TryGet(out var token, out var missing))
            return missing;
        ScopeSet? scope = null;
        if (parameters["scope"] is { } text && !ScopeSet.Parse(text).TryGet(out scope, out var malformed))
            return malformed;
        if (!ResourceIndicators.ReadOne(parameters, client).TryGet(out var resource, out var unregistered))
            return unregistered;
        return new Request(Handle.TryParse(RefreshTokens.Prefix, token, out var handle) ? handle : null, scope, resource);
    }

    /// <param name="Token">Null where the text is not a refresh token of ours at all.</param>
    /// <param name="Scope">Null asks for what was granted (RFC 6749 §6).</param>
    private sealed record Request(Handle? Token, ScopeSet? Scope, RequestedResources Resource);
}
