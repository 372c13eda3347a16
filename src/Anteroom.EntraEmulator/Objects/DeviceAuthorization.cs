namespace Anteroom.EntraEmulator.Objects;

/// <summary>A device that waits for somebody to sign in elsewhere (RFC 8628), stored under the SHA-256 of its device code.</summary>
/// <param name="Path">The tenant path at which the device asked.</param>
internal sealed record DeviceAuthorization(string Id, string UserCode, Guid AppId, string Path, string Scope, DateTimeOffset ExpiresAt)
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Declined = "declined";
    public const string Redeemed = "redeemed";

    /// <summary>Begun at the v1.0 endpoint; <see cref="Scope"/> then begins with its <c>resource</c>.</summary>
    public bool IsV1 { get; init; }
    public string State { get; init; } = Pending;

    /// <summary>What the person allowed, sealed; only while <see cref="Approved"/>.</summary>
    public string? SealedGrant { get; init; }
    public DateTimeOffset? PolledAt { get; init; }
}
