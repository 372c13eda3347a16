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
    string? Nonce,
    IReadOnlySet<string> Prompt,
    string? LoginHint,
    string? DomainHint,
    string? CodeChallenge,
    string? CodeChallengeMethod,
    TimeSpan? MaxAge,
    bool ClientInfo
)
{
    public bool IsSilent => Prompt.Contains("none");
}
