using System.Text.Json;
using Anteroom.Samples.WebApplication.OpenIdConnect;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Anteroom.Samples.WebApplication;

/// <summary>The provider tells, server to server, that a session ended (OpenID Connect Back-Channel Logout §2.5 to §2.8).</summary>
internal static class BackChannelLogout
{
    public const string Path = "/backchannel-logout";

    /// <summary>200 when the session is over here, 400 for what is no logout token, and 503 when the keys cannot be had now, so that the provider tries again.</summary>
    public static async Task<IResult> ReceiveAsync(HttpContext http, TokenValidation tokens, EndedSessions ended, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType || (await http.Request.ReadFormAsync(ct))["logout_token"] is not [{ Length: > 0 } token])
            return Results.BadRequest();
        try
        {
            var claims = await tokens.ValidateLogoutTokenAsync(token, ct);
            return ended.TryEnd(Text(claims, "jti")!, Text(claims, "sid"), Text(claims, "sub")) ? Results.Ok() : Results.BadRequest();
        }
        catch (SignInException problem)
        {
            return Results.StatusCode(
                problem.Code == "invalid_token" ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    /// <summary>Asked for each request that brings a cookie.</summary>
    public static async Task CheckAsync(CookieValidatePrincipalContext context)
    {
        var ended = context.HttpContext.RequestServices.GetRequiredService<EndedSessions>();
        if (context.Principal is not { } person || !ended.Contains(person))
            return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
