using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Authorize;

internal enum ResponseMode
{
    Query,
    Fragment,
    FormPost,

    /// <summary>To the admin-consent address: always by query, with <c>admin_consent</c> (entra-oidc.md §6.2).</summary>
    AdminConsent,

    /// <summary>To nobody: the device polls (RFC 8628).</summary>
    Device,

    /// <summary>To the address of an invitation, without any parameter.</summary>
    Invitation,
}

/// <summary>Where answers go once the redirect URI is trusted.</summary>
internal sealed record ReplyTarget(string RedirectUri, ResponseMode Mode, string? State);

/// <summary>A refused authorization request: without a target it is a page (entra-oidc.md §2.5 A), otherwise a redirect (B).</summary>
internal sealed record AuthorizeRefusal(AadstsError Error, ReplyTarget? Target);

/// <summary>An authorization request that passed every check of its shape (entra-oidc.md §2.1).</summary>
internal sealed record AuthorizeRequest(
    TenantSelector Tenant,
    Application Application,
    Platform Platform,
    ReplyTarget Target,
    IReadOnlySet<string> ResponseTypes,
    ScopeSet Scopes,
    string ScopeText,
    IReadOnlySet<string> Prompt
)
{
    public bool IsV1 { get; init; }
    public string? Nonce { get; init; }
    public string? LoginHint { get; init; }
    public string? DomainHint { get; init; }
    public string? CodeChallenge { get; init; }
    public string? CodeChallengeMethod { get; init; }
    public TimeSpan? MaxAge { get; init; }
    public bool ClientInfo { get; init; }
    public ClaimsRequest? Claims { get; init; }

    public bool IsSilent => Prompt.Contains("none");

    /// <summary>The application and the API that it wants, as Conditional Access sees them.</summary>
    public IReadOnlyList<Guid> Resources => [Application.AppId, Scopes.ResourceAppId];
}
