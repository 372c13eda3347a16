using System.Globalization;
using Anteroom.Protocols.OAuth;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc.Token;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Authorize;

/// <summary>Checks an authentication request in the order of RFC 6749 §4.1.1 and OIDC Core §3.1.2.2. Pure.</summary>
/// <remarks>
/// First who asks and where the answer may go: until both are known nothing is redirected (SEC-091). Every later error is the client's, with <c>state</c> and
/// <c>iss</c>. <c>claims</c>, <c>display</c> and <c>claims_locales</c> are bounded by <see cref="OAuthParameters"/> and otherwise left alone, as OIDC Core
/// §5.5 and §3.1.2.1 allow.
/// </remarks>
public static class AuthorizationRequestParser
{
    private const int MaxOrganizationLength = 63;

    /// <summary>It travels in the transaction's cookie; more than a few languages help nobody.</summary>
    private const int MaxUiLocalesLength = 100;

    /// <summary>Bounds max_age to what a <see cref="TimeSpan"/> and common sense hold; more means "any age".</summary>
    private const long MaxMaxAgeSeconds = 10L * 365 * 24 * 3600;

    /// <param name="pushed">Whether the client itself brought it, so that no browser could have changed it (RFC 9126).</param>
    public static Result<AuthorizationRequest, AuthorizationRefusal> Parse(
        OAuthParameters parameters,
        Application? application,
        bool pushed = false
    )
    {
        if (application is null)
            return AuthorizationRefusal.OnPage(ReasonCodes.ClientUnknown);
        var requested = parameters["redirect_uri"];
        if (requested is null || application.FindRedirectUri(requested) is not { } registered)
            return AuthorizationRefusal.OnPage(ReasonCodes.RedirectUriUnregistered);

        var modeKnown = ResponseMode.TryParse(parameters["response_mode"] ?? ResponseMode.Query.Name, out var mode);
        var target = new ResponseTarget(requested, registered.Value, mode ?? ResponseMode.Query, parameters["state"]);

        if (application.DisabledAt is not null)
            return Refuse(OAuthError.UnauthorizedClient("The application is switched off."));
        if (!modeKnown)
            return Refuse(OAuthError.InvalidRequest("The response_mode is query, fragment or form_post."));
        if (parameters["request"] is not null)
            return Refuse(OAuthError.RequestNotSupported("Request objects are not supported."));
        if (parameters["request_uri"] is not null)
            return Refuse(OAuthError.RequestUriNotSupported("A request_uri is one that our endpoint for pushed requests gave."));
        if (parameters["registration"] is not null)
            return Refuse(OAuthError.RegistrationNotSupported("Registration within a request is not supported."));

        if (application.Settings.RequirePushedAuthorizationRequests && !pushed)
            return Refuse(OAuthError.InvalidRequest("The application must push its authorization requests (RFC 9126)."));

        if (!parameters.Require("response_type").TryGet(out var responseType, out var missing))
            return Refuse(missing);
        if (responseType != "code")
            return Refuse(OAuthError.UnsupportedResponseType("The response_type is code."));
        if (!application.Settings.Allows(GrantType.AuthorizationCode))
            return Refuse(OAuthError.UnauthorizedClient("The application may not use authorization codes."));

        if (!ScopesOf(parameters["scope"], application).TryGet(out var scope, out var badScope))
            return Refuse(badScope);
        if (
            !CodeChallenge
                .Parse(parameters["code_challenge"], parameters["code_challenge_method"])
                .TryGet(out var challenge, out var badChallenge)
        )
            return Refuse(badChallenge);
        if (!ResourceIndicators.Read(parameters, application).TryGet(out var resources, out var badTarget))
            return Refuse(badTarget);

        if (ParsePrompt(parameters["prompt"]) is not { } interaction)
            return Refuse(OAuthError.InvalidRequest("The prompt is none alone, or of login, select_account and consent."));
        if (!TryParseMaxAge(parameters["max_age"], out var maxAge))
            return Refuse(OAuthError.InvalidRequest("The max_age is a number of seconds."));
        if (parameters["organization"] is { Length: > MaxOrganizationLength })
            return Refuse(OAuthError.InvalidRequest("The organization is a short name or a company code."));
        if (parameters["id_token_hint"] is { Length: > OAuthParameters.MaxValueBytes })
            return Refuse(OAuthError.InvalidRequest("The id_token_hint is too long; send login_hint in its place."));

        // OIDC Core §3.1.2.1: max_age=0 asks for the same as prompt=login.
        if (maxAge == TimeSpan.Zero && interaction != Interaction.None)
            interaction = Interaction.Reauthenticate;
        return new AuthorizationRequest(
            application,
            target,
            challenge,
            scope,
            parameters["nonce"],
            resources,
            interaction,
            maxAge,
            parameters["login_hint"],
            parameters["acr_values"],
            parameters["organization"],
            parameters["id_token_hint"]
        )
        {
            UiLocales = parameters["ui_locales"] is { Length: <= MaxUiLocalesLength } locales ? locales : null,
        };

        AuthorizationRefusal Refuse(OAuthError error) => AuthorizationRefusal.ToClient(target, error);
    }

    /// <summary>What an application asks for on behalf of a person, where it may.</summary>
    internal static Result<ScopeSet, OAuthError> ScopesOf(string? text, Application application)
    {
        if (!ScopeSet.Parse(text).TryGet(out var asked, out var malformed))
            return malformed;
        if (!asked.Contains(OidcScopes.OpenId))
            return OAuthError.InvalidScope("The scope must contain openid.");
        if (asked.Items.Any(scope => !OidcScopes.Supported.Contains(scope) && !application.Settings.Scopes.Contains(scope)))
            return OAuthError.InvalidScope("The scope has a value that is not supported.");

        // OIDC Core §11: a request for offline access is ignored where it cannot be had.
        if (asked.Contains(OidcScopes.OfflineAccess) && !application.Settings.Allows(GrantType.RefreshToken))
            return ScopeSet.Parse(string.Join(' ', asked.Items.Where(scope => scope != OidcScopes.OfflineAccess)));
        return asked;
    }

    /// <summary>The values together in neutral words; null where they contradict one another or are unknown (<c>create</c>).</summary>
    /// <remarks><c>consent</c> asks nothing more: applications are first-party and there is nothing to consent to (design.md §2).</remarks>
    private static Interaction? ParsePrompt(string? prompt)
    {
        if (prompt is null)
            return Interaction.AsNeeded;
        var values = prompt.Split(' ');
        if (values.Any(value => value is not ("none" or "login" or "select_account" or "consent")))
            return null;
        if (values.Contains("none"))
            return values.Length == 1 ? Interaction.None : null;
        if (values.Contains("login"))
            return Interaction.Reauthenticate;
        return values.Contains("select_account") ? Interaction.SelectAccount : Interaction.AsNeeded;
    }

    private static bool TryParseMaxAge(string? text, out TimeSpan? maxAge)
    {
        maxAge = null;
        if (text is null)
            return true;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        maxAge = TimeSpan.FromSeconds(Math.Min(seconds, MaxMaxAgeSeconds));
        return true;
    }
}
