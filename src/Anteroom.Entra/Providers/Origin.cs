namespace Anteroom.Entra.Providers;

/// <summary>Scheme, host and port as one comparable text (RFC 6454 §6.2); the scheme's own port is left out.</summary>
internal static class Origin
{
    public static string Of(Uri uri)
    {
        var host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost.ToLowerInvariant();
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }
}
