using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Organizations;

/// <summary>On which host the people of an organization sign in: its own, where it has one, else the base host (design.md §4).</summary>
/// <remarks>Transaction, callback, session and sign-out of an organization live on that host and on no other.</remarks>
public sealed class OrganizationHosts(OrganizationDirectory organizations, AnteroomOptions options)
{
    /// <summary>The own host's address without a slash at the end; null for the organizations of the base host.</summary>
    public string? OwnOriginOf(Organization organization) => organization.Settings.OwnHost ? options.OriginOf(organization.Slug) : null;

    public string OriginOf(Organization organization) => OwnOriginOf(organization) ?? options.Issuer;

    public async ValueTask<string> OriginOfAsync(OrganizationId id, CancellationToken ct) =>
        await organizations.GetAsync(id, ct) is { } organization ? OriginOf(organization) : options.Issuer;

    /// <summary>Whether the request came to the host of the organization.</summary>
    public bool IsHome(HttpContext http, Organization organization) =>
        OwnOriginOf(organization) is null ? OrganizationHost.Of(http) is null : OrganizationHost.Of(http)?.Organization == organization.Id;

    public async ValueTask<bool> IsHomeAsync(HttpContext http, OrganizationId id, CancellationToken ct) =>
        await organizations.GetAsync(id, ct) is { } organization && IsHome(http, organization);
}
