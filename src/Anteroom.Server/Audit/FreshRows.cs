using System.Collections.Concurrent;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Audit;

/// <summary>Organizations into whose trail this node wrote lately: where the sealer looks first.</summary>
public sealed class FreshRows(TimeProvider clock)
{
    // A row shows only when its transaction has committed and every older one has ended; until then the organization stays listed.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<OrganizationId, DateTimeOffset> _written = new();

    public void Add(OrganizationId organization) => _written[organization] = clock.GetUtcNow();

    public IReadOnlyList<OrganizationId> List() => [.. _written.Keys];

    /// <summary>Forgets an organization in which the sealer found nothing, if its last row had time enough to show.</summary>
    public void ForgetIfQuiet(OrganizationId organization)
    {
        if (_written.TryGetValue(organization, out var at) && clock.GetUtcNow() - at > Patience)
            _written.TryRemove(new(organization, at));
    }
}
