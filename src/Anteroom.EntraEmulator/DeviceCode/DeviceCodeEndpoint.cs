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
        routes.MapPost("/{tenant}/oauth2/v2.0/devicecode", BeginAsync);
        routes.MapGet("/{tenant}/oauth2/v2.0/devicecode", (HttpContext http) => TokenReplies.Refuse(http, RequestErrors.NeedsPost("GET")));
        routes.MapGet(PagePath, (HttpContext http, SignInPages pages) => pages.DeviceCodeAsync(http, "", null));
        routes.MapGet("/common/oauth2/deviceauth", (HttpContext http, SignInPages pages) => pages.DeviceCodeAsync(http, "", null));
        routes.MapPost(PagePath, EnterAsync);
    }

    private static async Task<IResult> BeginAsync(
        HttpContext http,
        string tenant,
        EntraDirectory directory,
        DeviceAuthorizations authorizations,
        CancellationToken ct
    )
    {
        var form = Requests.Read(await Requests.ReadFormAsync(http.Request, ct));
        if (!Check(directory, tenant, form).TryGet(out var accepted, out var refused))
            return TokenReplies.Refuse(http, refused);

        var (deviceCode, authorization) = authorizations.Begin(accepted.Application.AppId, accepted.Selector.Segment, form["scope"]);
        var address = $"{Authority.Of(http).Url}{PagePath}";
        return TokenReplies.Send(
            http,
            new JsonObject
            {
                ["user_code"] = authorization.UserCode,
                ["device_code"] = deviceCode,
                ["verification_uri"] = address,
                ["expires_in"] = (int)DeviceAuthorizations.Life.TotalSeconds,
                ["interval"] = (int)DeviceAuthorizations.Interval.TotalSeconds,
                ["message"] = Texts.Get("Device.Message", address, authorization.UserCode),
            },
            StatusCodes.Status200OK
        );
    }

    private static Result<Accepted, AadstsError> Check(EntraDirectory directory, string tenant, Dictionary<string, string> form)
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
        if (form.GetValueOrDefault("scope") is not { Length: > 0 } scope)
            return RequestErrors.MissingParameter("scope");
        return ScopeSet.Parse(directory, selector, application, scope).TryGet(out _, out var invalid)
            ? new Accepted(selector, application)
            : invalid;
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

    private sealed record Accepted(TenantSelector Selector, Application Application);
}
