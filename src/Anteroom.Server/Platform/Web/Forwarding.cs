using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Anteroom.Server.Platform.Web;

/// <summary>Believes the forwarded address and scheme of the proxies that the operator named, and of nobody else (SEC-014). Hosts never.</summary>
public static class Forwarding
{
    /// <summary>One sentence that names a wrong entry, or null.</summary>
    public static string? Check(AnteroomOptions options)
    {
        foreach (var entry in options.TrustedProxies)
            if (!IPAddress.TryParse(entry, out _) && !IPNetwork.TryParse(entry, out _))
                return $"Anteroom:TrustedProxies has an entry that is neither an address nor a network: '{entry}'.";
        return null;
    }

    public static IApplicationBuilder UseForwarding(this IApplicationBuilder app, AnteroomOptions options)
    {
        if (options.TrustedProxies.Length == 0)
            return app;

        var forwarding = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = options.TrustedProxies.Length,
        };
        forwarding.KnownProxies.Clear(); // the framework trusts loopback by default
        forwarding.KnownIPNetworks.Clear();
        foreach (var entry in options.TrustedProxies)
        {
            if (IPAddress.TryParse(entry, out var address))
                forwarding.KnownProxies.Add(address);
            else
                forwarding.KnownIPNetworks.Add(IPNetwork.Parse(entry));
        }
        return app.UseForwardedHeaders(forwarding);
    }
}
