namespace Anteroom.EntraEmulator.Objects;

/// <summary>An application as one tenant sees it (portal: Enterprise application). The first consent there makes it.</summary>
public sealed record ServicePrincipal(Guid Id, Guid TenantId, Guid AppId)
{
    /// <summary>The tag that lists it under Enterprise applications.</summary>
    public const string IntegratedApp = "WindowsAzureActiveDirectoryIntegratedApp";

    /// <summary>"Enabled for users to sign-in?"</summary>
    public bool AccountEnabled { get; init; } = true;

    /// <summary>"Assignment required?": who is not assigned gets AADSTS50105.</summary>
    public bool AppRoleAssignmentRequired { get; init; }

    /// <summary>"Visible to users?" is the absence of the tag <c>HideApp</c>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [IntegratedApp];
    public string? Notes { get; init; }

    /// <summary>Kid of the key of its own that signs this principal's tokens; its discovery needs <c>?appid=</c> (entra-oidc.md §1.4).</summary>
    public string? PreferredTokenSigningKeyThumbprint { get; init; }
    public DateTimeOffset CreatedDateTime { get; init; }
    public DateTimeOffset? DeletedDateTime { get; init; }
}
