using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.Discovery;

/// <summary>What we say about ourselves (OIDC Discovery §3, RFC 8414 §2): exactly what works, no more.</summary>
internal sealed record DiscoveryDocument
{
    private static readonly IReadOnlyList<string> Proofs =
    [
        ClientAuthentication.ClientSecretBasic.Spell(),
        ClientAuthentication.ClientSecretPost.Spell(),
        ClientAuthentication.PrivateKeyJwt.Spell(),
    ];

    private static readonly IReadOnlyList<string> AssertionAlgorithms = ["ES256", "RS256", "PS256"];

    public required string Issuer { get; init; }
    public required string AuthorizationEndpoint { get; init; }
    public required string TokenEndpoint { get; init; }
    public required string UserinfoEndpoint { get; init; }

    /// <summary>RFC 7662.</summary>
    public required string IntrospectionEndpoint { get; init; }

    /// <summary>RFC 7009.</summary>
    public required string RevocationEndpoint { get; init; }

    /// <summary>RFC 9126 §5.</summary>
    public required string PushedAuthorizationRequestEndpoint { get; init; }

    /// <summary>RFC 8628 §4.</summary>
    public required string DeviceAuthorizationEndpoint { get; init; }
    public required string EndSessionEndpoint { get; init; }
    public required string JwksUri { get; init; }
    public IReadOnlyList<string> ScopesSupported { get; } = OidcScopes.Supported;
    public IReadOnlyList<string> ResponseTypesSupported { get; } = ["code"];
    public IReadOnlyList<string> ResponseModesSupported { get; } =
    [ResponseMode.Query.Name, ResponseMode.Fragment.Name, ResponseMode.FormPost.Name];
    public required IReadOnlyList<string> GrantTypesSupported { get; init; }
    public IReadOnlyList<string> SubjectTypesSupported { get; } = [SubjectType.Public.Spell(), SubjectType.Pairwise.Spell()];
    public IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; } = ["ES256", "RS256"];
    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = [.. Proofs, ClientAuthentication.None.Spell()];
    public IReadOnlyList<string> TokenEndpointAuthSigningAlgValuesSupported { get; } = AssertionAlgorithms;

    /// <summary>Nobody introspects without a proof (RFC 7662 §2.1).</summary>
    public IReadOnlyList<string> IntrospectionEndpointAuthMethodsSupported { get; } = Proofs;
    public IReadOnlyList<string> IntrospectionEndpointAuthSigningAlgValuesSupported { get; } = AssertionAlgorithms;
    public IReadOnlyList<string> RevocationEndpointAuthMethodsSupported { get; } = [.. Proofs, ClientAuthentication.None.Spell()];
    public IReadOnlyList<string> RevocationEndpointAuthSigningAlgValuesSupported { get; } = AssertionAlgorithms;
    public IReadOnlyList<string> CodeChallengeMethodsSupported { get; } = [CodeChallenge.Method];
    public IReadOnlyList<string> PromptValuesSupported { get; } = ["none", "login", "select_account", "consent"];
    public IReadOnlyList<string> ClaimTypesSupported { get; } = ["normal"];
    public IReadOnlyList<string> ClaimsSupported { get; } =
    [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nonce",
        "auth_time",
        "amr",
        "acr",
        "sid",
        "org_id",
        "org_slug",
        "role",
        "groups",
        "groups_truncated",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "updated_at",
        "email",
        "email_verified",
    ];

    /// <summary>OIDC Back-Channel Logout §2.1.</summary>
    public bool BackchannelLogoutSupported { get; } = true;

    /// <summary>Each logout token has a <c>sid</c>.</summary>
    public bool BackchannelLogoutSessionSupported { get; } = true;

    /// <summary>OIDC Front-Channel Logout §3.</summary>
    public bool FrontchannelLogoutSupported { get; } = true;

    /// <summary>Each address gets <c>iss</c> and <c>sid</c>.</summary>
    public bool FrontchannelLogoutSessionSupported { get; } = true;

    /// <summary>RFC 9207 §3.</summary>
    public bool AuthorizationResponseIssParameterSupported { get; } = true;
    public bool ClaimsParameterSupported { get; }
    public bool RequestParameterSupported { get; }

    /// <summary>Said aloud, because leaving it out would mean true (OIDC Discovery §3).</summary>
    /// <remarks>A <c>request_uri</c> of a pushed request is RFC 9126's own and not meant by it.</remarks>
    public bool RequestUriParameterSupported { get; }

    /// <summary>Whether nobody may come without pushing (RFC 9126 §5); single applications may be held to it.</summary>
    public bool RequirePushedAuthorizationRequests { get; }

    /// <summary>Languages of our pages (OIDC Discovery §3).</summary>
    public required IReadOnlyList<string> UiLocalesSupported { get; init; }

    public static DiscoveryDocument For(string issuer, IReadOnlyList<string> grantTypes, IReadOnlyList<string> locales) =>
        new()
        {
            Issuer = issuer,
            AuthorizationEndpoint = issuer + OidcPaths.Authorize,
            TokenEndpoint = issuer + OidcPaths.Token,
            UserinfoEndpoint = issuer + OidcPaths.UserInfo,
            EndSessionEndpoint = issuer + OidcPaths.EndSession,
            IntrospectionEndpoint = issuer + OidcPaths.Introspection,
            RevocationEndpoint = issuer + OidcPaths.Revocation,
            PushedAuthorizationRequestEndpoint = issuer + OidcPaths.PushedAuthorization,
            DeviceAuthorizationEndpoint = issuer + OidcPaths.DeviceAuthorization,
            JwksUri = issuer + OidcPaths.Jwks,
            GrantTypesSupported = grantTypes,
            UiLocalesSupported = locales,
        };
}
