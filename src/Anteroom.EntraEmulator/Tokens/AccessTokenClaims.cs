using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The claims of access tokens (entra-oidc.md §4.2). Optional ones are the resource's choice, never the client's (§4.3).</summary>
internal sealed class AccessTokenClaims(EntraDirectory directory, OptionalClaimValues optional, GroupClaims groups, TokenStates states)
{
    /// <summary>In <c>wids</c> of every app-only token for Graph.</summary>
    private static readonly Guid DefaultOfApplications = new("0997a1d0-0d1d-4acb-b408-d5ca73121e90");

    /// <summary>Graph's: version 1, with what Graph itself wants to know.</summary>
    public JsonObject ForGraph(HttpContext http, TokenSubject subject, TokenTimes times)
    {
        var (tenant, user, application) = (subject.Tenant, subject.User, subject.Application);
        var claims = Core(Authority.GraphAppId, http, tenant, times, isV2: false);
        claims["acct"] = user.IsGuest ? 1 : 0;
        claims["acr"] = "1";
        claims["amr"] = Strings(subject.Methods);
        claims["app_displayname"] = application.DisplayName;
        claims["appid"] = application.AppId.ToString();
        claims["appidacr"] = Proof(subject.Proof);
        claims["idtyp"] = "user";
        claims["ipaddr"] = subject.Address;
        claims["name"] = user.DisplayName;
        claims["oid"] = user.Id.ToString();
        claims["scp"] = string.Join(
            ' ',
            subject
                .Scopes.OpenIdScopes.Where(scope => scope != "offline_access")
                .Concat(Scopes(subject))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        claims["sub"] = PairwiseSubject.Of(tenant, user, MicrosoftGraph.AppId);
        claims["unique_name"] = user.UserPrincipalName;
        claims["upn"] = user.UserPrincipalName;
        claims["wids"] = Strings(groups.DirectoryRoleIds(user));
        AddContexts(claims, subject);
        if (subject.HandlesChallenges)
            claims["xms_cc"] = new JsonArray("cp1");
        return claims;
    }

    /// <summary>Another API's: of the version that it asks for.</summary>
    public JsonObject ForResource(HttpContext http, TokenSubject subject, Application resource, TokenTimes times)
    {
        var (tenant, user) = (subject.Tenant, subject.User);
        var isV2 = resource.Api.RequestedAccessTokenVersion == 2;
        var asked = resource.OptionalClaims.AccessToken;
        var claims = Core(Audience(resource, subject.Scopes.ResourceUri, isV2, asked), http, tenant, times, isV2);
        claims["aio"] = states.Seal(subject);
        claims[isV2 ? "azp" : "appid"] = subject.Application.AppId.ToString();
        claims[isV2 ? "azpacr" : "appidacr"] = Proof(subject.Proof);
        if (!isV2)
        {
            claims["acr"] = "1";
            claims["amr"] = Strings(subject.Methods);
            claims["unique_name"] = user.UserPrincipalName;
            claims["ipaddr"] = subject.Address;
            Add(claims, "given_name", user.GivenName);
            Add(claims, "family_name", user.Surname);
        }
        claims["name"] = user.DisplayName;
        claims["oid"] = user.Id.ToString();
        claims[isV2 ? "preferred_username" : "upn"] = user.UserPrincipalName;
        claims["scp"] = string.Join(' ', Scopes(subject));
        claims["sub"] = PairwiseSubject.Of(tenant, user, resource.AppId);
        Add(claims, "idp", optional.IdentityProviderOf(user));
        optional.AddTo(claims, asked, subject, resource);
        groups.Add(claims, new GroupRequest(tenant, user, resource, asked, false));
        if (subject.HandlesChallenges && asked.Any(claim => claim.Name == "xms_cc"))
            claims["xms_cc"] = new JsonArray("cp1");
        if (asked.FirstOrDefault(claim => claim.Name == "idtyp")?.AdditionalProperties.Contains("include_user_token") == true)
            claims["idtyp"] = "user";
        AddContexts(claims, subject);
        return claims;
    }

    public JsonObject ForApplication(HttpContext http, AppSubject subject, TokenTimes times)
    {
        var isV2 = subject.Resource?.Api.RequestedAccessTokenVersion == 2;
        var asked = subject.Resource?.OptionalClaims.AccessToken ?? [];
        var audience = subject.Resource is { } resource ? Audience(resource, subject.ResourceUri, isV2, asked) : MicrosoftGraph.Uri;
        var claims = Core(audience, http, subject.Tenant, times, isV2);
        claims[isV2 ? "azp" : "appid"] = subject.Application.AppId.ToString();
        claims[isV2 ? "azpacr" : "appidacr"] = Proof(subject.Proof);
        claims["oid"] = subject.Principal.Id.ToString();
        claims["sub"] = subject.Principal.Id.ToString();
        if (!isV2)
            claims["idp"] = CloudShape.Version1Issuer(directory.Settings, subject.Tenant.Id);
        var target = subject.Resource is { } api
            ? directory.FindServicePrincipal(subject.Tenant.Id, api.AppId)
            : directory.GraphIn(subject.Tenant.Id);
        if (target is not null && directory.GrantedRoles(subject.Principal, target) is { Count: > 0 } roles)
            claims["roles"] = Strings(roles);
        if (subject.Resource is null)
        {
            claims["app_displayname"] = subject.Application.DisplayName;
            claims["idtyp"] = "app";
            claims["wids"] = Strings(
                directory.DirectoryRolesOf(subject.Principal.Id).Order().Append(DefaultOfApplications).Select(id => id.ToString())
            );
        }
        else if (asked.Any(claim => claim.Name == "idtyp"))
        {
            claims["idtyp"] = "app";
        }
        if (subject.HandlesChallenges && (subject.Resource is null || asked.Any(claim => claim.Name == "xms_cc")))
            claims["xms_cc"] = new JsonArray("cp1");
        return claims;
    }

    /// <summary>The short names that <c>scp</c> holds: what was asked, or behind <c>.default</c> all that was consented.</summary>
    private IReadOnlyList<string> Scopes(TokenSubject subject)
    {
        if (!subject.Scopes.ResourceScopes.Contains(ScopeSet.Default))
            return subject.Scopes.ResourceScopes;
        var client = directory.FindServicePrincipal(subject.Tenant.Id, subject.Application.AppId);
        var resource = directory.FindServicePrincipal(subject.Tenant.Id, subject.Scopes.ResourceAppId);
        return client is null || resource is null
            ? []
            : [.. directory.GrantedScopes(client, subject.User.Id, resource.Id).Except(ScopeSet.OpenIdNames).Order(StringComparer.Ordinal)];
    }

    /// <summary>Version 2 names the client id; version 1 what the request said, unless the resource wants the GUID (§4.3 <c>use_guid</c>).</summary>
    private static string Audience(Application resource, string uri, bool isV2, IReadOnlyList<OptionalClaim> asked) =>
        isV2 || asked.Any(claim => claim.Name == "aud" && claim.AdditionalProperties.Contains("use_guid"))
            ? resource.AppId.ToString()
            : uri;

    private JsonObject Core(string audience, HttpContext http, Tenant tenant, TokenTimes times, bool isV2) =>
        new()
        {
            ["aud"] = audience,
            ["iss"] = isV2 ? Authority.Of(http).Issuer(tenant.Id.ToString()) : CloudShape.Version1Issuer(directory.Settings, tenant.Id),
            ["iat"] = times.IssuedAt,
            ["nbf"] = times.IssuedAt,
            ["exp"] = times.ExpiresAt,
            ["aio"] = Opaque.Text("k2RgYG", 48),
            ["rh"] = Opaque.Text("1.AVAA", 48) + ".",
            ["tid"] = tenant.Id.ToString(),
            ["uti"] = Opaque.Text("", 22),
            ["ver"] = isV2 ? "2.0" : "1.0",
            ["xms_ftd"] = Opaque.Text("", 48),
        };

    /// <summary>Where the request asked for it in this token (§9.2); the optional claim shows it without being asked.</summary>
    private static void AddContexts(JsonObject claims, TokenSubject subject)
    {
        if (subject.ContextsInAccessToken.Count > 0 && !claims.ContainsKey("acrs"))
            claims["acrs"] = Strings(subject.ContextsInAccessToken);
    }

    private static string Proof(ClientProof proof) => ((int)proof).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Add(JsonObject claims, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            claims[name] = value;
    }

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);
}
