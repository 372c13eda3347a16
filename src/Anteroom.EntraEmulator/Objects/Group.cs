namespace Anteroom.EntraEmulator.Objects;

/// <summary>A security or Microsoft 365 group.</summary>
public sealed record Group(Guid Id, Guid TenantId, string DisplayName)
{
    public const string Unified = "Unified";
    public const string Dynamic = "DynamicMembership";
    public const string HiddenMembership = "HiddenMembership";

    public string? Description { get; init; }
    public bool SecurityEnabled { get; init; } = true;
    public bool MailEnabled { get; init; }
    public string? Mail { get; init; }
    public string? MailNickname { get; init; }

    /// <summary><c>Unified</c> for Microsoft 365, <c>DynamicMembership</c> for a rule; empty for a security group.</summary>
    public IReadOnlyList<string> GroupTypes { get; init; } = [];

    /// <summary>A label: members are set by hand, whatever the rule says.</summary>
    public string? MembershipRule { get; init; }
    public string? Visibility { get; init; }

    /// <summary>Who is a member counts as an administrator when passwords are reset (graph.md §6.2).</summary>
    public bool IsAssignableToRole { get; init; }
    public OnPremises? OnPremises { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }
    public DateTimeOffset? DeletedDateTime { get; init; }
}
