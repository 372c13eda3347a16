namespace Anteroom.EntraEmulator.Objects;

/// <summary>What a tenant lets its people do (entra-oidc.md §6.4).</summary>
public sealed record TenantPolicies
{
    public const string ConsentAllowed = "allowed";
    public const string ConsentLowRisk = "lowRisk";
    public const string ConsentNone = "none";

    /// <summary>User consent: <c>allowed</c>, <c>lowRisk</c> (verified publishers, low-impact permissions) or <c>none</c>.</summary>
    public string UserConsent { get; init; } = ConsentAllowed;

    /// <summary>The admin-consent workflow: AADSTS90095 in place of 90094.</summary>
    public bool AdminConsentRequestsEnabled { get; init; }

    /// <summary>"Users can register applications".</summary>
    public bool AllowedToCreateApps { get; init; } = true;

    /// <summary><c>everyone</c>, <c>adminsGuestInvitersAndAllMembers</c>, <c>adminsAndGuestInviters</c> or <c>none</c>.</summary>
    public string AllowInvitesFrom { get; init; } = "everyone";

    /// <summary>MFA for everybody without a policy; excludes Conditional Access.</summary>
    public bool SecurityDefaultsEnabled { get; init; }
}
