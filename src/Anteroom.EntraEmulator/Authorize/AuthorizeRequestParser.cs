using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Authorize;

/// <summary>Reads an authorization request in the order in which Entra complains: tenant, application, redirect URI, then the rest.</summary>
internal sealed partial class AuthorizeRequestParser(EntraDirectory directory)
{
    private static readonly HashSet<string> Prompts = ["login", "none", "consent", "select_account"];

    public Result<AuthorizeRequest, AuthorizeRefusal> Parse(string tenant, IReadOnlyDictionary<string, string> parameters)
    {
        // Class A: nothing is trusted yet, so every refusal stays on Entra's page (§2.5).
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Page(Aadsts.TenantNotFound(tenant));
        if (parameters.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return Page(Aadsts.DuplicateParameter(duplicate));
        if (parameters.GetValueOrDefault("client_id") is not { Length: > 0 } clientId)
            return Page(Aadsts.MissingParameter("client_id"));
        if (!Clients.Find(directory, selector, clientId).TryGet(out var application, out var unknown))
            return Page(unknown);
        if (selector.Tenant is null && !application.IsMultiTenant)
            return Page(Aadsts.NotMultiTenant(application.AppId, application.DisplayName));
        if (!application.RedirectUris.Any())
            return Page(Aadsts.NoRedirectUriRegistered());
        if (parameters.GetValueOrDefault("redirect_uri") is not { Length: > 0 } redirectUri)
            return Page(Aadsts.NoRedirectUri());
        if (application.PlatformOf(redirectUri) is not { } platform)
            return Page(Aadsts.RedirectUriMismatch(redirectUri, application.AppId));

        // Class B: from here on the application hears of it.
        var types = Words(parameters.GetValueOrDefault("response_type"));
        var wantsToken = types.Contains("id_token") || types.Contains("token");
        var mode = parameters.GetValueOrDefault("response_mode") switch
        {
            "query" => ResponseMode.Query,
            "fragment" => ResponseMode.Fragment,
            "form_post" => ResponseMode.FormPost,
            _ => (ResponseMode?)null,
        };
        var fallback = wantsToken ? ResponseMode.Fragment : ResponseMode.Query;
        var target = new ReplyTarget(
            redirectUri,
            wantsToken && mode == ResponseMode.Query ? ResponseMode.Fragment : mode ?? fallback,
            parameters.GetValueOrDefault("state") is { } state ? HtmlTag().Replace(state, "") : null
        );

        if (CheckResponse(parameters, application, types, mode, wantsToken) is { } refused)
            return new AuthorizeRefusal(refused, target);
        if (parameters.ContainsKey("resource"))
            return new AuthorizeRefusal(Aadsts.ResourceParameter(), target);
        if (parameters.GetValueOrDefault("scope") is not { Length: > 0 } scope)
            return new AuthorizeRefusal(Aadsts.MissingParameter("scope"), target);
        if (!ScopeSet.Parse(directory, selector, application, scope).TryGet(out var scopes, out var badScope))
            return new AuthorizeRefusal(badScope, target);
        if (types.Contains("id_token") && !scopes.OpenId)
            return new AuthorizeRefusal(Aadsts.UnsupportedResponseTypeValue("id_token"), target);

        var prompt = Words(parameters.GetValueOrDefault("prompt"));
        if (prompt.FirstOrDefault(value => !Prompts.Contains(value)) is { } unknownPrompt)
            return new AuthorizeRefusal(Aadsts.UnsupportedValue("prompt", unknownPrompt), target);
        if (prompt.Contains("none") && prompt.Count > 1)
            return new AuthorizeRefusal(Aadsts.UnsupportedValue("prompt", string.Join(' ', prompt)), target);

        var challenge = parameters.GetValueOrDefault("code_challenge");
        var method = parameters.GetValueOrDefault("code_challenge_method") ?? "plain";
        if (CheckChallenge(types, platform, challenge, method) is { } badChallenge)
            return new AuthorizeRefusal(badChallenge, target);

        return new AuthorizeRequest(
            selector,
            application,
            platform,
            target,
            types,
            scopes,
            parameters.GetValueOrDefault("nonce"),
            prompt,
            parameters.GetValueOrDefault("login_hint"),
            parameters.GetValueOrDefault("domain_hint"),
            challenge,
            challenge is null ? null : method,
            int.TryParse(parameters.GetValueOrDefault("max_age"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null,
            parameters.GetValueOrDefault("client_info") == "1"
        );
    }

    private static AuthorizeRefusal Page(AadstsError error) => new(error, null);

    /// <summary>§2.1 and §2.3: which types are on, and which modes may carry them.</summary>
    private static AadstsError? CheckResponse(
        IReadOnlyDictionary<string, string> parameters,
        Application application,
        HashSet<string> types,
        ResponseMode? mode,
        bool wantsToken
    )
    {
        if (types.Count == 0)
            return Aadsts.MissingParameter("response_type");
        if (types.FirstOrDefault(type => type is not ("code" or "id_token" or "token")) is not null)
            return Aadsts.UnsupportedResponseTypeValue(string.Join(' ', types));
        if (types.Contains("id_token") && !application.Web.ImplicitGrantSettings.EnableIdTokenIssuance)
            return Aadsts.ResponseTypeNotEnabled("id_token");
        if (types.Contains("token") && !application.Web.ImplicitGrantSettings.EnableAccessTokenIssuance)
            return Aadsts.ResponseTypeNotEnabled("token");
        if (types.Contains("code") && types.Contains("token"))
            return Aadsts.UnsupportedResponseTypeValue(string.Join(' ', types)); // not among response_types_supported
        if (parameters.GetValueOrDefault("response_mode") is { } given && mode is null)
            return Aadsts.UnsupportedValue("response_mode", given);
        if (wantsToken && mode == ResponseMode.Query)
            return Aadsts.ResponseModeNotForType("query");
        return types.Contains("id_token") && string.IsNullOrEmpty(parameters.GetValueOrDefault("nonce"))
            ? Aadsts.MissingParameter("nonce")
            : null;
    }

    /// <summary>§2.1, §3.4: single-page applications must send a challenge; nobody else has to.</summary>
    private static AadstsError? CheckChallenge(HashSet<string> types, Platform platform, string? challenge, string method)
    {
        if (challenge is null)
            return platform == Platform.Spa && types.Contains("code") ? Aadsts.PkceRequired() : null;
        if (method is not ("S256" or "plain"))
            return Aadsts.UnsupportedValue("code_challenge_method", method);
        return challenge.Length is < 43 or > 128 ? Aadsts.ChallengeSize() : null;
    }

    private static HashSet<string> Words(string? value) =>
        [.. (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary><c>state</c> comes back unchanged, but HTML in it is stripped (§2.1).</summary>
    [GeneratedRegex("<[^>]*>")]
    private static partial Regex HtmlTag();
}
