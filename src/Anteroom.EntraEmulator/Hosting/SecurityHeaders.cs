namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Headers of every answer, and the content security policy of pages.</summary>
internal static class SecurityHeaders
{
    private const string Core =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

    public static void Use(IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                var ids = Errors.RequestIds.Of(http);
                var headers = http.Response.Headers;
                headers["X-Content-Type-Options"] = "nosniff";
                headers["Referrer-Policy"] = "same-origin"; // with none at all, browsers send forms with "Origin: null"
                headers["x-ms-request-id"] = ids.TraceId.ToString();
                headers["x-ms-ests-server"] = "2.1.0 - emulator";
                if (http.Request.IsHttps)
                    headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
                return next(http);
            }
        );

    /// <summary>A page whose forms stay here (portal).</summary>
    public static void ForPage(HttpContext http) => Page(http, $"{Core}; form-action 'self'");

    /// <summary>A page of a sign-in.</summary>
    /// <remarks>
    /// No <c>form-action</c>: Chromium applies it to every redirect after a form, and a sign-in ends at the application's address and
    /// wherever that one redirects to, which the emulator cannot know.
    /// </remarks>
    public static void ForSignIn(HttpContext http) => Page(http, Core);

    /// <summary>The signed-out page, which loads the applications' front-channel logout addresses in frames.</summary>
    public static void ForSignOut(HttpContext http, IEnumerable<string> frames) =>
        Page(http, $"{Core}; form-action 'self'; frame-src {string.Join(' ', frames.DefaultIfEmpty("'none'"))}");

    private static void Page(HttpContext http, string policy)
    {
        http.Response.Headers.ContentSecurityPolicy = policy;
        http.Response.Headers.CacheControl = "no-store";
    }
}
