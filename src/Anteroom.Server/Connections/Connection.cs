using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Connections;

public enum ConnectionKind
{
    Entra,
    Oidc,
}

/// <summary>The life cycle (design.md §2). Only active connections let people in; one in test lets its testers in.</summary>
public enum ConnectionState
{
    Draft,
    Submitted,
    Testing,
    Active,
    Disabled,
}

/// <summary>Trust in one upstream provider, at one of its immutable revisions.</summary>
/// <param name="Key">Random and URL-safe; part of the callback's address.</param>
/// <param name="Revision">Which settings these are; a sign-in records it.</param>
/// <param name="Version">Grows with each change of settings, name or state; the ETag.</param>
/// <param name="SecretLast4">The end of the client secret, for recognising it; null without one.</param>
public sealed record Connection(
    OrganizationId Organization,
    ConnectionId Id,
    string Key,
    string Name,
    ConnectionKind Kind,
    ConnectionState State,
    int Revision,
    long Version,
    ConnectionSettings Settings,
    string? SecretLast4,
    DateTimeOffset? SecretAt,
    DateTimeOffset CreatedAt
)
{
    /// <summary>What the provider must have registered as redirect URI: the address that is shown is the address that is sent.</summary>
    /// <param name="origin">Where the organization's people sign in (<see cref="OrganizationHosts"/>).</param>
    public string RedirectUri(string origin) =>
        origin
        + Settings.CallbackStyle switch
        {
            CallbackStyle.Central => CallbackPaths.Central,
            CallbackStyle.OrganizationHost => CallbackPaths.OrganizationHost,
            _ => CallbackPaths.OfConnection(Key),
        };

    /// <summary>What the provider must have registered as front-channel logout address, and where it returns after its own sign-out.</summary>
    public string LogoutUri(string origin) =>
        origin + (Settings.Registration == Registration.Shared ? CallbackPaths.SharedLogout : CallbackPaths.LogoutOf(Key));
}

/// <summary>Whose app registration the connection uses.</summary>
public enum Registration
{
    Own,
    Shared,
}

/// <summary>How our client proves itself: with a secret, or in the browser with PKCE alone.</summary>
public enum ClientKind
{
    Confidential,
    Browser,
}

/// <summary>What the authorization response carries.</summary>
public enum ResponseMode
{
    Code,
    Hybrid,
    IdToken,
}

/// <summary>Which address the provider redirects to.</summary>
public enum CallbackStyle
{
    Connection,
    Central,
    OrganizationHost,
}

/// <summary>Where providers send people back (design.md §6). Whose answer it is on an address that several connections share, only the protected state says.</summary>
public static class CallbackPaths
{
    /// <summary>One for all organizations of the base host.</summary>
    public const string Central = "/sso/callback";

    /// <summary>Where Entra returns after admin consent to the shared app: a page that tells, and nothing else.</summary>
    public const string AdminConsent = "/sso/admin-consent";

    /// <summary>On the own host of an organization.</summary>
    public const string OrganizationHost = "/api/single-sign-on";

    /// <summary>The front-channel logout address of every shared app, one for all organizations.</summary>
    public const string SharedLogout = "/sso/logout";

    public static string OfConnection(string key) => $"/sso/{key}/callback";

    public static string LogoutOf(string key) => $"/sso/{key}/logout";
}

/// <summary>What happens to somebody without an account.</summary>
public enum ProvisioningMode
{
    /// <summary>The first sign-in makes the account.</summary>
    Create,

    /// <summary>Only existing accounts come in.</summary>
    RequireExisting,
}

/// <summary>Which name of the token may find an account that is linked to nobody, once (SEC-074 d).</summary>
public enum FirstLinkName
{
    /// <summary>None: an administrator links accounts by object id.</summary>
    Never,

    /// <summary><c>upn</c>, an optional claim of the app registration.</summary>
    Upn,

    /// <summary><c>upn</c>, else <c>preferred_username</c>, which the organization has to choose.</summary>
    PreferredUserName,
}

/// <summary>What happens to an attribute whose claim is absent or empty.</summary>
public enum WhenMissing
{
    Keep,
    Clear,
}

