using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc.Discovery;

/// <summary>What we say about ourselves (OIDC Discovery §3, RFC 8414 §2): exactly what works, no more.</summary>
internal sealed record DiscoveryDocument
{
    public required string Issuer { get; init; }
    public required string AuthorizationEndpoint { get; init; }
    public required string TokenEndpoint { get; init; }
    public required string UserinfoEndpoint { get; init; }
    public required string EndSessionEndpoint { get; init; }
    public required string JwksUri { get; init; }
    public IReadOnlyList<string> ScopesSupported { get; } = OidcScopes.Supported;
    public IReadOnlyList<string> ResponseTypesSupported { get; } = ["code"];
    public IReadOnlyList<string> ResponseModesSupported { get; } =
    [ResponseMode.Query.Name, ResponseMode.Fragment.Name, ResponseMode.FormPost.Name];
    public IReadOnlyList<string> GrantTypesSupported { get; } = [GrantType.AuthorizationCode, GrantType.RefreshToken];
    public IReadOnlyList<string> SubjectTypesSupported { get; } = ["public"];
    public IReadOnlyList<string> IdTokenSigningAlgValuesSupported { get; } = ["ES256", "RS256"];
    public IReadOnlyList<string> TokenEndpointAuthMethodsSupported { get; } = ["client_secret_basic", "client_secret_post", "none"];
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

    /// <summary>RFC 9207 §3.</summary>
    public bool AuthorizationResponseIssParameterSupported { get; } = true;
    public bool ClaimsParameterSupported { get; }
    public bool RequestParameterSupported { get; }

    /// <summary>Said aloud, because leaving it out would mean true (OIDC Discovery §3).</summary>
    public bool RequestUriParameterSupported { get; }

    public static DiscoveryDocument For(string issuer) =>
        new()
        {
            Issuer = issuer,
            AuthorizationEndpoint = issuer + OidcPaths.Authorize,
            TokenEndpoint = issuer + OidcPaths.Token,
            UserinfoEndpoint = issuer + OidcPaths.UserInfo,
            EndSessionEndpoint = issuer + OidcPaths.EndSession,
            JwksUri = issuer + OidcPaths.Jwks,
        };
}
