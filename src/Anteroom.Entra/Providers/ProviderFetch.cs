using Anteroom.Entra.Outbound;
using Anteroom.Entra.Requests;
using Anteroom.Protocols.Jose;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Providers;

/// <summary>Asks a provider for its metadata and keys and checks both; what fails a check never leaves here.</summary>
internal sealed class ProviderFetch(OutboundHttp http, TimeProvider clock)
{
    public async Task<Result<ProviderDocument, ProviderFault>> DocumentAsync(UpstreamProvider provider, CancellationToken ct)
    {
        var fetchedAt = clock.GetUtcNow();
        if (!(await GetAsync(provider, provider.DiscoveryAddress, ct)).TryGet(out var response, out var fault))
            return fault;
        if (!DiscoveryDocument.Read(provider, response.Body.Span).TryGet(out var metadata, out fault))
            return fault;
        if (!(await KeysAsync(provider, metadata, ct)).TryGet(out var keys, out fault))
            return fault;
        return new ProviderDocument(provider, metadata, keys, fetchedAt);
    }

    public async Task<Result<ProviderKeys, ProviderFault>> KeysAsync(
        UpstreamProvider provider,
        DiscoveryDocument metadata,
        CancellationToken ct
    )
    {
        if (!(await GetAsync(provider, metadata.KeySetAddress, ct)).TryGet(out var response, out var fault))
            return fault;
        if (!JsonWebKeySet.Parse(response.Body.Span).TryGet(out var published, out _))
            return ProviderFault.MalformedKeys;
        var keys = new ProviderKeys(published, metadata.IdTokenAlgorithms);
        return keys.Count > 0 ? keys : ProviderFault.NoKeys;
    }

    private async Task<Result<OutboundResponse, ProviderFault>> GetAsync(UpstreamProvider provider, Uri address, CancellationToken ct)
    {
        var request = new OutboundRequest(HttpMethod.Get, address, Partition: provider.Key, provider.Key, OutboundLimits.Metadata)
        {
            Trust = provider.TrustFor(address),
            ReadsErrorBody = true,
        };
        if (!(await http.SendAsync(request, ct)).TryGet(out var response, out var failure))
            return ProviderFault.Unavailable(failure);
        return response.IsSuccess ? response : ProviderFault.Refused(UpstreamTokenError.Read(response).Aadsts);
    }
}
