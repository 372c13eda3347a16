using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Provisioning;

public enum BlockSource
{
    Administrator,
    Scim,
    Graph,
    Security,
}

/// <summary>Why a user may not come in by some channels. Only the source that set it, or an administrator, lifts it (design.md §2).</summary>
public sealed record Block(BlockSource Source, IReadOnlyList<string> Channels, string? Reason, DateTimeOffset At);

/// <summary>Who wrote an attribute last, and when it was true.</summary>
public sealed record Stamp(FactSource Source, DateTimeOffset At);

/// <summary>An account in one organization.</summary>
/// <param name="Subject">Random, public, never reused: <c>sub</c> towards applications (SEC-103).</param>
/// <param name="Attributes">Present values only, by the names of <see cref="UserAttributes"/>.</param>
/// <param name="Stamps">By attribute, <c>userName</c> included.</param>
/// <param name="Version">Grows with each change; the ETag.</param>
public sealed record User(
    OrganizationId Organization,
    UserId Id,
    string Subject,
    string UserName,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, Stamp> Stamps,
    Role Role,
    UserOrigin Origin,
    IReadOnlyList<Block> Blocks,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? LastSignInAt
)
{
    public string? DisplayName => Attributes.GetValueOrDefault(UserAttributes.DisplayName);

    public string? GivenName => Attributes.GetValueOrDefault(UserAttributes.GivenName);

    public string? FamilyName => Attributes.GetValueOrDefault(UserAttributes.FamilyName);

    public string? Email => Attributes.GetValueOrDefault(UserAttributes.Email);

    /// <summary>Whether a block of any source covers the channel.</summary>
    public bool IsBlockedFor(string channel) => Blocks.Any(block => block.Channels.Contains(channel));

    /// <summary>Whether neither a block nor the role closes the channel.</summary>
    public bool MayUse(string channel) => Role.Channels.Contains(channel) && !IsBlockedFor(channel);
}

/// <summary>The link of a user to a provider, as stored.</summary>
public sealed record ExternalIdentity(
    Guid Id,
    ExternalKey Key,
    Guid? LastConnection,
    string LinkedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt
);
