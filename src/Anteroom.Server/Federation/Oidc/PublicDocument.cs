namespace Anteroom.Server.Federation.Oidc;

/// <summary>A document that anybody may read and keep for five minutes (SEC-006, SEC-007).</summary>
internal static class PublicDocument
{
    private const string CacheControl = "public, max-age=300";

    public static async Task WriteAsync(HttpContext http, string contentType, byte[] document, CancellationToken ct)
    {
        var response = http.Response;
        response.ContentType = contentType;
        response.ContentLength = document.Length;
        response.Headers.CacheControl = CacheControl;
        response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (!HttpMethods.IsHead(http.Request.Method))
            await response.Body.WriteAsync(document, ct);
    }
}
