using System.Collections.Concurrent;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Web;

/// <summary>Answers under the base host and the hosts of organizations only (SEC-014): an unknown label is a neutral 404, any other host 400.</summary>
/// <remarks>Health and metrics answer under any name, because probes use addresses. The management listener answers nothing else.</remarks>
internal sealed class HostFilter(RequestDelegate next, AnteroomOptions options, KnownHosts hosts, ProblemWriter problems)
{
    private static readonly PathString[] AnyHost = ["/health", "/metrics"];

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

/// <summary>Which labels are organizations: read from the routes, remembered briefly, so that a flood of invented labels costs little.</summary>
internal sealed class KnownHosts(Database.Database database, TimeProvider clock)
{
    private const int MaxKnown = 20_000; // SEC-365
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (OrganizationId? Organization, DateTimeOffset Until)> _known = new(
        StringComparer.Ordinal
    );

    public async ValueTask<OrganizationId?> FindAsync(string label, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(label, out var known) && now < known.Until)
            return known.Organization;

        var rows = await database.OutsideOrganizations.ListAsync<Guid>(
            "SELECT organization_id FROM routes WHERE kind = 'slug' AND key = @label",
            new { label },
            ct
        );
        // The platform has no host of its own: its people sign in on the base host.
        OrganizationId? found = rows.Count == 1 && rows[0] != OrganizationId.Platform.Value ? new(rows[0]) : null;
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known[label] = (found, now + KnownFor);
        return found;
    }
}
