using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Exchanges an authorization code, once (entra-oidc.md §3.1, §3.4; RFC 6749 §4.1.3, RFC 7636 §4.6).</summary>
internal sealed class AuthorizationCodeGrant(
    EntraDirectory directory,
    TokenIssuer issuer,
    PlatformRules platforms,
    GrantSubject subjects,
    TokenAnswers answers,
    TimeProvider clock
) : ITokenGrant
{
    public IReadOnlyList<string> GrantTypes { get; } = ["authorization_code"];

    public async Task<Result<JsonObject, AadstsError>> RedeemAsync(TokenRequest request, CancellationToken ct)
    {
        if (request["code"] is not { } code)
            return RequestErrors.MissingParameter("code");
        if (request["redirect_uri"] is not { } redirectUri)
            return RequestErrors.MissingParameter("redirect_uri");
        if (issuer.OpenCode(code) is not { } grant)
            return RequestErrors.Malformed();
        if (grant.AppId != request.Client.AppId)
            return GrantErrors.Unusable("code");
        if (!(await platforms.CheckAsync(request, grant, ct)).TryGet(out var client, out var refused))
            return refused;

        if (grant.Path != request.Tenant.Segment)
            return GrantErrors.CodeOfOtherTenant();
        if (grant.RedirectUri != redirectUri)
            return GrantErrors.RedirectUriDiffers();
        if (directory.RedeemedCodes.Find(grant.Id) is not null)
            return GrantErrors.CodeAlreadyRedeemed();
        if (grant.IssuedAt + Grant.CodeLife <= clock.GetUtcNow())
            return GrantErrors.Expired();
        if (CheckVerifier(grant, request["code_verifier"]) is { } mismatch)
            return mismatch;
        if (!subjects.Find(request, grant, client).TryGet(out var subject, out var lost))
            return lost;

        // Checked and consumed under one lock, so that of two requests at once one loses.
        var isFirst = directory.Write(
            changes =>
            {
                if (directory.RedeemedCodes.Find(grant.Id) is not null)
                    return false;
                changes.Put(directory.RedeemedCodes, new RedeemedCode(grant.Id, grant.IssuedAt + Grant.CodeLife));
                return true;
            },
            durable: false
        );
        return isFirst ? answers.Compose(request, grant, subject) : GrantErrors.CodeAlreadyRedeemed();
    }

    private static AadstsError? CheckVerifier(Grant grant, string? verifier)
    {
        if (grant.CodeChallenge is null)
            return verifier is null ? null : GrantErrors.VerifierMismatch();
        if (verifier is null)
            return GrantErrors.VerifierMismatch();
        var answer =
            grant.CodeChallengeMethod == "S256" ? Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier))) : verifier;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(answer), Encoding.UTF8.GetBytes(grant.CodeChallenge))
            ? null
            : GrantErrors.VerifierMismatch();
    }
}
