using Anteroom.Protocols.OAuth;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Token;

/// <summary>A grant with person, session, organization and application as they are now: what tokens say, and whether there may be any.</summary>
public sealed record GrantFacts(
    OrganizationId Organization,
    string OrganizationSlug,
    bool OrganizationIsActive,
    GrantId Grant,
    UserId User,
    string ClientId,
    ScopeSet Scope,
    RequestedResources Resources,
    SessionId Session,
    bool SessionExists,
    DateTimeOffset AuthenticatedAt,
    IReadOnlyList<string> Amr,
    string? Acr,
    DateTimeOffset GrantedAt,
    bool IsRevoked,
    bool ApplicationIsEnabled,
    Person Person
)
{
    /// <summary>Why nothing may be issued or answered on this grant, or null (SEC-036, SEC-039). Pure; the reason is for the log.</summary>
    /// <param name="channel">The channel of the application, on which the person must not be blocked.</param>
    public string? Refusal(string channel)
    {
        if (IsRevoked)
            return "the grant is revoked";
        if (!OrganizationIsActive)
            return "the organization is disabled";
        if (!ApplicationIsEnabled)
            return "the application is disabled";
        if (Person.IsDeleted)
            return "the account is deleted";
        if (Person.BlockedChannels.Contains(channel))
            return "the account is blocked";
        return Person.RoleChannels.Contains(channel) ? null : "the role has not this channel";
    }

    /// <summary>Offline access outlives the session's time, though not its sign-out, which revokes the grant (OIDC Core §11).</summary>
    public bool IsOffline => Scope.Contains(OidcScopes.OfflineAccess);
}

/// <summary>What an application may learn of a person.</summary>
/// <param name="Groups">Names in order, at most one more than are told.</param>
public sealed record Person(
    string Subject,
    string UserName,
    string? DisplayName,
    string? GivenName,
    string? FamilyName,
    string? Email,
    DateTimeOffset UpdatedAt,
    string Role,
    IReadOnlyList<string> Groups,
    bool IsDeleted,
    IReadOnlyList<string> BlockedChannels,
    IReadOnlyList<string> RoleChannels
);
