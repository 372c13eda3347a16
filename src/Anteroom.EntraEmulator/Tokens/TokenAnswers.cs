using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The answer to a person's grant: members and their order as recorded (entra-oidc.md §3.2).</summary>
internal sealed class TokenAnswers(TokenIssuer issuer, TimeProvider clock)
{
    /// <summary>Refresh tokens of single-page applications end after 24 hours, and so do their successors (§3.4).</summary>
    private static readonly TimeSpan SpaRefreshLife = TimeSpan.FromHours(24);

    public JsonObject Compose(TokenRequest request, Grant grant, TokenSubject subject)
    {
        var access = issuer.AccessToken(request.Http, subject);
        var body = request.IsV1 ? Version1(subject, access) : Version2(subject, access);
        var isRefresh = grant.RedirectUri is null && !grant.IsDevice;

        // Version 1 knows no offline_access: every grant of a person brings a refresh token.
        if (subject.Scopes.OfflineAccess || isRefresh || request.IsV1)
            body["refresh_token"] = issuer.SealRefreshToken(Successor(grant, subject));
        if (subject.Scopes.OpenId || request.IsV1)
        {
            // Version 1 signs the first ID token of an OpenID request only (§3.2).
            body["id_token"] =
                request.IsV1 && (isRefresh || !subject.Scopes.OpenId)
                    ? issuer.UnsignedIdToken(request.Http, subject, grant.Nonce)
                    : issuer.IdToken(request.Http, subject, grant.Nonce, null, null, isImplicit: false);
        }
        if (grant.ClientInfo || request["client_info"] == "1")
            body["client_info"] = issuer.ClientInfo(grant.AccountId);
        return body;
    }

    private static JsonObject Version2(TokenSubject subject, IssuedAccessToken access) =>
        new()
        {
            ["token_type"] = "Bearer",
            ["scope"] = subject.Scopes.Granted,
            ["expires_in"] = access.ExpiresIn,
            ["ext_expires_in"] = access.ExpiresIn,
            ["access_token"] = access.Token,
        };

    /// <summary>Version 1 writes numbers as strings and names the resource.</summary>
    private JsonObject Version1(TokenSubject subject, IssuedAccessToken access)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["token_type"] = "Bearer",
            ["scope"] = string.Join(' ', subject.Scopes.ResourceScopes),
            ["expires_in"] = Text(access.ExpiresIn),
            ["ext_expires_in"] = Text(access.ExpiresIn),
            ["expires_on"] = Text(now + access.ExpiresIn),
            ["not_before"] = Text(now - TokenTimes.BackDatingSeconds),
            ["resource"] = subject.Scopes.ResourceUri,
            ["access_token"] = access.Token,
        };
    }

    private Grant Successor(Grant grant, TokenSubject subject)
    {
        var now = clock.GetUtcNow();
        return grant with
        {
            Id = Identifiers.NewUuid(clock),
            // It remembers what the sign-in asked for, not only what this redemption narrowed it to.
            Scope = grant.Scope.Length > 0 ? grant.Scope : string.Join(' ', subject.Scopes.Consentable),
            RedirectUri = null,
            Nonce = null,
            CodeChallenge = null,
            CodeChallengeMethod = null,
            IsDevice = false,
            IssuedAt = now,
            Deadline = grant.Platform == Platform.Spa ? grant.Deadline ?? now + SpaRefreshLife : null,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
