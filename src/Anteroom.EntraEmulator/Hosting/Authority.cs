namespace Anteroom.EntraEmulator.Hosting;

/// <summary>The listener as the client addressed it: documents and <c>iss</c> carry its scheme, host and port.</summary>
/// <remarks>The host comes from the Host header only after <see cref="HostFilter"/> found it in the closed list.</remarks>
internal readonly record struct Authority(string Scheme, string Host, int Port)
{
    public const string GraphAppId = "00000003-0000-0000-c000-000000000000";
    public const string ConsumersTenantId = "9188040d-6c67-4c5b-b112-36a304b66dad";

    public string HostAndPort => $"{Host}:{Port}";

    public string Url => $"{Scheme}://{HostAndPort}";

    public bool IsHttps => Scheme == "https";

    /// <summary>A host that is an alias of a cloud's login host issues under that one (entra-oidc.md §1.1).</summary>
    public string Issuer(string tenant) => $"{Scheme}://{Discovery.CloudShape.ByHost(Host)?.LoginHost ?? Host}:{Port}/{tenant}/v2.0";

    public static Authority Of(HttpContext http) =>
        new(http.Request.Scheme, http.Request.Host.Host.ToLowerInvariant(), http.Connection.LocalPort);
}
