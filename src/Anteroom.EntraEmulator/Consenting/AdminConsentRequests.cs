using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Consenting;

/// <summary>Reads a request to the admin-consent endpoint (entra-oidc.md §6.2). Whatever is wrong before the address is trusted stays on the page.</summary>
internal sealed class AdminConsentRequests(EntraDirectory directory)
{
    public Result<AuthorizeRequest, AuthorizeRefusal> Read(string tenant, IReadOnlyDictionary<string, string> parameters, bool isV1)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Page(RequestErrors.TenantNotFound(tenant));
        // Version 1 allows common, and personal accounts consent for nobody but themselves.
        if (selector.IsConsumers || (selector.Segment == "common" && !isV1))
            return Page(RequestErrors.AdminConsentOverShared());
        if (parameters.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return Page(RequestErrors.DuplicateParameter(duplicate));
        if (parameters.GetValueOrDefault("client_id") is not { Length: > 0 } clientId)
            return Page(RequestErrors.MissingParameter("client_id"));
        if (!Clients.Find(directory, selector, clientId).TryGet(out var application, out var unknown))
            return Page(unknown);
        if (selector.IsShared && !application.IsMultiTenant)
            return Page(RequestErrors.NotMultiTenant(application.AppId, application.DisplayName, selector.Segment));
        if (parameters.GetValueOrDefault("redirect_uri") is not { Length: > 0 } redirectUri)
            return Page(application.RedirectUris.Any() ? RequestErrors.NoRedirectUri() : RequestErrors.NoRedirectUriRegistered());
        if (application.PlatformOf(redirectUri) is not { } platform)
            return Page(RequestErrors.RedirectUriMismatch(redirectUri, application.AppId));

        var target = new ReplyTarget(redirectUri, ResponseMode.AdminConsent, AuthorizeRequestParser.StateOf(parameters));
        var scope = isV1 ? $"{MicrosoftGraph.Uri}/{ScopeSet.Default}" : parameters.GetValueOrDefault("scope");
        if (string.IsNullOrEmpty(scope))
            return Page(RequestErrors.MissingParameter("scope"));
        if (!ScopeSet.Parse(directory, selector, application, scope).TryGet(out var scopes, out var invalid))
            return new AuthorizeRefusal(invalid, target);
        return new AuthorizeRequest(selector, application, platform, target, new HashSet<string>(), scopes, scope, new HashSet<string>())
        {
            IsV1 = isV1,
            LoginHint = parameters.GetValueOrDefault("login_hint"),
        };
    }

    private static AuthorizeRefusal Page(AadstsError error) => new(error, null);
}
