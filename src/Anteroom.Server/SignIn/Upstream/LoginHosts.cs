using Anteroom.Server.Connections;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The login hosts of all clouds: what the identifier form may redirect to (SEC-005).</summary>
public sealed class LoginHosts(CloudStore clouds)
{
    public async Task<IReadOnlyList<Uri>> ListAsync(CancellationToken ct) =>
        [.. (await clouds.ListAsync(ct)).Select(entry => entry.Cloud.Authority)];
}
