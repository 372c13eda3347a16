using System.Text.Json;
using Anteroom.Entra.Outbound;
using Anteroom.Entra.Providers;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Connections;

/// <summary>The id of a tenant.</summary>
public sealed record TenantFound(Guid Id);

/// <summary>Finds the id of the tenant that a domain belongs to, from the issuer of that tenant's own metadata.</summary>
public sealed class TenantLookup(OutboundHttp http)
{
    public async Task<Result<TenantFound, ConnectionRefusal>> FindAsync(
        OrganizationId organization,
        Cloud cloud,
        string domain,
        CancellationToken ct
    )
    {
        var request = new OutboundRequest(
            HttpMethod.Get,
            new Uri(cloud.Authority, $"/{Uri.EscapeDataString(domain)}/v2.0/.well-known/openid-configuration"),
            Partition: organization.ToString(),
            Provider: $"entra:{cloud.Key}:domains",
            OutboundLimits.Metadata
        )
        {
            Trust = cloud.TrustFor(cloud.Authority),
            ReadsErrorBody = true,
        };
        if (!(await http.SendAsync(request, ct)).TryGet(out var response, out var failure))
            return failure.Status is >= 400 and < 500 and not 429
                ? NotFound(domain)
                : new ConnectionRefusal(
                    ReasonCodes.UpstreamUnreachable,
                    "tenantId is a domain, and its tenant could not be asked for now; the Directory (tenant) ID works without asking."
                );
        if (!response.IsSuccess)
            return NotFound(domain);

        using var document = JsonDocument.Parse(response.Body);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("issuer", out var issuer)
            && issuer.ValueKind == JsonValueKind.String
            && cloud.TenantOf(issuer.GetString()!) is { } tenant
            ? new TenantFound(tenant)
            : NotFound(domain);
    }

    private static ConnectionRefusal NotFound(string domain) =>
        new(ReasonCodes.TenantNotFound, $"tenantId: no tenant of this cloud has the domain '{domain}'.");
}
