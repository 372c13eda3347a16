using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Style sheet, scripts and mark, embedded so that the emulator runs from any folder and inside any host.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = typeof(Assets).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith("assets/", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{Convert.ToHexString(SHA256.HashData(content))[..16]}\"");
            var type = ContentTypes[Path.GetExtension(resource)];
            routes.MapGet(
                "/" + resource,
                (HttpContext http) =>
                {
                    http.Response.Headers.CacheControl = "no-cache";
                    return Results.File(content, type, entityTag: tag);
                }
            );
        }
    }
}
