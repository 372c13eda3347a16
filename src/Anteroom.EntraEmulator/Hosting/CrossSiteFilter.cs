namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Control API and portal answer no page of another site: an <c>Origin</c> must be this listener's own.</summary>
/// <remarks>The control API has no authentication: it listens on loopback and belongs to a test tool. A browser must not lend it to others.</remarks>
internal static class CrossSiteFilter
{
    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var origin = http.Request.Headers.Origin.ToString();
        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        var isForeign =
            (origin.Length > 0 && origin != Authority.Of(http).Url)
            || (site is not ("" or "same-origin" or "none") && !HttpMethods.IsGet(http.Request.Method));
        return isForeign ? Results.StatusCode(StatusCodes.Status403Forbidden) : await next(context);
    }
}
