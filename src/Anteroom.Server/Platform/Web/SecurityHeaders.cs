using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Anteroom.Server.Platform.Web;

/// <summary>Which place the headers speak for.</summary>
/// <param name="PublicBaseUrl">The configured address; https and not loopback means that browsers are told to insist on https (SEC-006).</param>
/// <param name="IncludeSubdomains">Whether that covers the subdomains too: the operator's decision, off by default.</param>
public sealed record SecurityHeaderSettings(Uri PublicBaseUrl, bool IncludeSubdomains = false);

/// <summary>The headers of every response, also of errors (SEC-004 to SEC-007): set last, and only where the endpoint has not decided itself.</summary>
public static class SecurityHeaders
{
    private const string DocumentlessPolicy = "default-src 'none'; frame-ancestors 'none'";
    private const string Permissions =
        "publickey-credentials-get=(self), publickey-credentials-create=(self), camera=(), microphone=(), geolocation=()";

    private static readonly string StrictPolicy = new PagePolicy().ContentSecurityPolicy();

    // An application that opens sign-in in a popup must still see its window, so these paths keep the opener (SEC-006).
    private static readonly PathString[] SharedWithOpener = ["/connect", "/sign-in", "/sso", "/saml", "/wsfed", "/api/single-sign-on"];

    public static IServiceCollection AddSecurityHeaders(this IServiceCollection services) =>
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);

    /// <summary>To be the first middleware, so that what an error handler writes has the headers as well.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app, SecurityHeaderSettings settings)
    {
        var transport = StrictTransportSecurity(settings);
        return app.Use(
            (http, next) =>
            {
                http.Response.OnStarting(
                    static state =>
                    {
                        var (context, strictTransport) = ((HttpContext, string?))state;
                        Apply(context, strictTransport);
                        return Task.CompletedTask;
                    },
                    (http, transport)
                );
                return next(http);
            }
        );
    }

    internal static void Apply(HttpContext http, string? strictTransport)
    {
        var headers = http.Response.Headers;
        var policy = http.Features.Get<PagePolicy>();

        if (IsHtml(http.Response))
            headers.ContentSecurityPolicy = policy?.ContentSecurityPolicy() ?? StrictPolicy;
        else
            headers.TryAdd("Content-Security-Policy", policy?.ContentSecurityPolicy() ?? DocumentlessPolicy);

        headers.XContentTypeOptions = "nosniff";
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers["Permissions-Policy"] = Permissions;
        headers["Referrer-Policy"] = policy is { HidesReferrer: true } ? "no-referrer" : "same-origin";
        headers["Cross-Origin-Opener-Policy"] = IsSharedWithOpener(http.Request.Path) ? "unsafe-none" : "same-origin";
        headers.TryAdd("Cache-Control", "no-store");
        if (strictTransport is not null)
            headers.StrictTransportSecurity = strictTransport;
        headers.Remove("Server");
        headers.Remove("X-Powered-By");
    }

    internal static string? StrictTransportSecurity(SecurityHeaderSettings settings)
    {
        if (settings.PublicBaseUrl.Scheme != Uri.UriSchemeHttps || IsLoopback(settings.PublicBaseUrl))
            return null;
        return settings.IncludeSubdomains ? "max-age=31536000; includeSubDomains" : "max-age=31536000";
    }

    /// <summary>Also the names below <c>localhost</c>, which browsers resolve to the machine itself (RFC 6761 §6.3).</summary>
    private static bool IsLoopback(Uri address) =>
        address.Host is "localhost"
        || address.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static bool IsHtml(HttpResponse response) =>
        response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsSharedWithOpener(PathString path)
    {
        foreach (var shared in SharedWithOpener)
            if (path.StartsWithSegments(shared))
                return true;
        return false;
    }
}
