using Anteroom.Server.Provisioning;

namespace Anteroom.Server.Api;

internal sealed record ExternalIdentityBody(string TenantId, string ObjectId, string? Cloud = null);

internal sealed record CreateUserBody(
    string UserName,
    string? DisplayName = null,
    string? GivenName = null,
    string? FamilyName = null,
    string? Email = null,
    string? Role = null,
    ExternalIdentityBody? ExternalIdentity = null,
    IReadOnlyDictionary<string, string>? Custom = null
);

internal sealed record PatchUserBody
{
    public Patched<string> UserName { get; init; }
    public Patched<string> DisplayName { get; init; }
    public Patched<string> GivenName { get; init; }
    public Patched<string> FamilyName { get; init; }
    public Patched<string> Email { get; init; }
    public Patched<string> Role { get; init; }
    public Patched<ExternalIdentityBody> ExternalIdentity { get; init; }
    public Patched<Dictionary<string, string?>> Custom { get; init; }
}

internal sealed record BlockBody(IReadOnlyList<string>? Channels = null, string? Reason = null);

internal sealed record ExternalIdentityView(
    string? Cloud,
    string? TenantId,
    string? ObjectId,
    string? Issuer,
    string? Subject,
    string LinkedBy,
    DateTimeOffset? LastUsedAt
)
{
    public static ExternalIdentityView Of(ExternalIdentity identity) =>
        identity.Key switch
        {
            EntraKey entra => new(
                entra.Cloud,
                entra.TenantId.ToString("D"),
                entra.ObjectId.ToString("D"),
                null,
                null,
                identity.LinkedBy,
                identity.LastUsedAt
            ),
            OidcKey oidc => new(null, null, null, oidc.Issuer, oidc.Subject, identity.LinkedBy, identity.LastUsedAt),
            _ => throw new ArgumentOutOfRangeException(nameof(identity)),
        };
}

internal sealed record BlockView(BlockSource Source, IReadOnlyList<string> Channels, string? Reason, DateTimeOffset At);

internal sealed record UserView(
    string Id,
    string UserName,
    string Subject,
    string State,
    IReadOnlyList<BlockView> Blocks,
    string Role,
    UserOrigin Origin,
    IReadOnlyList<ExternalIdentityView> ExternalIdentities,
    IReadOnlyDictionary<string, string> Attributes,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? LastSignInAt
)
{
    public static UserView Of(User user, IReadOnlyList<ExternalIdentity> identities) =>
        new(
            user.Id.ToString(),
            user.UserName,
            user.Subject,
            StateOf(user),
            [.. user.Blocks.Select(block => new BlockView(block.Source, block.Channels, block.Reason, block.At))],
            user.Role.Key,
            user.Origin,
            [.. identities.Select(ExternalIdentityView.Of)],
            user.Attributes,
            user.CreatedAt,
            user.UpdatedAt,
            user.LastSignInAt
        );

    public static string StateOf(User user) => user.Blocks.Count == 0 ? "active" : "blocked";
}

internal sealed record ExplainedValue(string Attribute, string? Value, FactSource? Source, DateTimeOffset? At, string Because);

internal sealed record ExplainView(
    string State,
    string StateBecause,
    string Role,
    string RoleBecause,
    IReadOnlyList<ExplainedValue> Values
);
