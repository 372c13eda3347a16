using System.Globalization;
using Anteroom.Entra.Providers;

namespace Anteroom.Entra.Requests;

public enum UpstreamResponseType
{
    Code,
    IdToken,
    CodeIdToken,
}

public enum UpstreamResponseMode
{
    Query,
    FormPost,
}

/// <summary>A request to a provider's authorization endpoint (OIDC Core §3.1.2.1), as the address that the browser is sent to.</summary>
/// <remarks>State and nonce have at least 128 bits; every request for a code carries an S256 challenge (SEC-065); an id_token comes only by form_post (SEC-067).
/// A request that breaks these rules is a fault of ours and throws.</remarks>
public sealed record AuthorizeRequest(Uri Endpoint, string ClientId, string RedirectUri, string State, string Nonce)
{
    /// <summary>128 bits as base64url.</summary>
    private const int ShortestHandle = 22;

    /// <summary>43 characters: a SHA-256 as base64url (RFC 7636 §4.2). Required with a code.</summary>
    public string? CodeChallenge { get; init; }

    public UpstreamResponseType ResponseType { get; init; } = UpstreamResponseType.Code;

    public UpstreamResponseMode ResponseMode { get; init; } = UpstreamResponseMode.Query;

    /// <summary>Who is there and how they are called; nothing of an API.</summary>
    public const string DefaultScope = "openid profile email";

    public string Scope { get; init; } = DefaultScope;

    /// <summary>Left out with <c>prompt=select_account</c>, which Entra refuses to combine with it.</summary>
    public string? LoginHint { get; init; }

    /// <summary>Entra's only: skips its home-realm discovery.</summary>
    public string? DomainHint { get; init; }

    public string? Prompt { get; init; }

    /// <summary>Not sent to Entra, which does not know it: ask it with <c>prompt=login</c> and check <c>auth_time</c>.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Not sent to Entra, which ignores it.</summary>
    public string? AcrValues { get; init; }

    /// <summary>JSON of the <c>claims</c> parameter (OIDC Core §5.5); for Entra an authentication context or the answer to a claims challenge.</summary>
    public string? Claims { get; init; }

    public Uri ToUri(UpstreamProvider provider)
    {
        var withCode = ResponseType != UpstreamResponseType.IdToken;
        if (State.Length < ShortestHandle || Nonce.Length < ShortestHandle)
            throw new InvalidOperationException("State and nonce need 128 bits each (SEC-065).");
        if (withCode && CodeChallenge is not { Length: 43 })
            throw new InvalidOperationException("A request for a code needs an S256 challenge (SEC-065).");
        if (ResponseType != UpstreamResponseType.Code && ResponseMode != UpstreamResponseMode.FormPost)
            throw new InvalidOperationException("An id_token comes from the authorization endpoint by form_post only (SEC-067).");

        var toEntra = provider is EntraProvider;
        var query = new QueryBuilder(Endpoint);
        query.Add("client_id", ClientId);
        query.Add("response_type", NameOf(ResponseType));
        query.Add("redirect_uri", RedirectUri);
        query.Add("response_mode", ResponseMode == UpstreamResponseMode.FormPost ? "form_post" : "query");
        query.Add("scope", Scope);
        query.Add("state", State);
        query.Add("nonce", Nonce);
        if (withCode)
        {
            query.Add("code_challenge", CodeChallenge);
            query.Add("code_challenge_method", "S256");
        }
        query.Add("prompt", Prompt);
        if (Prompt != "select_account")
            query.Add("login_hint", LoginHint);
        query.Add("claims", Claims);
        if (toEntra)
            query.Add("domain_hint", DomainHint);
        else
        {
            query.Add("max_age", MaxAge is { } age ? ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null);
            query.Add("acr_values", AcrValues);
        }
        return query.ToUri();
    }

    private static string NameOf(UpstreamResponseType type) =>
        type switch
        {
            UpstreamResponseType.Code => "code",
            UpstreamResponseType.IdToken => "id_token",
            UpstreamResponseType.CodeIdToken => "code id_token",
            _ => throw new InvalidOperationException($"Unknown response type {type}."),
        };
}
