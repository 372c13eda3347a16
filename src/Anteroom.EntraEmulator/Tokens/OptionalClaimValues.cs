using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>Values of optional claims (entra-oidc.md §4.2, §4.3). A claim without a value is left out, never null.</summary>
internal sealed class OptionalClaimValues(EntraDirectory directory, Accounts accounts)
{
    private const string Extension = "extension_";

    public void AddTo(JsonObject claims, IReadOnlyList<OptionalClaim> asked, TokenSubject subject, Application audience)
    {
        var isMailAsked = asked.Any(claim => claim.Name == "email");
        if (isMailAsked && !claims.ContainsKey("email") && EmailOf(subject.Tenant, subject.User, audience) is { } mail)
            claims["email"] = mail;
        foreach (var claim in asked.DistinctBy(claim => claim.Name))
        {
            var value = ValueOf(claims, claim, subject);
            if (value is null || (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0))
                continue;
            claims[NameOf(claim.Name)] = value;
        }
    }

    /// <summary>Where the guest signed in: the home tenant's issuer, or what kind of outside account it is; members have none.</summary>
    public string? IdentityProviderOf(User user) =>
        user.HomeTenantId is { } home && directory.Tenants.Find(home) is { } homeTenant
            ? accounts.IdentityProviderOf(homeTenant)
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
    public string PreferredUserName(User user) =>
        user.HomeObjectId is { } home && directory.Users.Find(home) is { } account ? account.UserPrincipalName
        : user.IdentityProvider is not null && user.Mail is { } mail ? mail
        : user.UserPrincipalName;

    private JsonNode? ValueOf(JsonObject claims, OptionalClaim claim, TokenSubject subject)
    {
        var (user, tenant) = (subject.User, subject.Tenant);
        return claim.Name switch
        {
            "sid" => subject.Sid.ToString(),
            "auth_time" => subject.AuthenticatedAt.ToUnixTimeSeconds(),
            "login_hint" => accounts.LoginHint(subject.AccountId),
            "acct" => user.IsGuest ? 1 : 0,
            "acrs" => subject.AuthenticationContexts.Count == 0
                ? null
                : new JsonArray([.. subject.AuthenticationContexts.Select(id => (JsonNode)id)]),
            "upn" => UserPrincipalName(user, claim),
            "given_name" => user.GivenName,
            "family_name" => user.Surname,
            "ctry" => user.Country,
            "tenant_ctry" => tenant.CountryCode,
            "tenant_region_scope" => tenant.Region,
            "xms_pl" => user.PreferredLanguage,
            "xms_tpl" => tenant.PreferredLanguage,
            "xms_pdl" => tenant.Region,
            "ipaddr" => subject.Address,
            "onprem_sid" => user.OnPremises?.SecurityIdentifier,
            "xms_edov" => claims.ContainsKey("email") ? DomainOwnerVerified(IsDomainOwnerVerified(tenant, user)) : null,
            "verified_primary_email" => user.Mail is { } mail && IsDomainOwnerVerified(tenant, user) ? new JsonArray(mail) : null,
            "verified_secondary_email" => Secondary(tenant, user),
            _ when claim.Name.StartsWith(Extension, StringComparison.Ordinal) => user.Extensions.GetValueOrDefault(claim.Name),
            _ => null,
        };
    }

    /// <summary>Documented as Boolean; other types are said to occur (§14), so it is a switch.</summary>
    private JsonNode DomainOwnerVerified(bool isVerified) =>
        directory.Settings.EdovForm switch
        {
            "string" => isVerified ? "true" : "false",
            "number" => isVerified ? 1 : 0,
            _ => isVerified,
        };

    /// <summary>"extension_{app}_{attribute}" arrives as "extn.{attribute}" (§4.3).</summary>
    private static string NameOf(string name) =>
        name.StartsWith(Extension, StringComparison.Ordinal) ? "extn." + name[(name.IndexOf('_', Extension.Length) + 1)..] : name;

    /// <summary>Absent for guests, unless the claim was configured to include theirs (§4.2, §4.3).</summary>
    private static string? UserPrincipalName(User user, OptionalClaim claim)
    {
        if (!user.IsExternal)
            return user.UserPrincipalName;
        if (claim.AdditionalProperties.Contains("include_externally_authenticated_upn_without_hash"))
            return user.UserPrincipalName.Replace('#', '_');
        return claim.AdditionalProperties.Contains("include_externally_authenticated_upn") ? user.UserPrincipalName : null;
    }

    private static JsonArray? Secondary(Tenant tenant, User user)
    {
        var owned = user.OtherMails.Where(tenant.OwnsDomainOf).ToList();
        return owned.Count == 0 ? null : new JsonArray([.. owned.Select(mail => (JsonNode)mail)]);
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
