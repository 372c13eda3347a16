namespace Anteroom.Server.Platform.Web;

/// <summary>Refuses requests whose end two readers could see in two places (SEC-019, RFC 9112 §6.1).</summary>
/// <remarks>
/// Kestrel refuses malformed chunks and contradicting lengths by itself. Where a request has Transfer-Encoding and Content-Length it believes
/// the former and puts the latter aside under another name: that name tells us, and a client that sends it itself is refused as well.
/// </remarks>
internal static class Framing
{
    private const string LengthPutAside = "X-Content-Length";

    public static IApplicationBuilder UseFramingGuard(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                if (http.Request.Headers.TransferEncoding.Count == 0 || !http.Request.Headers.ContainsKey(LengthPutAside))
                    return next(http);
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                http.Response.Headers.Connection = "close";
                return Task.CompletedTask;
            }
        );
}
