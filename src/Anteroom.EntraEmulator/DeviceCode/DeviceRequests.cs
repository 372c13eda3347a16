using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.DeviceCode;

/// <summary>The request behind a typed code, as the sign-in pages see it.</summary>
internal sealed class DeviceRequests(EntraDirectory directory, DeviceAuthorizations authorizations)
{
    /// <summary>Names the authorization in a <see cref="FlowContext"/>.</summary>
    public const string Parameter = "device";

    public Result<AuthorizeRequest, AuthorizeRefusal> Read(IReadOnlyDictionary<string, string> parameters)
    {
        if (authorizations.FindPending(parameters.GetValueOrDefault(Parameter) ?? "") is not { } authorization)
            return new AuthorizeRefusal(GrantErrors.DeviceExpired(), null);
        if (TenantSelector.Find(directory, authorization.Path) is not { } selector)
            return new AuthorizeRefusal(RequestErrors.TenantNotFound(authorization.Path), null);
        if (directory.FindApplication(authorization.AppId) is not { } application)
            return new AuthorizeRefusal(RequestErrors.ApplicationNotFound(authorization.AppId.ToString(), selector.Name), null);
        var parsed = authorization.IsV1
            ? ScopeSet.OfResource(directory, selector, application, "", authorization.Scope)
            : ScopeSet.Parse(directory, selector, application, authorization.Scope);
        if (!parsed.TryGet(out var scopes, out var invalid))
            return new AuthorizeRefusal(invalid, null);
        return new AuthorizeRequest(
            selector,
            application,
            Platform.PublicClient,
            new ReplyTarget("", ResponseMode.Device, null),
            new HashSet<string>(),
            scopes,
            authorization.IsV1 ? string.Join(' ', scopes.OpenIdScopes) : authorization.Scope,
            new HashSet<string>()
        )
        {
            IsV1 = authorization.IsV1,
        };
    }
}
