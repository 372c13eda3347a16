using System.Net;

namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Answers only on loopback and only to names that the emulator was started for; anything else is 400.</summary>
/// <remarks>A page of another site that points its own name at 127.0.0.1 (DNS rebinding) is stopped here.</remarks>
internal sealed class HostFilter(RequestDelegate next, EmulatorOptions options)
{
    private readonly HashSet<string> _hosts = new(["localhost", "127.0.0.1", .. options.PublicHosts], StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext http)
    {
        var host = http.Request.Host;
        var isOurs =
            http.Connection.RemoteIpAddress is { } remote
            && IPAddress.IsLoopback(remote)
            && _hosts.Contains(host.Host)
            && (host.Port ?? (http.Request.IsHttps ? 443 : 80)) == http.Connection.LocalPort;
        if (isOurs)
            return next(http);

        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }
}
