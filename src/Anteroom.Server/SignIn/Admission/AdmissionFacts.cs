using Anteroom.Server.Organizations;

namespace Anteroom.Server.SignIn.Admission;

/// <summary>All that the decision may depend on, recorded before it is made. Redacted, it is kept with the sign-in so that a decision can be explained and replayed.</summary>
/// <param name="ConnectionActive">Whether the connection lets anybody in at all: active, or in test for its testers.</param>
/// <param name="AccountName">The name whose domain counts: <c>upn</c>, else <c>preferred_username</c> of a member; never <c>email</c>.</param>
/// <param name="SecondFactor">Whether the provider proved a second factor, as far as the connection lets its word count (SEC-077).</param>
/// <param name="Known">The account linked to the proven identity, or null.</param>
/// <param name="IsExpected">Whether the known account is the one that must come back; null where anybody may.</param>
public sealed record AdmissionFacts(
    bool OrganizationActive,
    bool ConnectionActive,
    IReadOnlyList<string> AuthorizedDomains,
    bool MfaRequired,
    bool CreatesAccounts,
    string? AccountName,
    bool SecondFactor,
    KnownAccount? Known,
    bool? IsExpected
)
{
    /// <summary>Whether the provider's token lacks an authentication context that the connection or the application asks for.</summary>
    public bool ContextMissing { get; init; }

    /// <summary>Why the organization does not let people prove themselves in this way to us; null where it does. What a provider proves is for its connection to say (SEC-229).</summary>
    public string? MethodRefusal { get; init; }

    /// <summary>Whether the person is among the testers of a connection that is in test; null where it is not in test.</summary>
    public bool? IsTester { get; init; }
}

/// <summary>An account as admission sees it.</summary>
/// <param name="IsBlocked">A block of any source covers the application's channel.</param>
/// <param name="RoleAllowsChannel">The role's channels include the application's.</param>
public sealed record KnownAccount(UserId Id, bool IsBlocked, bool RoleAllowsChannel);
