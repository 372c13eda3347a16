using System.Globalization;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Resources;
using Anteroom.EntraEmulator.Tokens;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.DeviceCode;

/// <summary>Where a device begins, and the page on which a person types its code.</summary>
internal static class DeviceCodeEndpoint
{
    private const string PagePath = "/devicelogin";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/{tenant}/oauth2/v2.0/devicecode", isV1: false);
        Map(routes, "/{tenant}/oauth2/devicecode", isV1: true);
        routes.MapGet(PagePath, (HttpContext http, SignInPages pages) => pages.DeviceCodeAsync(http, "", null));
        routes.MapGet("/common/oauth2/deviceauth", (HttpContext http, SignInPages pages) => pages.DeviceCodeAsync(http, "", null));
        routes.MapPost(PagePath, EnterAsync);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, bool isV1)
    {
        routes.MapPost(
            path,
            (HttpContext http, string tenant, EntraDirectory directory, DeviceAuthorizations authorizations, CancellationToken ct) =>
                BeginAsync(http, tenant, isV1, directory, authorizations, ct)
        );
        routes.MapGet(path, (HttpContext http) => TokenReplies.Refuse(http, RequestErrors.NeedsPost("GET"), isV1));
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        string tenant,
        bool isV1,
        EntraDirectory directory,
        DeviceAuthorizations authorizations,
        CancellationToken ct
    )
    {
        var form = Requests.Read(await Requests.ReadFormAsync(http.Request, ct));
        if (!Check(directory, tenant, form, isV1).TryGet(out var accepted, out var refused))
            return TokenReplies.Refuse(http, refused, isV1);

        var (deviceCode, authorization) = authorizations.Begin(accepted.Application.AppId, accepted.Selector.Segment, accepted.Scope, isV1);
        var address = $"{Authority.Of(http).Url}{PagePath}";
        var (life, interval) = ((int)DeviceAuthorizations.Life.TotalSeconds, (int)DeviceAuthorizations.Interval.TotalSeconds);
        return TokenReplies.Send(
            http,
            new JsonObject
            {
                ["user_code"] = authorization.UserCode,
                ["device_code"] = deviceCode,
                // Version 1 is older than RFC 8628: another name, and numbers as strings.
                [isV1 ? "verification_url" : "verification_uri"] = address,
                ["expires_in"] = isV1 ? life.ToString(CultureInfo.InvariantCulture) : life,
                ["interval"] = isV1 ? interval.ToString(CultureInfo.InvariantCulture) : interval,
                ["message"] = Texts.Get("Device.Message", address, authorization.UserCode),
            },
            StatusCodes.Status200OK
        );
    }

    private static Result<Accepted, AadstsError> Check(EntraDirectory directory, string tenant, Dictionary<string, string> form, bool isV1)
    {
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return RequestErrors.TenantNotFound(tenant);
        if (form.GetValueOrDefault(Requests.Duplicate) is { } duplicate)
            return RequestErrors.DuplicateParameter(duplicate);
        if (form.GetValueOrDefault("client_id") is not { Length: > 0 } clientId)
            return RequestErrors.MissingParameter("client_id");
        if (!Clients.Find(directory, selector, clientId).TryGet(out var application, out var unknown))
            return unknown;
        if (selector.IsShared && !application.IsMultiTenant)
            return RequestErrors.NotMultiTenant(application.AppId, application.DisplayName, selector.Segment);
        var name = isV1 ? "resource" : "scope";
        if (form.GetValueOrDefault(name) is not { Length: > 0 } asked)
            return RequestErrors.MissingParameter(name);
        var parsed = isV1
            ? ScopeSet.OfResource(directory, selector, application, asked, form.GetValueOrDefault("scope") ?? "")
            : ScopeSet.Parse(directory, selector, application, asked);
        if (!parsed.TryGet(out var scopes, out var invalid))
            return invalid;
        return new Accepted(selector, application, isV1 ? string.Join(' ', [scopes.ResourceUri, .. scopes.OpenIdScopes]) : asked);
    }

    /// <summary>The code is right: from here on it is a sign-in like any other.</summary>
    private static async Task<IResult> EnterAsync(
        HttpContext http,
        DeviceAuthorizations authorizations,
        Browser browser,
        SignInFlow flow,
        SignInPages pages,
        AuthorizeReplies replies,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var form = await Requests.ReadFormAsync(http.Request, ct);
        if (!browser.IsFormToken(http, form["token"]))
            return await replies.PageAsync(http, RequestErrors.WrongUserContext(), null);
        var typed = (string?)form["otc"] ?? "";
        if (authorizations.FindByUserCode(typed) is not { } authorization)
            return await pages.DeviceCodeAsync(http, typed, GrantErrors.BadVerificationCode());

        var parameters = new Dictionary<string, string> { [DeviceRequests.Parameter] = authorization.Id };
        return await flow.AdvanceAsync(
            http,
            new FlowContext(authorization.Path, parameters, Browser.IdOf(http), clock.GetUtcNow() + FlowContext.Life)
            {
                Purpose = FlowPurpose.Device,
            }
        );
    }

    private sealed record Accepted(TenantSelector Selector, Application Application, string Scope);
}
