namespace Anteroom.EntraEmulator.Objects.Logs;

/// <summary>A row of the sign-in log (graph.md §11).</summary>
/// <param name="ErrorCode">0 for success, otherwise the AADSTS number.</param>
public sealed record SignIn(Guid Id, Guid TenantId, DateTimeOffset CreatedDateTime, int ErrorCode)
{
    public const string NotApplied = "notApplied";
    public const string Success = "success";
    public const string Failure = "failure";

    public string? FailureReason { get; init; }
    public string? AdditionalDetails { get; init; }

    /// <summary>Null for an application that signs in as itself.</summary>
    public Guid? UserId { get; init; }
    public string? UserPrincipalName { get; init; }
    public string? UserDisplayName { get; init; }
    public string? UserType { get; init; }

    /// <summary>The service principal of an app-only sign-in.</summary>
    public Guid? ServicePrincipalId { get; init; }
    public Guid AppId { get; init; }
    public string? AppDisplayName { get; init; }
    public Guid? ResourceId { get; init; }
    public string? ResourceDisplayName { get; init; }
    public string? IpAddress { get; init; }
    public string? UserAgent { get; init; }
    public string ClientAppUsed { get; init; } = "Browser";
    public bool IsInteractive { get; init; } = true;
    public Guid CorrelationId { get; init; }

    /// <summary><c>success</c>, <c>failure</c> or <c>notApplied</c>.</summary>
    public string ConditionalAccessStatus { get; init; } = NotApplied;
    public IReadOnlyList<AppliedPolicy> AppliedConditionalAccessPolicies { get; init; } = [];

    /// <summary><c>singleFactorAuthentication</c> or <c>multiFactorAuthentication</c>.</summary>
    public string AuthenticationRequirement { get; init; } = "singleFactorAuthentication";
}