/// <summary>Copies a claim into an attribute of the user at each sign-in.</summary>
public sealed record ClaimMapping(string Claim, string Target, bool Active = true, WhenMissing WhenMissing = WhenMissing.Keep);

/// <summary>Gives a role where a claim (<c>groups</c> or <c>roles</c>) holds a value. The first that fits counts.</summary>
public sealed record RoleMapping(string Claim, string Value, string Role);

/// <summary>Asks for an authentication context where an application asks for a level of authentication (<c>acr</c>, OIDC Core §2).</summary>
public sealed record StepUp(string Acr, string AuthContext);

/// <summary>Whose roles the role mappings decide (docs/decisions/0022).</summary>
public enum RoleMappingApplies
{
    /// <summary>Of new accounts; existing ones keep theirs (HEL-24).</summary>
    AtCreation,

    /// <summary>Of all at each sign-in, except of those whose role carries permissions.</summary>
    EverySignIn,
}

/// <summary>Everything about a connection that a revision freezes. Enum values are those of the API (design.md §6).</summary>
public sealed record ConnectionSettings
{
    /// <summary>Kind entra: the key of the cloud.</summary>
    public string? Cloud { get; init; }

    /// <summary>Kind oidc: the provider's issuer, byte for byte.</summary>
    public string? Authority { get; init; }

    /// <summary>Kind oidc: hosts beside the issuer's own where the provider's endpoints may lie (SEC-070).</summary>
    public IReadOnlyList<string> EndpointHosts { get; init; } = [];

    public Registration Registration { get; init; } = Registration.Own;

    public ClientKind ClientKind { get; init; } = ClientKind.Confidential;

    public ResponseMode ResponseMode { get; init; } = ResponseMode.Code;

    public CallbackStyle CallbackStyle { get; init; } = CallbackStyle.Connection;

    /// <summary>Kind entra: the one tenant that this connection trusts (SEC-061).</summary>
    public Guid? TenantId { get; init; }

    /// <summary>How the administrator named the tenant, where that was a domain.</summary>
    public string? TenantDomain { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The last day of the client secret as the provider's page tells it; nothing is decided by it, people are reminded. Null where nobody said.</summary>
    public DateOnly? ClientSecretExpiresOn { get; init; }

    /// <summary>Kind entra: how our client proves itself.</summary>
    public CredentialKind Credential { get; init; } = CredentialKind.Secret;

    /// <summary>Which certificate signs; set with <see cref="CredentialKind.Certificate"/> and only then.</summary>
    public CertificateInUse? Certificate { get; init; }

    /// <summary>Normalised domains that may come in; empty means any (HEC-06). Admission only, never linking.</summary>
    public IReadOnlyList<string> AuthorizedDomains { get; init; } = [];

    public ProvisioningMode Provisioning { get; init; } = ProvisioningMode.Create;

    /// <summary>Kind entra: how somebody comes to the account that they had here before.</summary>
    public FirstLinkName FirstLink { get; init; } = FirstLinkName.Upn;

    /// <summary>Key of the role of a new account.</summary>
    public string DefaultRole { get; init; } = BuiltInRoles.Worker;

    public IReadOnlyList<ClaimMapping> ClaimMappings { get; init; } = [];

    public IReadOnlyList<RoleMapping> RoleMappings { get; init; } = [];

    public RoleMappingApplies RoleMappingApplies { get; init; } = RoleMappingApplies.AtCreation;

    /// <summary>Nobody comes in without evidence of a second factor.</summary>
    public bool MfaRequired { get; init; }

    /// <summary>Whether the provider's word about second factors counts (SEC-077).</summary>
    public bool TrustUpstreamMfa { get; init; }

    /// <summary>Kind entra: the authentication context that every sign-in must satisfy (<c>c1</c> to <c>c99</c>), or null.</summary>
    public string? AuthContext { get; init; }

    /// <summary>Kind entra: which context an application's <c>acr_values</c> ask for. Ids of contexts differ from tenant to tenant.</summary>
    public IReadOnlyList<StepUp> StepUps { get; init; } = [];

    /// <summary>Who may come in while the connection is in test (<see cref="Connections.Testers"/>).</summary>
    public IReadOnlyList<string> Testers { get; init; } = [];
}
