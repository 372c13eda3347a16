using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Hosting;

namespace Anteroom.EntraEmulator.Tokens;

/// <summary>How endpoints that speak JSON to clients answer (entra-oidc.md §3.2, §3.3).</summary>
internal static class TokenReplies
{
    private const int FirstFactorCode = 50072;
    private const int LastFactorCode = 50079;

    public static IResult Refuse(HttpContext http, AadstsError error, bool isV1 = false)
    {
        var told = isV1 && error.Code is >= FirstFactorCode and <= LastFactorCode ? error with { Error = "interaction_required" } : error;
        var (body, sent) = ErrorReplies.TokenBody(told, http);
        http.RequestServices.GetRequiredService<ILogger<ITokenGrant>>().Refused(sent.Code, sent.Error, http.Request.Path);
        return Send(http, body, sent.Status);
    }

    public static IResult Send(HttpContext http, JsonObject body, int status)
    {
        // Recorded headers (§3.2).
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store, no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        headers["x-ms-clitelem"] = "1,0,0,,";
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8, status);
    }
}
