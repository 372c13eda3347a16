using System.IO.Compression;
using System.Text;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

/// <summary>Long pages are packed where no other site can have chosen a part of them.</summary>
public sealed class PagePackingTests
{
    private static readonly byte[] Long = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<tr><td>Mira Koch</td></tr>\n", 1000)));

    [Theory]
    [InlineData("GET", "same-origin", "gzip, deflate, br, zstd", true)]
    [InlineData("GET", "none", "br", true)]
    [InlineData("HEAD", "none", "br;q=0.5", true)]
    [InlineData("POST", "same-origin", "br", false)] // the answer to a form may show a secret once
    [InlineData("GET", "cross-site", "br", false)]
    [InlineData("GET", "same-site", "br", false)]
    [InlineData("GET", null, "br", false)] // a browser that does not say
    [InlineData("GET", "none", "gzip", false)]
    [InlineData("GET", "none", "br;q=0", false)]
    [InlineData("GET", "none", null, false)]
    public void Is_packed_only_for_a_browser_that_asks_from_our_own_pages(string method, string? site, string? accepts, bool packed)
    {
        var http = Request(method, site, accepts);

        var body = PagePacking.Pack(http, Long);

        Assert.Equal(packed ? "br" : "", http.Response.Headers.ContentEncoding.ToString());
        Assert.Equal("Accept-Encoding", http.Response.Headers.Vary);
        Assert.Equal(Long, packed ? Unpacked(body) : body.ToArray());
        Assert.Equal(packed, body.Length < Long.Length / 10);
    }

    [Fact]
    public void A_short_page_stays_as_it_is()
    {
        var http = Request("GET", "none", "br");

        Assert.Equal(PagePacking.Shortest - 1, PagePacking.Pack(http, Long.AsMemory(0, PagePacking.Shortest - 1)).Length);
        Assert.Equal("", http.Response.Headers.ContentEncoding.ToString());
    }

    private static DefaultHttpContext Request(string method, string? site, string? accepts)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        if (site is not null)
            http.Request.Headers["Sec-Fetch-Site"] = site;
        if (accepts is not null)
            http.Request.Headers.AcceptEncoding = accepts;
        return http;
    }

    private static byte[] Unpacked(ReadOnlyMemory<byte> body)
    {
        using var plain = new MemoryStream();
        using var brotli = new BrotliStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
        brotli.CopyTo(plain);
        return plain.ToArray();
    }
}
