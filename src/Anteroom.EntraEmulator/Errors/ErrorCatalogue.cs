using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.EntraEmulator.Errors;

/// <summary>Where a refusal shows up when it is met at the authorize endpoint (entra-oidc.md §2.5).</summary>
internal enum Place
{
    /// <summary>Entra's page, class A or C.</summary>
    Page,

    /// <summary>The application hears of it, class B.</summary>
    Redirect,

    /// <summary>A sentence on the page for user name or password; the sign-in goes on.</summary>
    Inline,

    /// <summary>The token endpoint only.</summary>
    Token,
}

/// <summary>What fills the gaps of a message.</summary>
internal sealed record Circumstances(Guid AppId, string AppName, string Tenant, string Account, DateTimeOffset Now)
{
    public string Resource { get; init; } = Hosting.Authority.GraphAppId;
}

internal sealed record CatalogueRow(Place Place, Func<Circumstances, AadstsError> Make);

/// <summary>
/// The refusals that can be produced by name: a user name <c>err-50053@contoso.example</c> meets AADSTS50053 wherever it is typed, hinted or
/// sent (entra-oidc.md §13). Most have a cause of their own in the emulator as well; those without one come only this way.
/// </summary>
internal static partial class ErrorCatalogue
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    public static readonly IReadOnlyDictionary<int, CatalogueRow> Rows = new (Place Place, Func<Circumstances, AadstsError> Make)[]
    {
        // Registration and shape of the request
        (Place.Page, at => RequestErrors.RedirectUriMismatch("https://wrong.example/callback", at.AppId)),
        (Place.Token, _ => GrantErrors.RedirectUriDiffers()),
        (Place.Page, _ => RequestErrors.NoRedirectUriRegistered()),
        (Place.Page, _ => RequestErrors.NoRedirectUri()),
        (Place.Page, at => RequestErrors.ApplicationNotFound(at.AppId.ToString(), at.Tenant)),
        (Place.Page, at => RequestErrors.ApplicationNotInDirectory(at.AppId.ToString())),
        (Place.Page, at => RequestErrors.ApplicationDisabled(at.AppId.ToString())),
        (Place.Page, at => RequestErrors.NotAnApplicationId(at.AppId.ToString())),
        (Place.Page, at => RequestErrors.ServicePrincipalDisabled(at.AppId, at.AppName)),
        (Place.Page, at => RequestErrors.TenantNotFound(at.Tenant)),
        (Place.Page, at => RequestErrors.OtherCloud(at.Tenant, "microsoftonline.us", "microsoftonline.com")),
        (Place.Page, at => RequestErrors.NotMultiTenant(at.AppId, at.AppName, "common")),
        (Place.Token, _ => RequestErrors.GrantNeedsTenant()),
        (Place.Page, at => RequestErrors.ApplicationNotOverShared(at.AppId, at.AppName)),
        (Place.Page, at => RequestErrors.ResourceNotOverShared(at.Resource, "Microsoft Graph")),
        (Place.Page, at => RequestErrors.WorkOrSchoolOnly(at.AppId, at.AppName)),
        (Place.Page, at => RequestErrors.PersonalOnly(at.AppId, at.AppName)),
        (Place.Page, _ => RequestErrors.AdminConsentOverShared()),
        (Place.Page, _ => RequestErrors.PersonalTenantNeedsVersion2()),
        (Place.Redirect, _ => RequestErrors.ResponseTypeNotEnabled("id_token")),
        (Place.Redirect, _ => RequestErrors.ResponseTypeNotEnabled("token")),
        (Place.Redirect, _ => RequestErrors.UnsupportedResponseTypeValue("magic")),
        (Place.Redirect, _ => RequestErrors.ResponseModeNotForType("query")),
        (Place.Redirect, _ => RequestErrors.InvalidScopeValue("nonsense")),
        (Place.Token, _ => RequestErrors.ScopeNotForToken("openid")),
        (Place.Token, _ => RequestErrors.EmptyScopeAtRedemption()),
        (Place.Redirect, _ => RequestErrors.SeveralResources("api://a/x api://b/y")),
        (Place.Redirect, _ => RequestErrors.NoResource("openid")),
        (Place.Token, _ => RequestErrors.ScopeNotDefault("https://graph.microsoft.com/User.Read")),
        (Place.Redirect, at => RequestErrors.ScopeUnknown(at.AppName, at.AppId, "Nonsense.Read")),
        (Place.Redirect, at => RequestErrors.ResourceNotInRegistration(at.AppId, at.AppName, at.Resource, at.Resource, "")),
        (Place.Redirect, at => RequestErrors.ResourceUndiscoverable(at.AppId, at.Resource)),
        (Place.Redirect, at => RequestErrors.Misconfigured(at.AppId, at.Resource)),
        (Place.Redirect, at => RequestErrors.ResourceNotFound("api://not-registered", at.Tenant)),
        (Place.Redirect, _ => RequestErrors.ResourceParameter()),
        (Place.Redirect, at => RequestErrors.TokenForItself(at.AppId, at.AppName)),
        (Place.Redirect, _ => RequestErrors.MissingParameter("nonce")),
        (Place.Redirect, _ => RequestErrors.Malformed()),
        (Place.Redirect, _ => RequestErrors.MissingField("grant_type")),
        (Place.Redirect, _ => RequestErrors.UnsupportedValue("prompt", "nonsense")),
        (Place.Token, _ => RequestErrors.NeedsPost("GET")),
        (Place.Token, _ => RequestErrors.UnsupportedGrantType("nonsense")),
        (Place.Page, _ => RequestErrors.WrongUserContext()),
        (Place.Token, _ => RequestErrors.Throttled()),
        // Client credentials
        (Place.Token, at => ClientErrors.WrongSecret(at.AppId)),
        (Place.Token, _ => ClientErrors.WrongSecretAsOnce()),
        (Place.Token, at => ClientErrors.ExpiredSecret(at.AppId)),
        (Place.Token, _ => ClientErrors.NoCredential()),
        (Place.Token, _ => ClientErrors.PublicClientSentCredential()),
        (Place.Token, at => ClientErrors.AssertionKeyNotFound(at.AppId, new string('0', 40))),
        (Place.Token, at => ClientErrors.AssertionNotInTime(at.Now, Epoch, Epoch)),
        (Place.Token, _ => ClientErrors.CertificateNotInTime(Epoch, Epoch)),
        (Place.Token, _ => ClientErrors.CertificateRevoked()),
        (Place.Token, _ => ClientErrors.CertificateChainRevoked()),
        (Place.Token, _ => ClientErrors.AssertionBadlySigned()),
        (Place.Token, _ => ClientErrors.NoFederatedRecord("https://idp.example", "job", "api://AzureADTokenExchange")),
        (Place.Token, _ => ClientErrors.FederatedIssuer("https://idp.example")),
        (Place.Token, _ => ClientErrors.FederatedAudience("api://nonsense")),
        (Place.Token, _ => ClientErrors.FederatedSubject("job")),
        (Place.Token, _ => ClientErrors.FederatedReplication("https://idp.example", "job", "api://AzureADTokenExchange")),
        (Place.Token, _ => ClientErrors.FederatedUserToken()),
        // Codes, PKCE, single-page applications, refresh tokens
        (Place.Token, _ => GrantErrors.CodeAlreadyRedeemed()),
        (Place.Token, _ => GrantErrors.Expired()),
        (Place.Token, _ => GrantErrors.CodeOfOtherTenant()),
        (Place.Token, _ => GrantErrors.VerifierMismatch()),
        (Place.Redirect, _ => GrantErrors.ChallengeMissing()),
        (Place.Redirect, _ => GrantErrors.ChallengeSize()),
        (Place.Redirect, _ => GrantErrors.PkceRequired()),
        (Place.Token, _ => GrantErrors.CrossOriginNotAllowed("https://spa.example")),
        (Place.Token, _ => GrantErrors.CrossOriginRequired()),
        (Place.Token, at => GrantErrors.SpaRefreshTokenOver(at.Now.AddDays(-1), at.Now)),
        (Place.Token, at => GrantErrors.RefreshTokenTooOld(at.Now.AddDays(-365), TimeSpan.FromDays(365))),
        (Place.Token, at => GrantErrors.RefreshTokenInactive(at.Now.AddDays(-90))),
        (Place.Token, _ => GrantErrors.Unusable("refresh_token")),
        (Place.Token, at => GrantErrors.Revoked(at.Now, at.Now.AddHours(-1))),
        (Place.Token, at => GrantErrors.SignInFrequency(at.Now.AddHours(-1), TimeSpan.FromHours(1))),
        (Place.Token, _ => GrantErrors.FlowTokenExpired()),
        (Place.Token, _ => GrantErrors.SessionInvalid()),
        (Place.Token, _ => GrantErrors.SessionRevoked()),
        (Place.Token, _ => GrantErrors.LoopDetected()),
        (Place.Token, _ => GrantErrors.AuthorizationPending()),
        (Place.Token, _ => GrantErrors.DeviceDeclined()),
        (Place.Token, _ => GrantErrors.DeviceExpired()),
        (Place.Token, _ => GrantErrors.BadVerificationCode()),
        // People and policy
        (Place.Redirect, at => PolicyErrors.NotAssigned(at.AppId, at.AppName, at.Account)),
        (Place.Token, at => PolicyErrors.AppNotAssigned(at.AppId, at.Resource)),
        (Place.Redirect, at => PolicyErrors.ConsentMissing(at.AppId, at.AppName)),
        (Place.Redirect, _ => PolicyErrors.ConsentDeclined()),
        (Place.Page, at => PolicyErrors.AdminConsentRequired(at.AppName)),
        (Place.Page, _ => PolicyErrors.AdminApprovalRequested()),
        (Place.Page, _ => PolicyErrors.GraphForbade()),
        (Place.Page, _ => PolicyErrors.TokenForItselfNeedsPermission()),
        (Place.Page, _ => PolicyErrors.RiskyApplication(900941)),
        (Place.Page, _ => PolicyErrors.RiskyApplication(900981)),
        (Place.Page, at => UserErrors.NotInTenant(at.Account, "https://sts.windows.net/", at.Tenant, at.AppId, at.AppName)),
        (Place.Page, _ => UserErrors.AccountSelectionRequired()),
        (Place.Page, at => UserErrors.NotAddedToTenant(at.Account, at.Tenant)),
        (Place.Page, at => UserErrors.GuestPending(at.Account, at.Tenant)),
        (Place.Page, at => UserErrors.NotInDirectory(at.Account, at.Tenant)),
        (Place.Page, at => UserErrors.ExternalAccountMissing(at.Account, "live.com", at.Tenant, at.AppId, at.AppName)),
        (Place.Page, at => UserErrors.WrongAccountType(at.Account)),
        (Place.Page, at => UserErrors.PersonalAccount(at.Account)),
        (Place.Inline, at => UserErrors.NotFound(at.Account, at.Tenant)),
        (Place.Inline, _ => UserErrors.WrongPassword()),
        (Place.Inline, _ => UserErrors.Locked()),
        (Place.Inline, _ => UserErrors.PasswordExpired()),
        (Place.Inline, _ => UserErrors.NullPassword()),
        (Place.Page, _ => UserErrors.Disabled()),
        (Place.Page, _ => UserErrors.GuestDisabled()),
        (Place.Page, _ => UserErrors.OnPremisesPasswordExpired()),
        (Place.Redirect, _ => UserErrors.NotSignedIn()),
        (Place.Redirect, _ => UserErrors.Cancelled()),
        (Place.Redirect, at => PolicyErrors.MultiFactorRequired(at.Resource, Challenge)),
        (Place.Redirect, at => PolicyErrors.MultiFactorEnrolment(at.Resource, Challenge)),
        (Place.Redirect, at => PolicyErrors.MultiFactorEnrolmentInterrupt(at.Resource)),
        (Place.Redirect, _ => PolicyErrors.MultiFactorNotPassed()),
        (Place.Redirect, at => PolicyErrors.MultiFactorExpired(at.Resource)),
        (Place.Page, _ => PolicyErrors.DeviceNotCompliant()),
        (Place.Page, _ => PolicyErrors.DeviceNotJoined()),
        (Place.Page, _ => PolicyErrors.NotApprovedApp()),
        (Place.Redirect, _ => PolicyErrors.Blocked()),
        (Place.Page, _ => PolicyErrors.ProofUpBlocked()),
        (Place.Page, _ => PolicyErrors.SecurityPolicy()),
        (Place.Page, _ => PolicyErrors.SecurityDefaults()),
        (Place.Page, _ => PolicyErrors.ConditionalAccessFailed()),
        (Place.Page, _ => PolicyErrors.DeviceAuthenticationRequired()),
        (Place.Page, _ => PolicyErrors.DeviceAuthenticationFailed()),
        (Place.Page, _ => PolicyErrors.ExternalChallenge()),
        (Place.Page, _ => PolicyErrors.ExternalClaimsWrong()),
        (Place.Page, at => PolicyErrors.TenantRestricted(at.Tenant)),
        (Place.Page, at => PolicyErrors.TenantRestricted(at.Tenant, 500022)),
        (Place.Page, _ => PolicyErrors.OutboundPolicy()),
        (Place.Page, _ => PolicyErrors.InboundPolicy()),
    }.ToDictionary(row => row.Make(Sample).Code, row => new CatalogueRow(row.Place, row.Make));

    /// <summary>The claims challenge of a policy, as recorded in shape (§3.3).</summary>
    private const string Challenge =
        """{"access_token":{"capolids":{"essential":true,"values":["5ce770ea-0000-4000-8000-b3cd509cd400"]}}}""";

    private static Circumstances Sample => new(Guid.Empty, "Application", "Tenant", "person@tenant.example", Epoch);

    /// <summary>The row that a user name asks for, or null for an ordinary name.</summary>
    public static CatalogueRow? AskedBy(string? userName) =>
        ErrorName().Match(userName ?? "") is { Success: true } match
        && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? Rows.GetValueOrDefault(code)
            : null;

    /// <summary>What the page <c>/error?code=</c> tells of a code (entra-oidc.md §1.2, last row).</summary>
    public static AadstsError? Describe(int code) =>
        Rows.GetValueOrDefault(code)?.Make(Sample with { AppName = "{name}", Tenant = "{tenant}", Account = "{user}" });

    [GeneratedRegex(@"^err-(\d{4,7})@", RegexOptions.IgnoreCase)]
    private static partial Regex ErrorName();
}
