using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Server.Platform.Web;

/// <summary>The small files of our own pages (style, script, icon): embedded, hashed into their address and compressed once at start.</summary>
/// <remarks>Because the address changes with the content, browsers may keep them for a year (SEC-007).</remarks>
public sealed class Assets
{
    private const string Prefix = "assets/";

    private readonly FrozenDictionary<string, string> _addresses;
    private readonly FrozenDictionary<string, Asset> _assets;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        var assets = assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Asset.Read(name[Prefix.Length..], assembly.GetManifestResourceStream(name)!))
            .ToList();

        _addresses = assets.ToFrozenDictionary(asset => asset.Name, asset => asset.Address, StringComparer.Ordinal);
        _assets = assets.ToFrozenDictionary(asset => asset.Address, StringComparer.Ordinal);
    }

    /// <summary>Where the browser finds a file: <c>anteroom/sign-in.css</c> → <c>/anteroom/sign-in.3f9a….css</c>.</summary>
    public string this[string name] => _addresses[name];

    /// <summary>Maps every file at its own address, for GET and HEAD.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var assets = routes.ServiceProvider.GetRequiredService<Assets>();
        foreach (var asset in assets._assets.Values)
            routes.MapMethods(asset.Address, [HttpMethods.Get, HttpMethods.Head], asset.WriteAsync).ExcludeFromDescription();
    }

    private sealed record Asset(string Name, string Address, string ContentType, byte[] Plain, byte[] Brotli)
    {
        public static Asset Read(string name, Stream content)
        {
            using (content)
            {
                var plain = new byte[content.Length];
                content.ReadExactly(plain);

                var hash = Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8));
                var extension = Path.GetExtension(name);
                return new Asset(name, $"/{name[..^extension.Length]}.{hash}{extension}", ContentTypeOf(extension), plain, Compress(plain));
            }
        }

        public async Task WriteAsync(HttpContext http)
        {
            var compressed = AcceptsBrotli(http.Request);
            var body = compressed ? Brotli : Plain;

            http.Response.ContentType = ContentType;
            http.Response.ContentLength = body.Length;
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
            if (compressed)
                http.Response.Headers.ContentEncoding = "br";
            if (!HttpMethods.IsHead(http.Request.Method))
                await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }

        private static bool AcceptsBrotli(HttpRequest request) =>
            StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
            && accepted.Any(encoding => encoding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && encoding.Quality is null or > 0);

        private static byte[] Compress(byte[] plain)
        {
            using var compressed = new MemoryStream();
            using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize))
                brotli.Write(plain);
            return compressed.ToArray();
        }

        private static string ContentTypeOf(string extension) =>
            extension switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => throw new InvalidOperationException($"An embedded file ends in {extension}, whose content type is not known."),
            };
    }
}
