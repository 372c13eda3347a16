using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Discovery;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>The token endpoint (entra-oidc.md §3): HTTP in, HTTP out; the rules are in <see cref="RedeemGrant"/>.</summary>
internal static class TokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/{tenant}/oauth2/v2.0/token", HandleAsync);
        routes.MapGet("/{tenant}/oauth2/v2.0/token", (HttpContext http) => Refuse(http, Aadsts.TokenEndpointNeedsPost()));
        routes.MapMethods("/{tenant}/oauth2/v2.0/token", ["OPTIONS"], Preflight);
    }

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        string tenant,
        EntraDirectory directory,
        RedeemGrant redeem,
        CancellationToken ct
    )
    {
        var form = Requests.Read(await Requests.ReadFormAsync(http.Request, ct));
        if (TenantSelector.Find(directory, tenant) is not { } selector)
            return Refuse(http, Aadsts.TenantNotFound(tenant));
        return redeem.Handle(http, selector, form).TryGet(out var answer, out var error) ? Send(http, answer, 200) : Refuse(http, error);
    }

    private static IResult Refuse(HttpContext http, AadstsError error)
    {
        http.RequestServices.GetRequiredService<ILogger<RedeemGrant>>().Refused(error.Code, error.Error, http.Request.Path);
        return Send(http, ErrorReplies.TokenBody(error, http), error.Status);
    }

    private static IResult Send(HttpContext http, JsonObject body, int status)
    {
        // Recorded headers (§3.2).
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store, no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        headers["x-ms-clitelem"] = "1,0,0,,";
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8, status);
    }

    private static IResult Preflight(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "POST, OPTIONS";
        headers.AccessControlAllowHeaders = "client-request-id, x-client-sku, x-client-ver, content-type";
        return Results.Ok();
    }
}
