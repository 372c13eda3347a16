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

    /// <summary>Version 1 knows a prompt of its own (§2.1).</summary>
    private const string AdminConsentPrompt = "admin_consent";

    public Result<AuthorizeRequest, AuthorizeRefusal> Parse(string tenant, IReadOnlyDictionary<string, string> parameters, bool isV1)
    {
        // Class A: nothing is trusted yet, so every refusal stays on Entra's page (§2.5).
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Page(RequestErrors.TenantNotFound(tenant));
        if (parameters.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return Page(RequestErrors.DuplicateParameter(duplicate));
        if (parameters.GetValueOrDefault("client_id") is not { Length: > 0 } clientId)
            return Page(RequestErrors.MissingParameter("client_id"));
        if (!Clients.Find(directory, selector, clientId).TryGet(out var application, out var unknown))
            return Page(unknown);
        if (selector.IsShared && !application.IsMultiTenant)
            return Page(RequestErrors.NotMultiTenant(application.AppId, application.DisplayName, selector.Segment));
        if (isV1 && selector.IsConsumers)
            return Page(RequestErrors.PersonalTenantNeedsVersion2());
        if (!application.RedirectUris.Any())
            return Page(RequestErrors.NoRedirectUriRegistered());
        if (parameters.GetValueOrDefault("redirect_uri") is not { Length: > 0 } redirectUri)
            return Page(RequestErrors.NoRedirectUri());
        if (application.PlatformOf(redirectUri) is not { } platform)
            return Page(RequestErrors.RedirectUriMismatch(redirectUri, application.AppId));

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
            StateOf(parameters)
        );
        var read = Read(new Raw(selector, application, platform, target, types, mode, parameters, isV1));
        return read.TryGet(out var request, out var refused) ? request : new AuthorizeRefusal(refused, target);
    }

    /// <summary><c>state</c> comes back unchanged, but HTML in it is stripped (§2.1).</summary>
    public static string? StateOf(IReadOnlyDictionary<string, string> parameters) =>
        parameters.GetValueOrDefault("state") is { } state ? HtmlTag().Replace(state, "") : null;

    private Result<AuthorizeRequest, AadstsError> Read(Raw raw)
    {
        if (CheckResponse(raw) is { } refused)
            return refused;
        if (!ReadScopes(raw).TryGet(out var scopes, out var badScope))
            return badScope;
        if (raw.Types.Contains("id_token") && !scopes.OpenId && !raw.IsV1)
            return RequestErrors.UnsupportedResponseTypeValue("id_token");
        if (raw.Types.Contains("token") && scopes is { ResourceScopes.Count: 0 } && !scopes.OpenId)
            return RequestErrors.NoResource(raw["scope"] ?? "");
        var prompt = Words(raw["prompt"]);
        if (CheckPrompt(prompt, raw.IsV1) is { } badPrompt)
            return badPrompt;
        var method = raw["code_challenge_method"] ?? "plain";
        if (CheckChallenge(raw, method) is { } badChallenge)
            return badChallenge;
        var claims = ClaimsRequest.Read(raw["claims"]);
        if (raw["claims"] is not null && claims is null)
            return RequestErrors.Malformed();

        return new AuthorizeRequest(raw.Selector, raw.Application, raw.Platform, raw.Target, raw.Types, scopes, raw["scope"] ?? "", prompt)
        {
            IsV1 = raw.IsV1,
            Nonce = raw["nonce"],
            LoginHint = raw["login_hint"],
            DomainHint = raw["domain_hint"],
            CodeChallenge = raw["code_challenge"],
            CodeChallengeMethod = raw["code_challenge"] is null ? null : method,
            MaxAge = int.TryParse(raw["max_age"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null,
            ClientInfo = raw["client_info"] == "1",
            Claims = claims,
        };
    }

    /// <summary>Version 2 asks by scopes, version 1 by one <c>resource</c>, whose registered permissions are meant.</summary>
    private Result<ScopeSet, AadstsError> ReadScopes(Raw raw)
    {
        if (raw.IsV1)
            return ScopeSet.OfResource(directory, raw.Selector, raw.Application, raw["resource"] ?? "", raw["scope"] ?? "");
        if (raw["resource"] is not null)
            return RequestErrors.ResourceParameter();
        return raw["scope"] is { } scope
            ? ScopeSet.Parse(directory, raw.Selector, raw.Application, scope)
            : RequestErrors.MissingParameter("scope");
    }

    private static AuthorizeRefusal Page(AadstsError error) => new(error, null);

    /// <summary>§2.1 and §2.3: which types are on, and which modes may carry them.</summary>
    private static AadstsError? CheckResponse(Raw raw)
    {
        var (types, boxes) = (raw.Types, raw.Application.Web.ImplicitGrantSettings);
        if (types.Count == 0)
            return RequestErrors.MissingParameter("response_type");
        if (types.Any(type => type is not ("code" or "id_token" or "token")))
            return RequestErrors.UnsupportedResponseTypeValue(string.Join(' ', types));
        if (types.Contains("id_token") && !boxes.EnableIdTokenIssuance)
            return RequestErrors.ResponseTypeNotEnabled("id_token");
        if (types.Contains("token") && !boxes.EnableAccessTokenIssuance)
            return RequestErrors.ResponseTypeNotEnabled("token");
        if (types.Contains("code") && types.Contains("token"))
            return RequestErrors.UnsupportedResponseTypeValue(string.Join(' ', types)); // not among response_types_supported
        if (raw["response_mode"] is { } given && raw.Mode is null)
            return RequestErrors.UnsupportedValue("response_mode", given);
        if (raw.Mode == ResponseMode.Query && (types.Contains("id_token") || types.Contains("token")))
            return RequestErrors.ResponseModeNotForType("query");
        return types.Contains("id_token") && raw["nonce"] is null ? RequestErrors.MissingParameter("nonce") : null;
    }

    private static AadstsError? CheckPrompt(HashSet<string> prompt, bool isV1)
    {
        var unknown = prompt.FirstOrDefault(value => !Prompts.Contains(value) && !(isV1 && value == AdminConsentPrompt));
        if (unknown is not null)
            return RequestErrors.UnsupportedValue("prompt", unknown);
        return prompt.Contains("none") && prompt.Count > 1 ? RequestErrors.UnsupportedValue("prompt", string.Join(' ', prompt)) : null;
    }

    /// <summary>§2.1, §3.4: single-page applications must send a challenge; nobody else has to.</summary>
    private static AadstsError? CheckChallenge(Raw raw, string method)
    {
        if (raw["code_challenge"] is not { } challenge)
        {
            if (raw["code_challenge_method"] is not null)
                return GrantErrors.ChallengeMissing();
            return raw.Platform == Platform.Spa && raw.Types.Contains("code") ? GrantErrors.PkceRequired() : null;
        }
        if (method is not ("S256" or "plain"))
            return RequestErrors.UnsupportedValue("code_challenge_method", method);
        return challenge.Length is < 43 or > 128 ? GrantErrors.ChallengeSize() : null;
    }

    private static HashSet<string> Words(string? value) =>
        [.. (value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex HtmlTag();

    /// <summary>A request whose redirect URI is trusted and whose rest is not checked yet.</summary>
    private sealed record Raw(
        TenantSelector Selector,
        Application Application,
        Platform Platform,
        ReplyTarget Target,
        HashSet<string> Types,
        ResponseMode? Mode,
        IReadOnlyDictionary<string, string> Parameters,
        bool IsV1
    )
    {
        public string? this[string name] => Parameters.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
    }
}
