using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Federation.Oidc.Device;

/// <summary>What a device asked for, and what has become of it (RFC 8628 §3.1). The device holds the device code, a person types the user code.</summary>
/// <param name="Network">From where the device asked.</param>
/// <param name="Interval">How long the device is to wait between two questions; grows where it does not (§3.5).</param>
/// <param name="PolledAt">Its last question.</param>
public sealed record DeviceAuthorization(
    string ClientId,
    ScopeSet Scope,
    RequestedResources Resources,
    string Network,
    TimeSpan Interval,
    DateTimeOffset? PolledAt,
    ApprovedGrant? Approved,
    DateTimeOffset? DeniedAt,
    DateTimeOffset? RedeemedAt,
    DateTimeOffset ExpiresAt
)
{
    /// <summary>Whether somebody may still answer.</summary>
    public bool IsWaitingAt(DateTimeOffset now) => Approved is null && DeniedAt is null && now < ExpiresAt;
}

/// <summary>What the device gets: a grant of the organization of the person who said yes.</summary>
public sealed record ApprovedGrant(OrganizationId Organization, GrantId Grant);
