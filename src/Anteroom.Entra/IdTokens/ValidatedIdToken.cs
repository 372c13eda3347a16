using Anteroom.Protocols.Primitives;

namespace Anteroom.Entra.IdTokens;

/// <summary>A token that passed every check. Only <see cref="Identity"/> says who the person is; all else are labels that the provider gives.</summary>
public sealed record ValidatedIdToken
{
    private readonly JsonMembers _claims;

    internal ValidatedIdToken(UpstreamIdentity identity, JsonMembers claims) => (Identity, _claims) = (identity, claims);

    public UpstreamIdentity Identity { get; }

    public required string Issuer { get; init; }

    /// <summary>Pairwise at Entra: it changes with the app registration, the identity does not.</summary>
    public required string Subject { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public string? UserPrincipalName { get; init; }

    public string? PreferredUserName { get; init; }

    /// <summary>For display and for sending mail after it was confirmed. It finds, links and admits nobody (SEC-060).</summary>
    public string? Email { get; init; }

    /// <summary><c>email_verified</c>; Entra never sends it.</summary>
    public bool? EmailVerified { get; init; }

    /// <summary><c>xms_edov</c>: Entra knows that the e-mail's domain belongs to the person's own tenant.</summary>
    public bool EmailDomainOwnerVerified { get; init; }

    public string? Name { get; init; }

    public string? GivenName { get; init; }

    public string? FamilyName { get; init; }

    /// <summary>Where a guest comes from; absent for members (Entra only).</summary>
    public string? IdentityProvider { get; init; }

    /// <summary><c>acct</c>: true for a guest of the tenant, false for a member, null where it is not sent (Entra only).</summary>
    public bool? IsGuest { get; init; }

    /// <summary>The provider's session, by which it signs people out.</summary>
    public string? SessionId { get; init; }

    /// <summary>Opaque; serves as <c>login_hint</c> and <c>logout_hint</c> (Entra only).</summary>
    public string? LoginHint { get; init; }

    public DateTimeOffset? AuthenticatedAt { get; init; }

    /// <summary><c>amr</c>; counts as a second factor only where the connection says so (SEC-077).</summary>
    public IReadOnlyList<string> AuthenticationMethods { get; init; } = [];

    public string? AuthenticationContext { get; init; }

    /// <summary><c>acrs</c>: Entra's authentication contexts that this sign-in satisfied.</summary>
    public IReadOnlyList<string> AuthenticationContexts { get; init; } = [];

    public required TokenGroups Groups { get; init; }

    /// <summary>Values of the application roles given to the person.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Which claims there are, for choosing from: at most 200, each of a length that a mapping can have.</summary>
    public IReadOnlyList<string> ClaimNames => ClaimValues.NamesOf(_claims);

    /// <summary>Any claim for a mapping, as text. Empty when it is absent, an object, or beyond the bounds.</summary>
    public IReadOnlyList<string> Values(string claim) => ClaimValues.Read(_claims, claim);
}
