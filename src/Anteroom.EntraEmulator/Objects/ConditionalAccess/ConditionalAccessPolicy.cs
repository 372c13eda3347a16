namespace Anteroom.EntraEmulator.Objects.ConditionalAccess;

/// <summary>A Conditional Access policy: who, where and for what, and what is asked of them (entra-oidc.md §9).</summary>
public sealed record ConditionalAccessPolicy(Guid Id, Guid TenantId, string DisplayName)
{
    public const string Enabled = "enabled";
    public const string Disabled = "disabled";
    public const string ReportOnly = "enabledForReportingButNotEnforced";
    public const int MostPerTenant = 195;

    public string State { get; init; } = Enabled;
    public ConditionSet Conditions { get; init; } = new();
    public GrantControls? GrantControls { get; init; }
    public SessionControls? SessionControls { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }
    public DateTimeOffset? ModifiedDateTime { get; init; }
}
