using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Connections;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.SignIn.Upstream;

/// <summary>The verified metadata and keys of a connection's provider.</summary>
public sealed class UpstreamMetadata(ProviderMetadataCache cache, UpstreamProviders providers)
{
    public async Task<Result<ProviderDocument, UpstreamFailure>> FindAsync(Connection connection, CancellationToken ct)
    {
        if (await providers.OfAsync(connection, ct) is not { } provider)
            return new UpstreamFailure(ReasonCodes.UpstreamMetadataInvalid, Detail: "provider_unknown");
        var found = await cache.GetAsync(provider, ct);
        return found.TryGet(out var document, out var fault) ? document : UpstreamFailures.From(fault);
    }
}
