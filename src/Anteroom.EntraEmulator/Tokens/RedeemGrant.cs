using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Exchanges a code, a refresh token or client credentials for tokens (entra-oidc.md §3.1 to §3.4).</summary>
internal sealed class RedeemGrant(EntraDirectory directory, TokenIssuer issuer, TimeProvider clock)
{
    /// <summary>Refresh tokens of single-page applications end after 24 hours, and so do their successors (§3.4).</summary>
    private static readonly TimeSpan SpaRefreshLife = TimeSpan.FromHours(24);

    /// <summary>Other refresh tokens end after 90 days without use (§11).</summary>
    private static readonly TimeSpan RefreshInactivity = TimeSpan.FromDays(90);

    public Result<JsonObject, AadstsError> Handle(HttpContext http, TenantSelector tenant, IReadOnlyDictionary<string, string> form)
    {
        if (form.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return Aadsts.DuplicateParameter(duplicate);
        if (form.GetValueOrDefault("grant_type") is not { Length: > 0 } grantType)
            return Aadsts.MissingParameter("grant_type");
        if (grantType is not ("authorization_code" or "refresh_token" or "client_credentials"))
            return Aadsts.UnsupportedGrantType(grantType);

        var (clientId, secret) = Clients.Credentials(http.Request, form);
        if (string.IsNullOrEmpty(clientId))
            return Aadsts.MissingParameter("client_id");
        if (!Clients.Find(directory, tenant, clientId).TryGet(out var client, out var unknown))
            return unknown;
        if (form.ContainsKey("client_assertion"))
            return Aadsts.AssertionNotAccepted(client.AppId);

        var request = new Request(http, tenant, form, client, string.IsNullOrEmpty(secret) ? null : secret);
        return grantType switch
        {
            "authorization_code" => RedeemCode(request),
            "refresh_token" => Refresh(request),
            _ => ClientCredentials(request),
        };
    }

    private Result<JsonObject, AadstsError> RedeemCode(Request request)
    {
        if (request.Form.GetValueOrDefault("code") is not { Length: > 0 } code)
            return Aadsts.MissingParameter("code");
        if (request.Form.GetValueOrDefault("redirect_uri") is not { Length: > 0 } redirectUri)
            return Aadsts.MissingParameter("redirect_uri");
        if (issuer.OpenCode(code) is not { } grant)
            return Aadsts.Malformed();
        if (grant.AppId != request.Client.AppId)
            return Aadsts.GrantInvalid("code");
        if (CheckPlatform(request, grant) is { } refused)
            return refused;

        var now = clock.GetUtcNow();
        if (grant.Path != request.Tenant.Segment)
            return Aadsts.CodeOfOtherTenant();
        if (grant.RedirectUri != redirectUri)
            return Aadsts.RedirectUriDiffers();
        if (directory.RedeemedCodes.Find(grant.Id) is not null)
            return Aadsts.CodeAlreadyRedeemed();
        if (grant.IssuedAt + Grant.CodeLife <= now)
            return Aadsts.GrantExpired();
        if (CheckVerifier(grant, request.Form.GetValueOrDefault("code_verifier")) is { } mismatch)
            return mismatch;
        if (!Subject(request, grant).TryGet(out var subject, out var lost))
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
        return isFirst ? Tokens(request, grant, subject) : Aadsts.CodeAlreadyRedeemed();
    }

    private Result<JsonObject, AadstsError> Refresh(Request request)
    {
        if (request.Form.GetValueOrDefault("refresh_token") is not { Length: > 0 } token)
            return Aadsts.MissingParameter("refresh_token");
        if (issuer.OpenRefreshToken(token) is not { } grant)
            return Aadsts.Malformed();
        if (grant.AppId != request.Client.AppId)
            return Aadsts.GrantInvalid("refresh_token");
        if (CheckPlatform(request, grant) is { } refused)
            return refused;

        var now = clock.GetUtcNow();
        if (grant.Deadline <= now)
            return Aadsts.SpaRefreshTokenOver(grant.IssuedAt, now);
        if (grant.IssuedAt + RefreshInactivity <= now)
            return Aadsts.RefreshTokenInactive(grant.IssuedAt);
        // The old token stays good: rotation does not revoke (§3.2).
        return Subject(request, grant).TryGet(out var subject, out var lost) ? Tokens(request, grant, subject) : lost;
    }

    private Result<JsonObject, AadstsError> ClientCredentials(Request request)
    {
        if (request.Tenant.Tenant is not { } tenant)
            return Aadsts.GrantNeedsTenant();
        if (request.Secret is null)
            return Aadsts.NoCredential();
        if (Clients.CheckSecret(request.Client, request.Secret, clock.GetUtcNow()) is { } refused)
            return refused;
        if (directory.FindServicePrincipal(tenant.Id, request.Client.AppId) is not { } principal)
            return Aadsts.ApplicationNotFound(request.Client.AppId.ToString(), tenant.DisplayName);
        if (!principal.AccountEnabled)
            return Aadsts.ServicePrincipalDisabled(request.Client.AppId, request.Client.DisplayName);
        if (request.Form.GetValueOrDefault("scope") is not { Length: > 0 } scope)
            return Aadsts.MissingParameter("scope");
        if (!scope.EndsWith("/.default", StringComparison.Ordinal) || scope.Contains(' ', StringComparison.Ordinal))
            return Aadsts.ScopeNotDefault(scope);

        var uri = scope[..^"/.default".Length];
        if (!ScopeSet.TryFindResource(directory, request.Tenant, uri, out var resource))
            return Aadsts.ResourceNotFound(uri, tenant.Id.ToString());
        if (
            resource is not null
            && directory.FindServicePrincipal(tenant.Id, resource.AppId) is { AppRoleAssignmentRequired: true } target
            && !directory.AssignmentsOf.Find(target.Id.ToString()).Any(assignment => assignment.PrincipalId == principal.Id)
        )
            return Aadsts.AppNotAssigned(request.Client.AppId, resource.AppId.ToString());

        var issued = issuer.AppOnlyToken(request.Http, tenant, principal, resource, uri);
        return new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = issued.ExpiresIn,
            ["ext_expires_in"] = issued.ExpiresIn,
            ["access_token"] = issued.Token,
        };
    }

