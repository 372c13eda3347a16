using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The content of an authorization code, refresh token, or answered device code: one sign-in of one person for one application.</summary>
/// <param name="Path">The tenant path of the authorize request; a code is redeemed at the same one (AADSTS700005).</param>
/// <param name="UserId">The user object in the tenant signed in to.</param>
/// <param name="AccountId">The home account, for <c>client_info</c> and the session.</param>
internal sealed record Grant(
    Guid Id,
    Guid AppId,
    string Path,
    Guid TenantId,
    Guid UserId,
    Guid AccountId,
    Guid Sid,
    Platform Platform,
    string Scope,
    string? RedirectUri,
    string? Nonce,
    string? CodeChallenge,
    string? CodeChallengeMethod,
    bool ClientInfo,
    DateTimeOffset AuthenticatedAt,
    DateTimeOffset IssuedAt,
    DateTimeOffset? Deadline
)
{
    public const string CodePurpose = "code";
    public const string RefreshPurpose = "refresh";
    public const string CodePrefix = "1.AXkA.";
    public const string RefreshPrefix = "1.AXoA.";

    /// <summary>A code lives about ten minutes (entra-oidc.md §11).</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(10);

    /// <summary>Codes of the real service exceed 1,000 characters (§2.1); so do these.</summary>
    public const int CodeBytes = 900;

    /// <summary>The sign-in was begun at the v1.0 endpoint; <see cref="Scope"/> then names its <c>resource</c>.</summary>
    public bool IsV1 { get; init; }

    /// <summary>When a second factor was given, if one was.</summary>
    public DateTimeOffset? MultiFactorAt { get; init; }

    /// <summary>Authentication contexts that were satisfied (§9.2).</summary>
    public IReadOnlyList<string> AuthenticationContexts { get; init; } = [];

    /// <summary>Those of them that the request wanted in the ID token, and in the access token: <c>acrs</c> is where it was asked for.</summary>
    public IReadOnlyList<string> ContextsInIdToken { get; init; } = [];
    public IReadOnlyList<string> ContextsInAccessToken { get; init; } = [];

    /// <summary>What the client said it can handle: <c>cp1</c> (§9.3).</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Not of a browser: device code, password grant. Its refresh tokens live in the client alone.</summary>
    public bool IsDevice { get; init; }
}

/// <summary>The content of the opaque <c>login_hint</c> claim.</summary>
internal sealed record OpaqueUser(Guid AccountId);
