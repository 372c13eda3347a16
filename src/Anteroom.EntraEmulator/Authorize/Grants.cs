using Anteroom.EntraEmulator.Access;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Writes down what a finished sign-in allows.</summary>
internal sealed class Grants(TimeProvider clock)
{
    public Grant Of(AuthorizeRequest request, Presence presence, SignedInAccount account, AccessDecision decision) =>
        new(
            Identifiers.NewUuid(clock),
            request.Application.AppId,
            request.Tenant.Segment,
            presence.Tenant.Id,
            presence.User.Id,
            account.UserId,
            account.Sid,
            request.Platform,
            request.IsV1 ? request.Scopes.ResourceUri + ' ' + request.ScopeText : request.ScopeText,
            request.Target.RedirectUri.Length == 0 ? null : request.Target.RedirectUri,
            request.Nonce,
            request.CodeChallenge,
            request.CodeChallengeMethod,
            request.ClientInfo,
            account.AuthenticatedAt,
            clock.GetUtcNow(),
            null
        )
        {
            IsV1 = request.IsV1,
            MultiFactorAt = account.MultiFactorAt,
            AuthenticationContexts = decision.SatisfiedContexts,
            ContextsInIdToken = [.. decision.SatisfiedContexts.Intersect(request.Claims?.ContextsInIdToken ?? [])],
            ContextsInAccessToken = [.. decision.SatisfiedContexts.Intersect(request.Claims?.ContextsInAccessToken ?? [])],
            Capabilities = request.Claims?.Capabilities ?? [],
            IsDevice = request.Target.Mode == ResponseMode.Device,
        };
}
