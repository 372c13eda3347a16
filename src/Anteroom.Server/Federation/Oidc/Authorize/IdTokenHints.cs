using Anteroom.Protocols.Jose;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>Whom an id_token of ours speaks of; as a hint it may have expired (OIDC Core §3.1.2.1, RP-Initiated Logout §2).</summary>
/// <param name="Sid">What the application calls the session.</param>
public sealed record IdTokenHint(string Subject, string ClientId, OrganizationId? Organization, string? Sid);

/// <summary>Recognises our own id_tokens by their signature. A hint signs nobody in (SEC-106).</summary>
public sealed class IdTokenHints(SigningKeys keys, AnteroomOptions options)
{
    /// <returns>The hint, or null where it is not an id_token that we signed.</returns>
    public async Task<IdTokenHint?> ReadAsync(string text, CancellationToken ct)
    {
        if (
            !JsonWebToken.Parse(text).TryGet(out var token, out _)
            || token.Header is not { Kid: { } kid }
            || !token.Header.HasType(TokenTypes.IdToken)
        )
            return null;
        if (await keys.FindForHintAsync(kid, ct) is not { } key || !token.Verify(key).TryGet(out var verified, out _))
            return null;

        var claims = verified.Claims;
        if (
            !claims.TryGetString("iss", out var issuer)
            || issuer != options.Issuer
            || !claims.TryGetString("sub", out var subject)
            || subject is null
            || !claims.TryGetStrings("aud", out var audience)
            || audience is not [var clientId]
            || !claims.TryGetString("org_id", out var organizationText)
            || !claims.TryGetString("sid", out var sessionText)
        )
            return null;
        return new(subject, clientId, OrganizationId.TryParse(organizationText, out var organization) ? organization : null, sessionText);
    }
}
