using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The claims of a v2.0 ID token (entra-oidc.md §4.1 to §4.4). A claim without a value is left out, never null.</summary>
internal sealed class IdTokenClaims(EntraDirectory directory, Accounts accounts, GroupClaims groups)
{
    public JsonObject Build(TokenSubject subject, string issuer, DateTimeOffset now, string? nonce, bool isImplicit)
    {
        var (user, tenant, application) = (subject.User, subject.Tenant, subject.Application);
        var times = TokenTimes.IdToken(now);
        var claims = new JsonObject
        {
            ["aud"] = application.AppId.ToString(),
            ["iss"] = issuer,
            ["iat"] = times.IssuedAt,
            ["nbf"] = times.IssuedAt,
            ["exp"] = times.ExpiresAt,
            ["aio"] = TokenIssuer.Opaque("AWQAm/8", 96),
        };

        // tid and oid are documented to need the profile scope (§4.2).
        if (subject.Scopes.Profile)
        {
            claims["name"] = user.DisplayName;
            claims["oid"] = user.Id.ToString();
            claims["preferred_username"] = PreferredUserName(user);
            claims["tid"] = tenant.Id.ToString();
        }
        if (!string.IsNullOrEmpty(nonce))
            claims["nonce"] = nonce;
        claims["rh"] = TokenIssuer.Opaque("1.AVAA", 48) + ".";
        claims["sub"] = PairwiseSubject(tenant, user, application.AppId);
        claims["uti"] = TokenIssuer.Opaque("", 22);
        claims["ver"] = "2.0";
        if (IdentityProviderOf(user) is { } identityProvider)
            claims["idp"] = identityProvider;

        var asked = application
            .OptionalClaims.IdToken.DistinctBy(claim => claim.Name)
            .ToDictionary(claim => claim.Name, StringComparer.Ordinal);

        // By default present for guests; otherwise by scope or optional claim, and only when there is an address (§4.2 email).
        if ((subject.Scopes.Email || asked.ContainsKey("email") || user.IsGuest) && EmailOf(tenant, user, application) is { } email)
            claims["email"] = email;
        foreach (var claim in asked.Values)
            AddOptional(claims, claim, subject);
        groups.Add(claims, tenant, user, application, isImplicit);
        return claims;
    }

    /// <summary>43 characters, different for every application and tenant (§4.1).</summary>
    public static string PairwiseSubject(Tenant tenant, User user, Guid appId) =>
        Base64Url.EncodeToString(
            HMACSHA256.HashData(Base64Url.DecodeFromChars(tenant.PairwiseSalt), Encoding.ASCII.GetBytes($"{appId}{user.Id}"))
        );

    /// <summary>Where the guest signed in: the home tenant's issuer, or what kind of outside account it is; members have none.</summary>
    public string? IdentityProviderOf(User user) =>
        user.HomeTenantId is { } home && directory.Tenants.Find(home) is { } homeTenant
            ? Accounts.IdentityProviderOf(homeTenant)
            : user.IdentityProvider;

    /// <summary>Multi-tenant applications receive no address whose domain owner is unverified, unless they were told to (§5).</summary>
    public string? EmailOf(Tenant tenant, User user, Application application)
    {
        if (string.IsNullOrEmpty(user.Mail))
            return null;
        var isStripped = application.AuthenticationBehaviors.RemoveUnverifiedEmailClaim ?? application.IsMultiTenant;
        return isStripped && !IsDomainOwnerVerified(tenant, user) ? null : user.Mail;
    }

    /// <summary>What a guest shows is the home account's name, not the <c>#EXT#</c> one.</summary>
    private string PreferredUserName(User user) =>
        user.HomeObjectId is { } home && directory.Users.Find(home) is { } account ? account.UserPrincipalName
        : user.IdentityProvider is not null && user.Mail is { } mail ? mail
        : user.UserPrincipalName;

    private void AddOptional(JsonObject claims, OptionalClaim claim, TokenSubject subject)
    {
        var (user, tenant) = (subject.User, subject.Tenant);
        JsonNode? value = claim.Name switch
        {
            "sid" => subject.Sid.ToString(),
            "auth_time" => subject.AuthenticatedAt.ToUnixTimeSeconds(),
            "login_hint" => accounts.LoginHint(subject.AccountId),
            "acct" => user.IsGuest ? 1 : 0,
            "upn" => UserPrincipalName(user, claim),
            "given_name" => user.GivenName,
            "family_name" => user.Surname,
            "ctry" => user.Country,
            "tenant_ctry" => tenant.CountryCode,
            "tenant_region_scope" => tenant.Region,
            "xms_pl" => user.PreferredLanguage,
            "xms_tpl" => "en",
            "xms_edov" => claims.ContainsKey("email") ? IsDomainOwnerVerified(tenant, user) : null,
            "verified_primary_email" => user.Mail is { } mail && IsDomainOwnerVerified(tenant, user) ? new JsonArray(mail) : null,
            _ when claim.Name.StartsWith("extension_", StringComparison.Ordinal) => user.Extensions.GetValueOrDefault(claim.Name),
            _ => null,
        };
        if (value is null || (value.GetValueKind() == System.Text.Json.JsonValueKind.String && value.GetValue<string>().Length == 0))
            return;
        // "extension_{app}_{attribute}" arrives as "extn.{attribute}" (§4.3).
        var name = claim.Name.StartsWith("extension_", StringComparison.Ordinal)
            ? "extn." + claim.Name[(claim.Name.IndexOf('_', "extension_".Length) + 1)..]
            : claim.Name;
        claims[name] = value;
    }

    /// <summary>Absent for guests, unless the claim was configured to include theirs (§4.2, §4.3).</summary>
    private static string? UserPrincipalName(User user, OptionalClaim claim)
    {
        if (!user.IsExternal)
            return user.UserPrincipalName;
        if (claim.AdditionalProperties.Contains("include_externally_authenticated_upn_without_hash"))
            return user.UserPrincipalName.Replace('#', '_');
        return claim.AdditionalProperties.Contains("include_externally_authenticated_upn") ? user.UserPrincipalName : null;
    }

    /// <summary>
    /// The address is in a verified domain of the account's own tenant, or comes from a personal, Google or one-time-code account (§5).
    /// </summary>
    private bool IsDomainOwnerVerified(Tenant tenant, User user)
    {
        if (user.Mail is null)
            return false;
        if (user.IsMailDomainOwnerVerified is { } decided)
            return decided;
        if (user.IdentityProvider is "mail" or "live.com" or "google.com")
            return true;
        var home = user.HomeTenantId is { } homeId ? directory.Tenants.Find(homeId) : tenant;
        return user.IdentityProvider is null && home?.OwnsDomainOf(user.Mail) == true;
    }
}
