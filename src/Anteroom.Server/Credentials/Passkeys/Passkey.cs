using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>A passkey of a user as it is listed.</summary>
/// <param name="RelyingParty">The host that it was made for.</param>
/// <param name="BackupEligible">Whether it may live on several devices of its owner.</param>
/// <param name="BackedUp">Whether it did so when it was last used.</param>
/// <param name="Aaguid">The authenticator's model, by its own word; zero where it does not tell.</param>
/// <param name="SuspendedAt">Set when its counter went back; it signs nobody in any more (SEC-222).</param>
public sealed record Passkey(
    OrganizationId Organization,
    PasskeyId Id,
    UserId User,
    string RelyingParty,
    string Name,
    bool BackupEligible,
    bool BackedUp,
    IReadOnlyList<string> Transports,
    Guid Aaguid,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? SuspendedAt
)
{
    /// <summary>As long as a name may be.</summary>
    public const int LongestName = 100;

    /// <summary>As many as one user may have.</summary>
    public const int Most = 20;
}

/// <summary>Whose passkey it will be.</summary>
/// <param name="UserName">What the browser shows beside the passkey.</param>
public sealed record PasskeyOwner(OrganizationId Organization, UserId User, string UserName, string? DisplayName);
