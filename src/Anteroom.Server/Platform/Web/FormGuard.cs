using Microsoft.AspNetCore.Antiforgery;

namespace Anteroom.Server.Platform.Web;

/// <summary>Knows our own forms again: antiforgery token and, where the browser says it, same-origin (SEC-009, SEC-010).</summary>
public sealed class FormGuard(IAntiforgery antiforgery, AnteroomOptions options)
{
    /// <summary>Our name of the antiforgery cookie; every browser that was shown a form of ours has one, and keeps it.</summary>
    public const string CookieName = "forms";

    public const string FieldName = "__RequestVerificationToken";

    /// <summary>The token for a form on the page being written; sets its cookie where this browser has none.</summary>
    public string TokenFor(HttpContext http) => antiforgery.GetAndStoreTokens(http).RequestToken!;

    public async Task<bool> IsOurFormAsync(HttpContext http) => IsSameOrigin(http) && await antiforgery.IsRequestValidAsync(http);

    private bool IsSameOrigin(HttpContext http)
    {
        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
            return site is "same-origin" or "none";
        var origin = http.Request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, OwnOrigin(http), StringComparison.Ordinal);
    }

    // Each host has forms and cookies of its own; a form of one is nothing to another.
    private string? OwnOrigin(HttpContext http) => OrganizationHost.Of(http) is { } host ? options.OriginOf(host.Slug) : options.Issuer;
}
