using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The platform of the redirect URI decides who may redeem (entra-oidc.md §3.4).</summary>
internal sealed class PlatformRules(ClientAuthentication authentication)
{
    public async Task<Result<ProvenClient, AadstsError>> CheckAsync(TokenRequest request, Grant grant, CancellationToken ct)
    {
        if (grant.Platform == Platform.Spa)
        {
            if (request.Origin.Length == 0)
                return GrantErrors.CrossOriginRequired();
            request.AllowCrossOrigin();
            var lacksVerifier = grant is { RedirectUri: not null, CodeChallenge: not null } && request["code_verifier"] is null;
            if (lacksVerifier)
                return GrantErrors.PkceRequired();
            return Public(request);
        }
        if (request.Origin.Length > 0)
            return GrantErrors.CrossOriginNotAllowed(request.Origin);
        return grant.Platform == Platform.PublicClient ? Public(request) : await authentication.VerifyAsync(request, ct);
    }

    private static Result<ProvenClient, AadstsError> Public(TokenRequest request) =>
        request.Credential.IsNone ? new ProvenClient(ClientProof.Public) : ClientErrors.PublicClientSentCredential();
}
