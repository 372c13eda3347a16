namespace Anteroom.EntraEmulator.Objects;

/// <summary>A user object of one tenant: a member, or a guest whose home is elsewhere.</summary>
public sealed record User(Guid Id, Guid TenantId, string UserPrincipalName, string DisplayName)
{
    public const string Member = "Member";
    public const string Guest = "Guest";
    public const string PendingAcceptance = "PendingAcceptance";
    public const string Accepted = "Accepted";

    /// <summary>Null on very old objects.</summary>
    public string? UserType { get; init; } = Member;
    public bool AccountEnabled { get; init; } = true;
    public string? GivenName { get; init; }
    public string? Surname { get; init; }

    /// <summary>Any string at all: an administrator can set it freely, which is what nOAuth is about (entra-oidc.md §5).</summary>
    public string? Mail { get; init; }
    public string? MailNickname { get; init; }
    public IReadOnlyList<string> OtherMails { get; init; } = [];
    public IReadOnlyList<string> ProxyAddresses { get; init; } = [];
    public string? Department { get; init; }
    public string? JobTitle { get; init; }
    public string? CompanyName { get; init; }
    public string? EmployeeId { get; init; }
    public string? EmployeeType { get; init; }
    public string? OfficeLocation { get; init; }
    public string? StreetAddress { get; init; }
    public string? City { get; init; }
    public string? State { get; init; }
    public string? PostalCode { get; init; }
    public string? Country { get; init; }
    public string? UsageLocation { get; init; }
    public string? PreferredLanguage { get; init; }
    public string? MobilePhone { get; init; }
    public IReadOnlyList<string> BusinessPhones { get; init; } = [];
    public Guid? ManagerId { get; init; }

    public string? PasswordHash { get; init; }

    /// <summary>Comma-separated: <c>DisablePasswordExpiration</c>, <c>DisableStrongPassword</c>.</summary>
    public string? PasswordPolicies { get; init; }

    /// <summary>The next sign-in asks for a new password (AADSTS50055 where nobody can be asked).</summary>
    public bool ForceChangePasswordNextSignIn { get; init; }
    public DateTimeOffset? LastPasswordChangeDateTime { get; init; }

    /// <summary>A second factor is registered; without one MFA asks to enrol (AADSTS50079).</summary>
    public bool IsMfaRegistered { get; init; }

    /// <summary>A guest's own account, when its home is a tenant of this emulator: the password is checked there.</summary>
    public Guid? HomeTenantId { get; init; }
    public Guid? HomeObjectId { get; init; }

    /// <summary>A guest from elsewhere: <c>mail</c>, <c>live.com</c>, <c>google.com</c> or an issuer (claim <c>idp</c>).</summary>
    public string? IdentityProvider { get; init; }

    /// <summary><c>PendingAcceptance</c>, <c>Accepted</c>, or null for who was not invited.</summary>
    public string? ExternalUserState { get; init; }
    public DateTimeOffset? ExternalUserStateChangeDateTime { get; init; }

    /// <summary><c>Invitation</c>, <c>EmailVerified</c>, <c>SelfServiceSignUp</c>, or null for an ordinary account.</summary>
    public string? CreationType { get; init; }

    /// <summary>Decides <c>xms_edov</c> in place of the domains; null lets the domains decide (§5).</summary>
    public bool? IsMailDomainOwnerVerified { get; init; }

    /// <summary>What comes from Active Directory; null for a cloud-only user.</summary>
    public OnPremises? OnPremises { get; init; }

    /// <summary>Directory extensions by their full name, <c>extension_{appId}_{attribute}</c> (§4.3).</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
    public DateTimeOffset CreatedDateTime { get; init; }

    /// <summary>In the recycle bin since; only rows of <see cref="EntraDirectory.DeletedUsers"/> have it.</summary>
    public DateTimeOffset? DeletedDateTime { get; init; }

    /// <summary>Refresh tokens and sessions from before are revoked (§9.4).</summary>
    public DateTimeOffset SignInSessionsValidFromDateTime { get; init; }

    public bool IsGuest => UserType == Guest;

    /// <summary>Not signed in with this directory's own password.</summary>
    public bool IsExternal => HomeTenantId is not null || IdentityProvider is not null;
}
