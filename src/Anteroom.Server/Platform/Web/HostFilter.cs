using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Web;

/// <summary>Answers under the base host and the hosts of organizations only (SEC-014): an unknown label is a neutral 404, any other host 400.</summary>
/// <remarks>An organization's host has what its people meet on the way in and out, nothing else. Health and metrics answer under any name, because probes use addresses. The management listener answers nothing else.</remarks>
internal sealed class HostFilter(RequestDelegate next, AnteroomOptions options, KnownHosts hosts, ProblemWriter problems)
{
    private static readonly PathString[] AnyHost = ["/health", "/metrics"];

    // What programs call has one address, the base host's: tokens, documents, the management API.
    private static readonly PathString[] OrganizationHosts =
    [
        "/account",
        "/connect/authorize",
        "/connect/endsession",
        "/device",
        "/password", // behind mailed links
        "/sign-in",
        "/sign-out",
        "/sso",
        "/api/single-sign-on",
        "/anteroom", // styles, scripts, icons
        "/branding",
    ];

    private readonly HostString _base = Normal(HostString.FromUriComponent(options.BaseUri), options.IsHttps);
    private readonly string? _organizations = options.OrganizationDomain is { } domain ? "." + domain.ToLowerInvariant() : null;
    private readonly int? _management = Uri.TryCreate(options.ManagementUrl, UriKind.Absolute, out var url) ? url.Port : null;

    public async Task InvokeAsync(HttpContext http)
    {
        if (Array.Exists(AnyHost, path => http.Request.Path.StartsWithSegments(path)))
        {
            await next(http);
            return;
        }
        if (http.Connection.LocalPort == _management)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var host = Normal(http.Request.Host, options.IsHttps);
        if (host == _base)
        {
            await next(http);
            return;
        }
        if (host.Port != _base.Port || LabelOf(host.Host) is not { } label)
        {
            await problems.WriteAsync(http, ReasonCatalogue.Get(ReasonCodes.HostUnknown));
            return;
        }
        if (await hosts.FindAsync(label, http.RequestAborted) is not { } organization)
        {
            await problems.WriteAsync(http, ReasonCatalogue.Get(ReasonCodes.NotFound));
            return;
        }
        if (!Array.Exists(OrganizationHosts, path => http.Request.Path.StartsWithSegments(path)))
        {
            await problems.WriteAsync(http, ReasonCatalogue.Get(ReasonCodes.NotFound));
            return;
        }
        http.Features.Set(new OrganizationHost(organization, label));
        await next(http);
    }

    private string? LabelOf(string host) =>
        _organizations is not null
        && host.EndsWith(_organizations, StringComparison.Ordinal)
        && host[..^_organizations.Length] is { Length: > 0 and <= 63 } label
        && !label.Contains('.', StringComparison.Ordinal)
            ? label
            : null;

    /// <summary>Lower case; the port always said, so that ":443" and its absence are the same.</summary>
    private static HostString Normal(HostString host, bool https) =>
        new((host.Host ?? "").ToLowerInvariant(), host.Port ?? (https ? 443 : 80));
}
