using System.Net;

namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>A set of networks that policies name.</summary>
/// <param name="IpRanges">CIDR addresses.</param>
public sealed record NamedLocation(Guid Id, Guid TenantId, string DisplayName, IReadOnlyList<string> IpRanges)
{
    public bool IsTrusted { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }

    public bool Contains(IPAddress address) =>
        IpRanges.Any(range => IPNetwork.TryParse(range, out var network) && network.Contains(address));
}
