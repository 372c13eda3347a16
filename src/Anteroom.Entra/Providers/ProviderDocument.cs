namespace Anteroom.Entra.Providers;

/// <summary>A provider's verified metadata and keys, as one unit: both parts are replaced together or not at all (SEC-304).</summary>
public sealed record ProviderDocument(UpstreamProvider Provider, DiscoveryDocument Metadata, ProviderKeys Keys, DateTimeOffset FetchedAt);
