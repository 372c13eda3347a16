namespace Anteroom.Server.Federation.Applications;

/// <summary>The web origins (RFC 6454 §6.2) behind a list of addresses, spelled as a browser's <c>Origin</c> header does.</summary>
public static class WebOrigins
{
    public static IReadOnlyList<string> Of(IEnumerable<string> addresses) =>
        [
            .. addresses
                .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : null)
                .OfType<Uri>()
                .Where(uri => uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
                .Select(uri => uri.IsDefaultPort ? $"{uri.Scheme}://{HostOf(uri)}" : $"{uri.Scheme}://{HostOf(uri)}:{uri.Port}")
                .Distinct(StringComparer.Ordinal),
        ];

    private static string HostOf(Uri uri) => uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
}