    /// <summary>The platform of the redirect URI decides who may redeem (§3.4).</summary>
    private AadstsError? CheckPlatform(Request request, Grant grant)
    {
        var origin = request.Http.Request.Headers.Origin.ToString();
        if (grant.Platform == Platform.Spa)
        {
            if (origin.Length == 0)
                return Aadsts.CrossOriginRequired();
            if (grant.RedirectUri is not null && grant.CodeChallenge is not null && !request.Form.ContainsKey("code_verifier"))
                return Aadsts.PkceRequired();
            request.Http.Response.Headers.AccessControlAllowOrigin = "*";
            return request.Secret is null ? null : Aadsts.PublicClientSentCredential();
        }
        if (origin.Length > 0)
            return Aadsts.CrossOriginNotAllowed(origin);
        if (grant.Platform == Platform.PublicClient)
            return request.Secret is null ? null : Aadsts.PublicClientSentCredential();
        return request.Secret is null ? Aadsts.NoCredential() : Clients.CheckSecret(request.Client, request.Secret, clock.GetUtcNow());
    }

    private static AadstsError? CheckVerifier(Grant grant, string? verifier)
    {
        if (grant.CodeChallenge is null)
            return string.IsNullOrEmpty(verifier) ? null : Aadsts.VerifierMismatch();
        if (string.IsNullOrEmpty(verifier))
            return Aadsts.VerifierMismatch();
        var answer =
            grant.CodeChallengeMethod == "S256" ? Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(verifier))) : verifier;
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(answer), Encoding.UTF8.GetBytes(grant.CodeChallenge))
            ? null
            : Aadsts.VerifierMismatch();
    }

    /// <summary>Is the person still good? Disabled, revoked or unassigned people fail here and not earlier (§9.4).</summary>
    private Result<TokenSubject, AadstsError> Subject(Request request, Grant grant)
    {
        if (directory.Tenants.Find(grant.TenantId) is not { } tenant || directory.Users.Find(grant.UserId) is not { } user)
            return Aadsts.GrantInvalid("code");
        var account = directory.Users.Find(grant.AccountId);
        if (!user.AccountEnabled || account is not { AccountEnabled: true })
            return Aadsts.UserDisabled();
        if (user.SignInSessionsValidFromDateTime > grant.AuthenticatedAt)
            return Aadsts.GrantRevoked(user.SignInSessionsValidFromDateTime, grant.AuthenticatedAt);
        if (
            directory.FindServicePrincipal(tenant.Id, grant.AppId) is { AppRoleAssignmentRequired: true } principal
            && !directory.AssignmentsFor(principal, user).Any()
        )
            return Aadsts.NotAssigned(grant.AppId, request.Client.DisplayName, user.UserPrincipalName, atToken: true);

        // A redemption may name scopes anew: of one resource; with several the first one wins (§3.1).
        var text = request.Form.GetValueOrDefault("scope") is { Length: > 0 } asked ? asked : grant.Scope;
        var selector = new TenantSelector(request.Tenant.Segment, tenant);
        return ScopeSet.Parse(directory, selector, request.Client, text, firstResourceWins: true).TryGet(out var scopes, out var invalid)
            ? new TokenSubject(tenant, user, grant.AccountId, request.Client, scopes, grant.AuthenticatedAt, grant.Sid)
            : invalid;
    }

    private JsonObject Tokens(Request request, Grant grant, TokenSubject subject)
    {
        var now = clock.GetUtcNow();
        var access = issuer.AccessToken(request.Http, subject);
        var body = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["scope"] = subject.Scopes.Granted,
            ["expires_in"] = access.ExpiresIn,
            ["ext_expires_in"] = access.ExpiresIn,
            ["access_token"] = access.Token,
        };
        if (subject.Scopes.OfflineAccess || grant.RedirectUri is null)
        {
            body["refresh_token"] = issuer.SealRefreshToken(
                grant with
                {
                    Id = Identifiers.NewUuid(clock),
                    Scope = grant.RedirectUri is null ? grant.Scope : Widest(grant, subject),
                    RedirectUri = null,
                    Nonce = null,
                    CodeChallenge = null,
                    CodeChallengeMethod = null,
                    IssuedAt = now,
                    Deadline = grant.Platform == Platform.Spa ? grant.Deadline ?? now + SpaRefreshLife : null,
                }
            );
        }
        if (subject.Scopes.OpenId)
            body["id_token"] = issuer.IdToken(request.Http, subject, grant.Nonce, null, null, isImplicit: false);
        if (grant.ClientInfo)
            body["client_info"] = issuer.ClientInfo(grant.AccountId);
        return body;
    }

    /// <summary>A refresh token remembers what the sign-in asked for, not only what this redemption narrowed it to.</summary>
    private static string Widest(Grant grant, TokenSubject subject) =>
        grant.Scope.Length > 0 ? grant.Scope : string.Join(' ', subject.Scopes.Consentable);

    private sealed record Request(
        HttpContext Http,
        TenantSelector Tenant,
        IReadOnlyDictionary<string, string> Form,
        Application Client,
        string? Secret
    );
}
