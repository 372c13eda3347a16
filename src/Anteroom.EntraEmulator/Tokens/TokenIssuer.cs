using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Makes and signs tokens, codes and refresh tokens (entra-oidc.md §3.2, §4).</summary>
internal sealed class TokenIssuer(
    EntraDirectory directory,
    KeyRing keys,
    SealedValue sealedValue,
    IdTokenClaims idTokenClaims,
    TimeProvider clock
)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public string IdToken(HttpContext http, TokenSubject subject, string? nonce, string? code, string? accessToken, bool isImplicit)
    {
        var issuer = Authority.Of(http).Issuer(subject.Tenant.Id.ToString());
        var claims = idTokenClaims.Build(subject, issuer, clock.GetUtcNow(), nonce, isImplicit);

        // Hashes only from the authorize endpoint (§2.3).
        if (code is not null)
            claims["c_hash"] = HalfHash(code);
        if (accessToken is not null)
            claims["at_hash"] = HalfHash(accessToken);
        return Sign(http, claims);
    }

    /// <summary>For Graph a v1.0 token that only Graph can validate; for another resource the version that it asked for (§3.2, §4.2 iss).</summary>
    public IssuedAccessToken AccessToken(HttpContext http, TokenSubject subject)
    {
        var times = TokenTimes.AccessToken(clock.GetUtcNow());
        var (tenant, user, application) = (subject.Tenant, subject.User, subject.Application);
        var scopes = subject.Scopes.ResourceScopes.Contains(".default") ? Consented(subject) : subject.Scopes.ResourceScopes;
        if (subject.Scopes.Resource is { } resource)
        {
            var isV2 = resource.Api.RequestedAccessTokenVersion == 2;
            var claims = Core(isV2 ? resource.AppId.ToString() : subject.Scopes.ResourceUri, http, tenant, times, isV2);
            claims[isV2 ? "azp" : "appid"] = application.AppId.ToString();
            claims[isV2 ? "azpacr" : "appidacr"] = application.PasswordCredentials.Count > 0 ? "1" : "0";
            claims["name"] = user.DisplayName;
            claims["oid"] = user.Id.ToString();
            claims[isV2 ? "preferred_username" : "upn"] = user.UserPrincipalName;
            claims["scp"] = string.Join(' ', scopes);
            claims["sub"] = IdTokenClaims.PairwiseSubject(tenant, user, resource.AppId);
            return new IssuedAccessToken(Sign(http, claims), times.ExpiresIn);
        }

        var graph = Core(Authority.GraphAppId, http, tenant, times, isV2: false);
        graph["acct"] = user.IsGuest ? 1 : 0;
        graph["acr"] = "1";
        graph["amr"] = new JsonArray("pwd");
        graph["app_displayname"] = application.DisplayName;
        graph["appid"] = application.AppId.ToString();
        graph["appidacr"] = application.PasswordCredentials.Count > 0 ? "1" : "0";
        graph["idtyp"] = "user";
        graph["ipaddr"] = http.Connection.RemoteIpAddress?.ToString();
        graph["name"] = user.DisplayName;
        graph["oid"] = user.Id.ToString();
        graph["scp"] = string.Join(' ', subject.Scopes.OpenIdScopes.Where(scope => scope != "offline_access").Concat(scopes).Order());
        graph["sub"] = IdTokenClaims.PairwiseSubject(tenant, user, Guid.Parse(Authority.GraphAppId));
        graph["unique_name"] = user.UserPrincipalName;
        graph["upn"] = user.UserPrincipalName;
        return new IssuedAccessToken(SignForGraph(graph), times.ExpiresIn);
    }

    /// <summary>An app-only token of client credentials: for Graph v1.0 with <c>roles</c>, else as recorded from a live tenant.</summary>
    public IssuedAccessToken AppOnlyToken(
        HttpContext http,
        Tenant tenant,
        ServicePrincipal principal,
        Application? resource,
        string resourceUri
    )
    {
        var times = TokenTimes.AppOnlyToken(clock.GetUtcNow());
        var isV2 = resource?.Api.RequestedAccessTokenVersion == 2;
        var audience =
            resource is null ? ScopeSet.GraphUri
            : isV2 ? resource.AppId.ToString()
            : resourceUri;
        var claims = Core(audience, http, tenant, times, isV2);
        claims[isV2 ? "azp" : "appid"] = principal.AppId.ToString();
        claims[isV2 ? "azpacr" : "appidacr"] = "1";
        claims["oid"] = principal.Id.ToString();
        claims["sub"] = principal.Id.ToString();
        if (!isV2)
            claims["idp"] = $"https://sts.windows.net/{tenant.Id}/";
        if (RolesOf(principal, tenant, resource) is { Count: > 0 } roles)
            claims["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]);
        if (resource is not null)
            return new IssuedAccessToken(Sign(http, claims), times.ExpiresIn);
        claims["idtyp"] = "app";
        return new IssuedAccessToken(SignForGraph(claims), times.ExpiresIn);
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

    /// <summary>The claims of a Graph token of ours, or null. Graph alone knows how its tokens are signed.</summary>
    public JsonObject? OpenGraphToken(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)))
            return null;
        try
        {
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0])) as JsonObject;
            var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject;
            if (
                header is null
                || claims is null
                || keys.Published.FirstOrDefault(key => key.Kid == (string?)header["kid"]) is not { } stored
            )
                return null;
            header["nonce"] = HashNonce((string?)header["nonce"] ?? "");
            var isOurs = keys.Load(stored).Verifies($"{TokenKey.Encode(header)}.{parts[1]}", Base64Url.DecodeFromChars(parts[2]));
            return isOurs && (long?)claims["exp"] > clock.GetUtcNow().ToUnixTimeSeconds() ? claims : null;
        }
        catch (Exception malformed) when (malformed is System.Text.Json.JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    internal static string Opaque(string prefix, int length) => prefix + RandomNumberGenerator.GetString(Alphabet, length - prefix.Length);

    private static JsonObject Core(string audience, HttpContext http, Tenant tenant, TokenTimes times, bool isV2) =>
        new()
        {
            ["aud"] = audience,
            ["iss"] = isV2 ? Authority.Of(http).Issuer(tenant.Id.ToString()) : $"https://sts.windows.net/{tenant.Id}/",
            ["iat"] = times.IssuedAt,
            ["nbf"] = times.IssuedAt,
            ["exp"] = times.ExpiresAt,
            ["aio"] = Opaque("k2RgYG", 48),
            ["rh"] = Opaque("1.AVAA", 48) + ".",
            ["tid"] = tenant.Id.ToString(),
            ["uti"] = Opaque("", 22),
            ["ver"] = isV2 ? "2.0" : "1.0",
            ["xms_ftd"] = Opaque("", 48),
        };

    private string Sign(HttpContext http, JsonObject claims)
    {
        // Faults: a signature that does not verify under the published kid, or a kid that nobody published.
        var fault = http.Items[typeof(TokenFault)] as TokenFault? ?? TokenFault.None;
        var published = keys.Signing;
        var key = fault == TokenFault.None ? published : keys.Foreign;
        var kid = fault == TokenFault.UnknownKid ? key.Kid : published.Kid;
        return key.Sign(
            new JsonObject
            {
                ["typ"] = "JWT",
                ["alg"] = "RS256",
                ["kid"] = kid,
            },
            claims
        );
    }

    /// <summary>The signature covers a header whose nonce is hashed, so nobody but Graph can check it (§3.2).</summary>
    private string SignForGraph(JsonObject claims)
    {
        var key = keys.Signing;
        var nonce = Opaque("", 43);
        return key.Sign(Header(nonce), claims, Header(HashNonce(nonce)));

        JsonObject Header(string value) =>
            new()
            {
                ["typ"] = "JWT",
                ["nonce"] = value,
                ["alg"] = "RS256",
                ["x5t"] = key.Kid,
                ["kid"] = key.Kid,
            };
    }

    private static string HashNonce(string nonce) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(nonce)));

    private static string HalfHash(string value) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(value)).AsSpan(0, 16));

    private Grant? Open(string purpose, string prefix, string text) =>
        text.StartsWith(prefix, StringComparison.Ordinal)
            ? sealedValue.Open(purpose, text[prefix.Length..], SealedJson.Default.Grant)
            : null;

    private List<string> Consented(TokenSubject subject)
    {
        var principal = directory.FindServicePrincipal(subject.Tenant.Id, subject.Application.AppId);
        var resource = Principal(subject.Tenant, subject.Scopes.Resource);
        return principal is null || resource is null
            ? []
            : [.. directory.GrantedScopes(principal, subject.User.Id, resource.Id).Except(ScopeSet.OpenIdNames)];
    }

    private IReadOnlyList<string> RolesOf(ServicePrincipal client, Tenant tenant, Application? resource) =>
        Principal(tenant, resource) is { } principal ? directory.GrantedRoles(client, principal) : [];

    /// <summary>The resource's service principal; no application means Microsoft Graph.</summary>
    private ServicePrincipal? Principal(Tenant tenant, Application? resource) =>
        resource is null ? directory.GraphIn(tenant.Id) : directory.FindServicePrincipal(tenant.Id, resource.AppId);
}

internal enum TokenFault
{
    None,
    WrongKey,
    UnknownKid,
}
