namespace Anteroom.EntraEmulator.Objects;

/// <summary>A delegated consent (entra-oidc.md §6.1): one per client, resource and principal.</summary>
/// <param name="ClientId">The client's service principal, not its client id.</param>
/// <param name="PrincipalId">One user (<c>Principal</c>), or null for everybody (<c>AllPrincipals</c>).</param>
/// <param name="ResourceId">The resource's service principal. The OpenID scopes belong to Microsoft Graph.</param>
/// <param name="Scope">Short names, space separated.</param>
public sealed record OAuth2PermissionGrant(string Id, Guid ClientId, Guid? PrincipalId, Guid ResourceId, string Scope)
{
    public string ConsentType => PrincipalId is null ? "AllPrincipals" : "Principal";

    public IEnumerable<string> Scopes => Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
