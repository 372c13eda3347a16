using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The claims of ID tokens of both versions (entra-oidc.md §4.1 to §4.4). A claim without a value is left out, never null.</summary>
internal sealed class IdTokenClaims(EntraDirectory directory, OptionalClaimValues optional, GroupClaims groups)
{
    public JsonObject Version2(string issuer, TokenSubject subject, TokenTimes times, string? nonce, bool isImplicit)
    {
        var (user, tenant, application) = (subject.User, subject.Tenant, subject.Application);
        var claims = new JsonObject
        {
            ["aud"] = application.AppId.ToString(),
            ["iss"] = issuer,
            ["iat"] = times.IssuedAt,
            ["nbf"] = times.IssuedAt,
            ["exp"] = times.ExpiresAt,
            ["aio"] = Opaque.Text("AWQAm/8", 96),
        };

        // tid and oid are documented to need the profile scope (§4.2).
        if (subject.Scopes.Profile)
        {
            claims["name"] = user.DisplayName;
            claims["oid"] = user.Id.ToString();
            claims["preferred_username"] = optional.PreferredUserName(user);
            claims["tid"] = tenant.Id.ToString();
        }
        Add(claims, "nonce", nonce);
        claims["rh"] = Opaque.Text("1.AVAA", 48) + ".";
        claims["sub"] = PairwiseSubject.Of(tenant, user, application.AppId);
        claims["uti"] = Opaque.Text("", 22);
        claims["ver"] = "2.0";
        Add(claims, "idp", optional.IdentityProviderOf(user));
        Finish(claims, subject, isMailAsked: subject.Scopes.Email, isImplicit);
        return claims;
    }

    /// <summary>Version 1 names more by itself: user name, given and family name, methods; its issuer is another (§4.2).</summary>
    public JsonObject Version1(TokenSubject subject, TokenTimes times, string? nonce, bool isImplicit)
    {
        var (user, tenant, application) = (subject.User, subject.Tenant, subject.Application);
        var claims = new JsonObject
        {
            ["aud"] = application.AppId.ToString(),
            ["iss"] = CloudShape.Version1Issuer(directory.Settings, tenant.Id),
            ["iat"] = times.IssuedAt,
            ["nbf"] = times.IssuedAt,
            ["exp"] = times.ExpiresAt,
            ["amr"] = new JsonArray([.. subject.Methods.Select(method => (JsonNode)method)]),
        };
        Add(claims, "family_name", user.Surname);
        Add(claims, "given_name", user.GivenName);
        Add(claims, "idp", optional.IdentityProviderOf(user));
        Add(claims, "ipaddr", subject.Address);
        claims["name"] = user.DisplayName;
        Add(claims, "nonce", nonce);
        claims["oid"] = user.Id.ToString();
        claims["rh"] = Opaque.Text("1.AVAA", 48) + ".";
        claims["sub"] = PairwiseSubject.Of(tenant, user, application.AppId);
        claims["tid"] = tenant.Id.ToString();
        claims["unique_name"] = user.IsExternal ? user.Mail ?? user.UserPrincipalName : user.UserPrincipalName;
        if (!user.IsExternal)
            claims["upn"] = user.UserPrincipalName;
        claims["uti"] = Opaque.Text("", 22);
        claims["ver"] = "1.0";
        Finish(claims, subject, isMailAsked: false, isImplicit);
        return claims;
    }

    private void Finish(JsonObject claims, TokenSubject subject, bool isMailAsked, bool isImplicit)
    {
        var (user, tenant, application) = (subject.User, subject.Tenant, subject.Application);
        // By default present for guests; otherwise by scope or optional claim, and only when there is an address (§4.2 email).
        if (isMailAsked || user.IsGuest)
            Add(claims, "email", optional.EmailOf(tenant, user, application));
        var asked = application.OptionalClaims.IdToken;
        optional.AddTo(claims, asked, subject, application);
        if (subject.ContextsInIdToken.Count > 0 && !claims.ContainsKey("acrs"))
            claims["acrs"] = new JsonArray([.. subject.ContextsInIdToken.Select(id => (JsonNode)id)]);
        groups.Add(claims, new GroupRequest(tenant, user, application, asked, isImplicit));
    }

    private static void Add(JsonObject claims, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            claims[name] = value;
    }
}
