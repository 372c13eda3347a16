using Anteroom.Server.Federation.Applications;

namespace Anteroom.Server.Federation.Oidc;

/// <summary>Which scripts of other origins may read our answers (SEC-011): those of registered browser applications, by exact origin, never with credentials.</summary>
internal static class Cors
{
    /// <summary>For documents that name no client: any origin that some application registered.</summary>
    public static async Task AllowRegisteredAsync(HttpContext http, ApplicationStore applications, CancellationToken ct)
    {
        if (OriginOf(http) is { } origin && await applications.IsRegisteredOriginAsync(origin, ct))
            http.Response.Headers.AccessControlAllowOrigin = origin;
    }

    /// <summary>For answers to a client: its own origins only.</summary>
    public static void Allow(HttpContext http, Application application)
    {
        if (OriginOf(http) is { } origin && application.AllowsOrigin(origin))
        {
            http.Response.Headers.AccessControlAllowOrigin = origin;
            http.Response.Headers.AccessControlExposeHeaders = "WWW-Authenticate";
        }
    }

    /// <summary>The answer to a preflight, which names neither client nor token (Fetch §3.2.2).</summary>
    public static RequestDelegate Preflight(string methods, string headers) =>
        async http =>
        {
            await AllowRegisteredAsync(http, http.RequestServices.GetRequiredService<ApplicationStore>(), http.RequestAborted);
            if (http.Response.Headers.AccessControlAllowOrigin.Count > 0)
            {
                http.Response.Headers.AccessControlAllowMethods = methods;
                http.Response.Headers.AccessControlAllowHeaders = headers;
                http.Response.Headers.AccessControlMaxAge = "600";
            }
            http.Response.StatusCode = StatusCodes.Status204NoContent;
        };

    private static string? OriginOf(HttpContext http)
    {
        http.Response.Headers.Append("Vary", "Origin");
        return http.Request.Headers.Origin is [{ Length: > 0 and <= 320 } origin] ? origin : null;
    }
}
