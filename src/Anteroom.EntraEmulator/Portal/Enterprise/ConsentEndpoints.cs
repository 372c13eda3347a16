using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Portal.Registrations;

namespace Anteroom.EntraEmulator.Portal.Enterprise;

/// <summary>Permissions of an enterprise application: admin consent and user consent, granted and revoked.</summary>
internal static class ConsentEndpoints
{
    public static void Map(RouteGroupBuilder enterprise)
    {
        enterprise.MapGet("/permissions", ShowAsync);
        enterprise.MapPost("/permissions/grant", GrantAsync);
        enterprise.MapPost("/permissions/revoke", RevokeAsync);
        enterprise.MapPost("/permissions/withdraw", WithdrawAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call) =>
        call.ShowAsync<EnterprisePermissionsPage>(
            new
            {
                View = call.View("enterprise-permissions"),
                ByAdmin = PermissionRows.Granted(call.Directory, call.Principal).OrderBy(row => row.Api).ThenBy(row => row.Name).ToList(),
                ByUsers = UserConsents(call).OrderBy(row => row.Who).ThenBy(row => row.Scope).ToList(),
            }
        );

    private static IEnumerable<EnterprisePermissionsPage.UserConsent> UserConsents(PortalCall call) =>
        from grant in call.Directory.GrantsOf.Find(call.Principal.Id.ToString())
        let person = grant.PrincipalId
        where person is not null
        let api = PermissionRows.ApiOf(call.Directory, grant.ResourceId)
        from scope in grant.Scopes
        select new EnterprisePermissionsPage.UserConsent(
            grant.Id,
            Principals.NameOf(call.Directory, person.Value),
            api?.DisplayName ?? "",
            scope
        );

    private static Task<IResult> GrantAsync(PortalCall call)
    {
        call.Enterprise.GrantAdminConsent(call.Tenant, call.Application);
        return SeeAsync(call);
    }

    /// <summary>One permission: a scope of everybody's or of one person's grant, or an application permission.</summary>
    private static Task<IResult> RevokeAsync(PortalCall call)
    {
        var parts = call.Text("permission").Split('/', 3);
        if (parts.Length != 3)
            return call.NotFoundAsync();
        var (kind, holder, name) = (parts[0], parts[1], parts[2]);
        if (kind != ResourceAccess.Role)
            call.Enterprise.RevokeScope(call.Principal, name, grant => IsHeld(call, grant, holder));
        else if (Guid.TryParse(name, out var role))
            call.Enterprise.RevokeRole(call.Principal, role);
        return SeeAsync(call);
    }

    /// <param name="holder">The id of one person's grant, or the client id of the API of everybody's.</param>
    private static bool IsHeld(PortalCall call, OAuth2PermissionGrant grant, string holder) =>
        grant.PrincipalId is null ? PermissionRows.ApiOf(call.Directory, grant.ResourceId)?.AppId.ToString() == holder : grant.Id == holder;

    private static Task<IResult> WithdrawAsync(PortalCall call)
    {
        call.Enterprise.Withdraw(call.Principal);
        return SeeAsync(call);
    }

    private static Task<IResult> SeeAsync(PortalCall call) =>
        call.SeeAsync($"enterprise-applications/{call.Application.AppId}/permissions");
}
