namespace Anteroom.EntraEmulator.Objects;

/// <summary>A user object of one tenant: a member, or a guest whose home is elsewhere.</summary>
public sealed record User(Guid Id, Guid TenantId, string UserPrincipalName, string DisplayName)
{
    public const string Member = "Member";
    public const string Guest = "Guest";

    public string UserType { get; init; } = Member;
    public bool AccountEnabled { get; init; } = true;
    public string? GivenName { get; init; }
    public string? Surname { get; init; }

    /// <summary>Any string at all: an administrator can set it freely, which is what nOAuth is about (entra-oidc.md §5).</summary>
    public string? Mail { get; init; }
    public string? Department { get; init; }
    public string? JobTitle { get; init; }
    public string? EmployeeId { get; init; }
    public string? Country { get; init; }
    public string? PreferredLanguage { get; init; }

    /// <summary>Global Administrator: may consent on behalf of the organization.</summary>
    public bool IsAdministrator { get; init; }
    public string? PasswordHash { get; init; }

    /// <summary>A guest's own account, when its home is a tenant of this emulator: the password is checked there.</summary>
    public Guid? HomeTenantId { get; init; }
    public Guid? HomeObjectId { get; init; }

    /// <summary>A guest from elsewhere: <c>mail</c>, <c>live.com</c>, <c>google.com</c> or an issuer (claim <c>idp</c>).</summary>
    public string? IdentityProvider { get; init; }

    /// <summary>Directory extensions by their full name, <c>extension_{appId}_{attribute}</c> (§4.3).</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Refresh tokens and sessions from before are revoked (§9.4).</summary>
    public DateTimeOffset SignInSessionsValidFrom { get; init; }

    public bool IsGuest => UserType == Guest;

    /// <summary>Not signed in with this directory's own password.</summary>
    public bool IsExternal => HomeTenantId is not null || IdentityProvider is not null;
}
