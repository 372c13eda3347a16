using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.Organizations;

/// <summary>Gives an organization its own host, or takes it: the setting says so, the route makes it answer.</summary>
internal static class OwnHosts
{
    /// <summary>Null where the organization may have what is wanted, else one sentence.</summary>
    public static string? Fault(bool wanted, string slug, AnteroomOptions options) =>
        !wanted || options.OriginOf(slug) is not null ? null
        : options.OrganizationDomain is null
            ? "ownHost needs a domain for the hosts of organizations: the operator sets Anteroom:OrganizationDomain."
        : "ownHost: this organization's name under the domain is the base host itself.";

    public static async Task AddAsync(Transaction tx, string slug, CancellationToken ct)
    {
        await Routes.TryAddAsync(tx, RouteKinds.Host, slug, null, ct); // nobody else can have it: the slug is this organization's
        await tx.NotifyAsync(KnownHosts.Channel, slug, ct);
    }

    public static async Task RemoveAsync(Transaction tx, string slug, CancellationToken ct)
    {
        await Routes.RemoveAsync(tx, RouteKinds.Host, slug, ct);
        await tx.NotifyAsync(KnownHosts.Channel, slug, ct);
    }
}
