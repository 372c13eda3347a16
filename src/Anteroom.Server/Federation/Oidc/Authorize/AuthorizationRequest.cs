using Anteroom.Protocols.OAuth;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>A checked authentication request (OIDC Core §3.1.2.1). Where it came from a client at all, its answer has a place to go.</summary>
/// <param name="Organization">The <c>organization</c> parameter: a slug or a company code, not yet looked up.</param>
/// <param name="IdTokenHint">Not yet verified.</param>
public sealed record AuthorizationRequest(
    Application Application,
    ResponseTarget Target,
    CodeChallenge Challenge,
    ScopeSet Scope,
    string? Nonce,
    RequestedResources Resources,
    Interaction Interaction,
    TimeSpan? MaxAge,
    string? LoginHint,
    string? AcrValues,
    string? Organization,
    string? IdTokenHint
)
{
    /// <summary>Languages in order of preference (OIDC Core §3.1.2.1).</summary>
    public string? UiLocales { get; init; }

    /// <summary>Under which its client pushed it (RFC 9126); null where it came by the browser.</summary>
    public Handle? Pushed { get; init; }
}

/// <summary>Where and how an answer leaves, success or error (RFC 6749 §4.1.2).</summary>
/// <param name="RedirectUri">As the request named it.</param>
/// <param name="Registered">The registered address that it matches; another one only for the port of a native client's loopback address.</param>
public sealed record ResponseTarget(string RedirectUri, string Registered, ResponseMode Mode, string? State);

/// <summary>Why there is no request: either a page, because nobody may be redirected (SEC-091), or an error for the client.</summary>
public sealed record AuthorizationRefusal
{
    private AuthorizationRefusal() { }

    /// <summary>A code of the catalogue; null where the client is told.</summary>
    public string? Page { get; private init; }

    public (ResponseTarget Target, OAuthError Error)? Answer { get; private init; }

    public static AuthorizationRefusal OnPage(string reason) => new() { Page = reason };

    public static AuthorizationRefusal ToClient(ResponseTarget target, OAuthError error) => new() { Answer = (target, error) };
}
