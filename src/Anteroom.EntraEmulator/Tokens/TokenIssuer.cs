using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Makes tokens, codes and refresh tokens (entra-oidc.md §3.2, §4).</summary>
internal sealed class TokenIssuer(
    EntraDirectory directory,
    TokenSigner signer,
    SealedValue sealedValue,
    IdTokenClaims idTokenClaims,
    AccessTokenClaims accessTokenClaims,
    TokenLifetimes lifetimes,
    TimeProvider clock
)
{
    public string IdToken(HttpContext http, TokenSubject subject, string? nonce, string? code, string? accessToken, bool isImplicit)
    {
        var claims = Claims(http, subject, nonce, isImplicit);
        // Hashes only from the authorize endpoint (§2.3).
        if (code is not null)
            claims["c_hash"] = HalfHash(code);
        if (accessToken is not null)
            claims["at_hash"] = HalfHash(accessToken);
        var principal = directory.FindServicePrincipal(subject.Tenant.Id, subject.Application.AppId);
        return signer.Sign(http, subject.Tenant, principal, claims);
    }

    /// <summary>Version 1, where a refresh renews it (§3.2).</summary>
    public string UnsignedIdToken(HttpContext http, TokenSubject subject, string? nonce) =>
        TokenSigner.Unsigned(Claims(http, subject, nonce, isImplicit: false));

    /// <summary>For Graph a v1.0 token that only Graph can validate; for another resource the version that it asked for (§3.2, §4.2 iss).</summary>
    public IssuedAccessToken AccessToken(HttpContext http, TokenSubject subject)
    {
        var client = directory.FindServicePrincipal(subject.Tenant.Id, subject.Application.AppId);
        var isLong = subject.HandlesChallenges && subject.Scopes.Resource is null;
        var times = TokenTimes.AccessToken(clock.GetUtcNow(), lifetimes.OfAccessToken(client), isLong);
        if (subject.Scopes.Resource is not { } resource)
            return new IssuedAccessToken(signer.SignForGraph(accessTokenClaims.ForGraph(http, subject, times)), times.ExpiresIn);

        var principal = directory.FindServicePrincipal(subject.Tenant.Id, resource.AppId);
        var claims = accessTokenClaims.ForResource(http, subject, resource, times);
        return new IssuedAccessToken(signer.Sign(http, subject.Tenant, principal, claims), times.ExpiresIn);
    }

    /// <summary>An app-only token of client credentials: for Graph v1.0 with <c>roles</c>, else as recorded from a live tenant.</summary>
    public IssuedAccessToken AppOnlyToken(HttpContext http, AppSubject subject)
    {
        var isLong = subject.HandlesChallenges && subject.Resource is null;
        var times = TokenTimes.AppOnlyToken(clock.GetUtcNow(), lifetimes.OfAccessToken(subject.Principal), isLong);
        var claims = accessTokenClaims.ForApplication(http, subject, times);
        if (subject.Resource is not { } resource)
            return new IssuedAccessToken(signer.SignForGraph(claims), times.ExpiresIn);
        var principal = directory.FindServicePrincipal(subject.Tenant.Id, resource.AppId);
        return new IssuedAccessToken(signer.Sign(http, subject.Tenant, principal, claims), times.ExpiresIn);
    }

    public string SealCode(Grant grant) =>
        Grant.CodePrefix + sealedValue.Seal(Grant.CodePurpose, grant, SealedJson.Default.Grant, Grant.CodeBytes);

    public string SealRefreshToken(Grant grant) =>
        Grant.RefreshPrefix + sealedValue.Seal(Grant.RefreshPurpose, grant, SealedJson.Default.Grant, Grant.CodeBytes);

    public Grant? OpenCode(string code) => Open(Grant.CodePurpose, Grant.CodePrefix, code);

    public Grant? OpenRefreshToken(string token) => Open(Grant.RefreshPurpose, Grant.RefreshPrefix, token);

    /// <summary><c>client_info</c>: home object id and home tenant (§2.1).</summary>
    public string ClientInfo(Guid accountId)
    {
        var json = new JsonObject { ["uid"] = accountId.ToString(), ["utid"] = directory.Users.Find(accountId)?.TenantId.ToString() };
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>The claims of a Graph token of ours, or null.</summary>
    public JsonObject? OpenGraphToken(string token) => signer.OpenGraphToken(token);

    private JsonObject Claims(HttpContext http, TokenSubject subject, string? nonce, bool isImplicit)
    {
        var client = directory.FindServicePrincipal(subject.Tenant.Id, subject.Application.AppId);
        var times = TokenTimes.IdToken(clock.GetUtcNow(), lifetimes.OfAccessToken(client));
        return subject.IsV1
            ? idTokenClaims.Version1(subject, times, nonce, isImplicit)
            : idTokenClaims.Version2(Authority.Of(http).Issuer(subject.Tenant.Id.ToString()), subject, times, nonce, isImplicit);
    }

    private static string HalfHash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)).AsSpan(0, 16));

    private Grant? Open(string purpose, string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
            ? sealedValue.Open(purpose, text[prefix.Length..], SealedJson.Default.Grant)
            : null;
}
