using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>An address at which providers answer.</summary>
/// <param name="Owner">Whose address it is; the platform's where organizations share it.</param>
/// <param name="Connection">The one that the address names; null where only the protected state says which (HEL-03).</param>
internal sealed record CallbackPlace(CallbackStyle Style, OrganizationId Owner, Connection? Connection);

/// <summary>Knows the callback addresses (design.md §6). Null for one that does not exist on the host that was asked.</summary>
internal sealed class CallbackPlaces(ConnectionStore connections, OrganizationHosts hosts)
{
    public async Task<CallbackPlace?> OfConnectionAsync(HttpContext http, string key, CancellationToken ct) =>
        await connections.FindByKeyAsync(key, ct) is { } connection && await hosts.IsHomeAsync(http, connection.Organization, ct)
            ? new(CallbackStyle.Connection, connection.Organization, connection)
            : null;

    public static CallbackPlace? Central(HttpContext http) =>
        OrganizationHost.Of(http) is null ? new(CallbackStyle.Central, OrganizationId.Platform, null) : null;

    public static CallbackPlace? OfOrganization(HttpContext http) =>
        OrganizationHost.Of(http) is { } here ? new(CallbackStyle.OrganizationHost, here.Organization, null) : null;
}
