using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Platform.Web;

/// <summary>Packs long pages for the wire, unless another site may have had a hand in the request.</summary>
/// <remarks>
/// The length of a packed page tells something of its secrets to whoever chooses a part of it and sees the length (BREACH). So a page is packed
/// only where the browser itself says that the request came from our own pages or from the person (Fetch Metadata §2), and never as the
/// answer to a form, which may show a secret once. Antiforgery tokens are new in each answer.
/// </remarks>
internal static class PagePacking
{
    /// <summary>What travels in a few packets anyway stays as it is.</summary>
    public const int Shortest = 8 * 1024;

    private const string Brotli = "br";
    private const int Quality = 4;

    /// <returns>The body to send; its headers say how it is packed.</returns>
    public static ReadOnlyMemory<byte> Pack(HttpContext http, ReadOnlyMemory<byte> page)
    {
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (page.Length < Shortest || !IsOurs(http.Request) || !Takes(http.Request))
            return page;
        var packed = new MemoryStream(page.Length / 4);
        using (var brotli = new BrotliStream(packed, new BrotliCompressionOptions { Quality = Quality }, leaveOpen: true))
            brotli.Write(page.Span);
        http.Response.Headers.ContentEncoding = Brotli;
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    private static bool IsOurs(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers["Sec-Fetch-Site"].ToString() is ("same-origin" or "none");

    private static bool Takes(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(accepted => accepted.Value == Brotli && accepted.Quality is (null or > 0));
}
