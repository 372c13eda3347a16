using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Server.SignIn.Pages;

/// <summary>What an organization's sign-in pages load beside ours: a style sheet that is nothing but its colour, and its picture (SEC-017).</summary>
internal static class BrandingFiles
{
    // The address changes with the content.
    private const string Forever = "public, max-age=31536000, immutable";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/branding/accent/{colour:regex(^[0-9a-f]{{6}}$)}.css", [HttpMethods.Get, HttpMethods.Head], Accent);
        routes.MapMethods(
            "/branding/logo/{organization}/{name:regex(^[0-9a-f]{{64}}$)}.png",
            [HttpMethods.Get, HttpMethods.Head],
            LogoAsync
        );
    }

    /// <summary>Address of the style sheet with the organization's colour; null for ours.</summary>
    public static string? AccentOf(Organization organization) =>
        organization.Settings.Branding.Accent is { } accent ? $"/branding/accent/{accent[1..]}.css" : null;

    /// <summary>Address of the organization's picture; null for our mark.</summary>
    public static string? LogoOf(Organization organization) =>
        organization.Settings.Branding.Logo is { } name ? $"/branding/logo/{organization.Id}/{name}.png" : null;

    private static IResult Accent(string colour, HttpContext http)
    {
        if (!Rgb.TryParse("#" + colour, out var accent))
            return Results.NotFound();
        http.Response.Headers.CacheControl = Forever;
        return Results.Text(AccentTokens.StyleSheet(accent), "text/css; charset=utf-8");
    }

    private static async Task<IResult> LogoAsync(string organization, string name, HttpContext http, Logos logos, CancellationToken ct)
    {
        if (!OrganizationId.TryParse(organization, out var id) || await logos.FindAsync(id, name, ct) is not { } logo)
            return Results.NotFound();
        var headers = http.Response.Headers;
        headers.CacheControl = Forever;
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.ContentDisposition = "inline; filename=\"logo.png\"";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return Results.Bytes(logo.Content, "image/png");
    }
}
