using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Clients;
using Anteroom.Server.Federation.Oidc.Subjects;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Introspection;

/// <summary>Says whether a token counts now, by the database and not by the token alone (RFC 7662 §2, SEC-104). One query, nothing is written.</summary>
/// <remarks>
/// The caller learns of access tokens that are for it (its audience) or its own, and of its own refresh tokens; all others are not active for it (§4).
/// <c>token_type_hint</c> is not needed: each token shows what it is.
/// </remarks>
public sealed class IntrospectToken(
    AccessTokens accessTokens,
    RefreshTokens refreshTokens,
    SubjectNames subjects,
    AnteroomOptions options,
    TimeProvider clock
)
{
    public async Task<IntrospectionResponse> HandleAsync(string token, AuthenticatedClient caller, CancellationToken ct) =>
        Handle.TryParse(RefreshTokens.Prefix, token, out var handle)
            ? await RefreshTokenAsync(handle, caller.Application, ct)
            : await AccessTokenAsync(token, caller.Application, ct);

    private async Task<IntrospectionResponse> AccessTokenAsync(string text, Application caller, CancellationToken ct)
    {
        if (!(await accessTokens.ReadAsync(text, ct)).TryGet(out var token, out _))
            return IntrospectionResponse.Inactive;
        if (token.Audience != caller.Audience && token.ClientId != caller.ClientId)
            return IntrospectionResponse.Inactive;

        var about = new IntrospectionResponse(
            true,
            "Bearer",
            options.Issuer,
            token.Subject,
            token.Audience,
            token.ClientId,
            token.Scope.Items.Count == 0 ? null : token.Scope.ToString(),
            token.Id,
            token.IssuedAt.ToUnixTimeSeconds(),
            token.ExpiresAt.ToUnixTimeSeconds(),
            OrgId: token.Organization == OrganizationId.Platform ? null : token.Organization.ToString()
        );
        if (token.SignIn is not { } signIn)
            return await accessTokens.ClientStandsAsync(token, ct) ? about : IntrospectionResponse.Inactive;
        return (await accessTokens.StandsOnAsync(token, ct)).TryGet(out var facts, out _)
            ? WithSignIn(about, facts, signIn.Sid)
            : IntrospectionResponse.Inactive;
    }

    private async Task<IntrospectionResponse> RefreshTokenAsync(Handle handle, Application caller, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (
            await refreshTokens.FindAsync(handle, ct) is not { RotatedAt: null } token
            || token.Facts.ClientId != caller.ClientId
            || token.IdleExpiresAt <= now
            || token.AbsoluteExpiresAt <= now
            || token.Facts.Refusal(caller.Channel) is not null
        )
            return IntrospectionResponse.Inactive;

        var about = new IntrospectionResponse(
            true,
            TokenType: null, // RFC 7662 §2.2: it is no token of RFC 6749 §5.1
            options.Issuer,
            await subjects.OfAsync(caller, token.Facts.User, token.Facts.Person.Subject, ct),
            ClientId: caller.ClientId,
            Scope: token.Scope.ToString(),
            Exp: token.IdleExpiresAt.ToUnixTimeSeconds(),
            OrgId: token.Facts.Organization.ToString()
        );
        return WithSignIn(about, token.Facts, await subjects.SessionOfAsync(caller, token.Facts.Session, ct));
    }

    private static IntrospectionResponse WithSignIn(IntrospectionResponse about, GrantFacts facts, string sid) =>
        about with
        {
            Sid = sid,
            AuthTime = facts.AuthenticatedAt.ToUnixTimeSeconds(),
            Acr = facts.Acr,
            Amr = facts.Amr.Count == 0 ? null : facts.Amr,
        };
}
