using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;

namespace Anteroom.EntraEmulator.Discovery;

/// <summary>How documents for everybody are sent: with the recorded headers (entra-oidc.md §1.3).</summary>
internal static class DiscoveryReplies
{
    public static IResult Json(HttpContext http, JsonObject body) => Send(http, body, "max-age=86400, private", StatusCodes.Status200OK);

    public static IResult Refuse(HttpContext http, AadstsError error) =>
        Send(http, ErrorReplies.DiscoveryBody(error, http), "no-store, no-cache", StatusCodes.Status400BadRequest);

    private static IResult Send(HttpContext http, JsonObject body, string cache, int status)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = cache;
        headers.AccessControlAllowOrigin = "*";
        headers.AccessControlAllowMethods = "GET, OPTIONS";
        return Results.Text(body.ToJsonString(), "application/json", System.Text.Encoding.UTF8, status);
    }
}
