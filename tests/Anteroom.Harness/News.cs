using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Harness;

/// <summary>Servers remember organizations and connections, and hear of a change a moment after it: nothing that follows it may depend on that moment.</summary>
public static class News
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30); // what is missed is read again after 10 s

    /// <summary>Waits until each server in this process knows the organization and its connections as they are.</summary>
    public static Task HeardAsync(this AnteroomRig rig, OrganizationId organization, CancellationToken ct = default) =>
        Poll.UntilAsync(
            $"every server knows {organization} as it is",
            Patience,
            async () =>
            {
                foreach (var services in rig.InProcess)
                {
                    if (!await KnowsAsync(services, organization, ct))
                        return false;
                }
                return true;
            }
        );

    private static async Task<bool> KnowsAsync(IServiceProvider services, OrganizationId id, CancellationToken ct)
    {
        var organizations = services.GetRequiredService<OrganizationDirectory>();
        if ((await organizations.GetAsync(id, ct))?.Version != (await organizations.ReadAsync(id, ct))?.Version)
            return false;

        var connections = services.GetRequiredService<ConnectionStore>();
        var known = await connections.ListActiveAsync(id, ct);
        var real = await connections.ListAsync(id, ct);
        return known
            .Select(one => (one.Id, one.Version))
            .ToHashSet()
            .SetEquals(real.Where(one => one.State == ConnectionState.Active).Select(one => (one.Id, one.Version)));
    }
}
