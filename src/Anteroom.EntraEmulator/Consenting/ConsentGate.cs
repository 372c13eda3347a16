using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>Which consent page a person meets.</summary>
internal enum ConsentKind
{
    /// <summary>"Permissions requested", for oneself.</summary>
    Personal,

    /// <summary>The same with the box "Consent on behalf of your organization".</summary>
    Administrator,

    /// <summary>"Permissions requested: accept for your organization", of the admin-consent endpoint.</summary>
    Organization,

    /// <summary>"Need admin approval" (AADSTS90094).</summary>
    NeedsAdministrator,

    /// <summary>"Approval required", with a justification (AADSTS90095).</summary>
    MayRequest,
}

/// <param name="Scopes">What is asked for, by full name.</param>
/// <param name="Roles">Application permissions by their values; only an organization consents to those.</param>
internal sealed record ConsentView(ConsentKind Kind, IReadOnlyList<string> Scopes, IReadOnlyList<string> Roles, AadstsError? Reason);

/// <summary>Nothing to do, a page, or a refusal.</summary>
internal sealed record ConsentStep(ConsentView? Page, AadstsError? Refusal)
{
    public static readonly ConsentStep Done = new(null, null);
}

/// <summary>Who may consent to what, and who has to be asked (entra-oidc.md §6.2 to §6.4).</summary>
internal sealed class ConsentGate(EntraDirectory directory, Consent consent)
{
    private static readonly HashSet<string> BasicSignIn =
    [
        "openid",
        "profile",
        "email",
        "offline_access",
        $"{MicrosoftGraph.Uri}/User.Read",
    ];

    public ConsentStep Next(AuthorizeRequest request, FlowContext context, Presence presence)
    {
        if (context.Purpose == FlowPurpose.Invitation)
            return ConsentStep.Done;
        if (context.Purpose == FlowPurpose.AdminConsent)
            return ForOrganization(request, context, presence);

        var (application, tenant, user) = (request.Application, presence.Tenant, presence.User);
        var missing = consent.Missing(tenant, user, application, request.Scopes);
        var isNew = directory.FindServicePrincipal(tenant.Id, application.AppId) is null;
        var isAsked = request.Prompt.Contains("consent") || request.Prompt.Contains("admin_consent");
        if (context.ConsentGiven || (missing.Count == 0 && !isNew && !isAsked))
            return ConsentStep.Done;

        var asked = missing.Count > 0 && !isAsked ? missing : Names(consent.Expand(application, request.Scopes));
        if (!MayConsentForAll(user) && NeedsAdministrator(tenant, application, asked) is { } reason)
        {
            if (request.IsSilent)
                return new ConsentStep(null, reason);
            var kind = tenant.Policies.AdminConsentRequestsEnabled ? ConsentKind.MayRequest : ConsentKind.NeedsAdministrator;
            var told = kind == ConsentKind.MayRequest ? PolicyErrors.AdminApprovalRequested() : reason;
            return new ConsentStep(new ConsentView(kind, asked, [], told), null);
        }
        if (request.IsSilent)
            return new ConsentStep(null, PolicyErrors.ConsentMissing(application.AppId, application.DisplayName));
        var isAdministrator = MayConsentForAll(user);
        return new ConsentStep(new ConsentView(isAdministrator ? ConsentKind.Administrator : ConsentKind.Personal, asked, [], null), null);
    }

    /// <summary>The box, and the admin-consent endpoint. Documents name Global Administrators; others may consent to what they may grant (§6.4).</summary>
    public bool MayConsentForAll(User user) =>
        directory.HasRole(
            user.Id,
            DirectoryRoleTemplate.GlobalAdministrator,
            DirectoryRoleTemplate.PrivilegedRoleAdministrator,
            DirectoryRoleTemplate.CloudApplicationAdministrator,
            DirectoryRoleTemplate.ApplicationAdministrator
        );

    /// <summary>Application permissions of the registration, by value.</summary>
    public static IReadOnlyList<string> RolesOf(EntraDirectory directory, Application application) =>
        [
            .. application.RequiredResourceAccess.SelectMany(access =>
            {
                var ids = access.ResourceAccess.Where(one => one.Type == ResourceAccess.Role).Select(one => one.Id).ToHashSet();
                var resource =
                    access.ResourceAppId == MicrosoftGraph.AppId
                        ? MicrosoftGraph.Application
                        : directory.FindApplication(access.ResourceAppId);
                return (resource?.AppRoles ?? []).Where(role => ids.Contains(role.Id)).Select(role => role.Value);
            }),
        ];

    private ConsentStep ForOrganization(AuthorizeRequest request, FlowContext context, Presence presence)
    {
        if (context.ConsentGiven)
            return ConsentStep.Done;
        var roles = request.Scopes.ResourceScopes.Contains(ScopeSet.Default) ? RolesOf(directory, request.Application) : [];
        var scopes = Names(consent.Expand(request.Application, request.Scopes));
        // Application permissions of Microsoft Graph are for the two highest roles alone (§6.4).
        var mayGrant =
            roles.Count == 0
                ? MayConsentForAll(presence.User)
                : directory.HasRole(
                    presence.User.Id,
                    DirectoryRoleTemplate.GlobalAdministrator,
                    DirectoryRoleTemplate.PrivilegedRoleAdministrator
                );
        return mayGrant
            ? new ConsentStep(new ConsentView(ConsentKind.Organization, scopes, roles, null), null)
            : new ConsentStep(
                new ConsentView(
                    ConsentKind.NeedsAdministrator,
                    scopes,
                    roles,
                    PolicyErrors.AdminConsentRequired(request.Application.DisplayName)
                ),
                null
            );
    }

    /// <summary>Why an ordinary person may not say yes (§6.4), or null.</summary>
    private AadstsError? NeedsAdministrator(Tenant tenant, Application application, IReadOnlyList<string> asked)
    {
        var required = PolicyErrors.AdminConsentRequired(application.DisplayName);
        if (asked.Any(IsForAdministrators))
            return required;
        if (tenant.Policies.UserConsent == TenantPolicies.ConsentNone)
            return required;
        if (directory.FindServicePrincipal(tenant.Id, application.AppId) is { AppRoleAssignmentRequired: true })
            return required;
        var isBasic = asked.All(BasicSignIn.Contains);
        var isUnverifiedStranger = application.VerifiedPublisher is null && application.TenantId != tenant.Id;
        if (isUnverifiedStranger && !isBasic)
            return tenant.Policies.UserConsent == TenantPolicies.ConsentLowRisk ? required : PolicyErrors.RiskyApplication(900941);
        return null;
    }

    private bool IsForAdministrators(string fullName)
    {
        var slash = fullName.LastIndexOf('/');
        var name = fullName[(slash + 1)..];
        Application? resource = MicrosoftGraph.Application;
        if (slash >= 0 && fullName[..slash] != MicrosoftGraph.Uri)
            ScopeSet.TryFindResource(directory, new Discovery.TenantSelector("", null), fullName[..slash], out resource);
        return resource?.Api.Oauth2PermissionScopes.FirstOrDefault(scope =>
            string.Equals(scope.Value, name, StringComparison.OrdinalIgnoreCase)
        )
            is { Type: PermissionScope.ForAdmins };
    }

    private static IReadOnlyList<string> Names(IReadOnlyList<AskedScope> asked) => [.. asked.Select(scope => scope.FullName)];
}
