using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Renews tokens. Refresh tokens rotate, and the old one stays good (entra-oidc.md §3.2); their ends are in §3.4, §9.4 and §11.</summary>
internal sealed class RefreshTokenGrant(
    TokenIssuer issuer,
    PlatformRules platforms,
    GrantSubject subjects,
    TokenAnswers answers,
    TimeProvider clock
) : ITokenGrant
{
    /// <summary>Refresh tokens other than those of single-page applications end after 90 days without use (§11).</summary>
    private static readonly TimeSpan Inactivity = TimeSpan.FromDays(90);

    public IReadOnlyList<string> GrantTypes { get; } = ["refresh_token"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request["refresh_token"] is not { } token)
            return RequestErrors.MissingParameter("refresh_token");
        if (issuer.OpenRefreshToken(token) is not { } grant)
            return RequestErrors.Malformed();
        if (grant.AppId != request.Client.AppId)
            return GrantErrors.Unusable("refresh_token");
        if (!(await platforms.CheckAsync(request, grant, ct)).TryGet(out var client, out var refused))
            return refused;

        var now = clock.GetUtcNow();
        if (grant.Deadline <= now)
            return GrantErrors.SpaRefreshTokenOver(grant.IssuedAt, now);
        if (grant.IssuedAt + Inactivity <= now)
            return GrantErrors.RefreshTokenInactive(grant.IssuedAt);
        return subjects.Find(request, grant, client).TryGet(out var subject, out var lost)
            ? answers.Compose(request, grant, subject)
            : lost;
    }
}
