using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Revocation;

/// <summary>Ends what a client needs no longer (RFC 7009 §2.1).</summary>
/// <remarks>
/// A refresh token or a person's access token ends its whole grant: the family of refresh tokens, and each access token wherever we are asked. Somebody who checks
/// signatures offline and never asks believes an access token until it expires. A client's token for itself has no grant and ends alone.
/// Errors: <c>invalid_grant</c> for another client's token; a token that is unknown, expired or malformed is none, and that is fine (§2.2).
/// </remarks>
public sealed class RevokeToken(AccessTokens accessTokens, RefreshTokens refreshTokens, GrantRevocation grants, ILogger<RevokeToken> log)
{
    /// <returns>Null where the token, if it was one, is worth nothing now.</returns>
    public async Task<OAuthError?> HandleAsync(string token, AuthenticatedClient client, CancellationToken ct)
    {
        if (Handle.TryParse(RefreshTokens.Prefix, token, out var handle))
        {
            if (await refreshTokens.FindAsync(handle, ct) is not { } refreshToken)
                return null;
            if (refreshToken.Facts.ClientId != client.Id)
                return Refuse();
            await grants.RevokeAsync(handle.Organization, refreshToken.Facts.Grant, GrantRevocation.ByClient, client.Audit, ct);
            return null;
        }

        if (!(await accessTokens.ReadAsync(token, ct)).TryGet(out var accessToken, out _))
            return null;
        if (accessToken.ClientId != client.Id)
            return Refuse();
        if (accessToken.SignIn is { } signIn)
            await grants.RevokeAsync(accessToken.Organization, signIn.Grant, GrantRevocation.ByClient, client.Audit, ct);
        else
            await grants.RevokeAsync(accessToken, client.Application, client.Audit, ct);
        return null;

        OAuthError Refuse()
        {
            log.RevocationRefused(client.Id);
            return OAuthError.InvalidGrant("The token was issued to another client.");
        }
    }
}
