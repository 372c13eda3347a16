using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.Graph;

/// <summary>Microsoft Graph of one tenant's cloud, asked on behalf of one organization.</summary>
/// <remarks>Partition: the organization, whose share of the connections this takes. AccessToken: a person's own (delegated) or the application's.</remarks>
public sealed record GraphAccess(Cloud Cloud, Guid TenantId, string Partition, Secret AccessToken)
{
    private const string Version = "/v1.0/";

    /// <summary>Whose circuit breaker counts and who waits after a Retry-After: Graph throttles by tenant.</summary>
    internal string Provider => $"graph:{Cloud.Key}:{TenantId:D}";

    private string Base => Cloud.Graph.GetLeftPart(UriPartial.Path).TrimEnd('/') + Version;

    /// <param name="path">Below <c>/v1.0/</c>, with its query.</param>
    internal Uri AddressOf(string path) => new(Base + path);

    /// <summary>Whether an address that Graph's own answer names lies where Graph is. A token goes nowhere else (SEC-075).</summary>
    internal bool Owns(Uri address) =>
        address.UserInfo.Length == 0 && address.GetLeftPart(UriPartial.Path).StartsWith(Base, StringComparison.OrdinalIgnoreCase);

    internal OutboundRequest Get(Uri address) =>
        new(HttpMethod.Get, address, Partition, Provider, OutboundLimits.Graph)
        {
            Authorization = new($"Bearer {AccessToken.Reveal()}"),
            Trust = Cloud.TrustFor(address),
            ReadsErrorBody = true,
        };
}
