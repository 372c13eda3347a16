using Anteroom.Server.Platform.Database;

namespace Anteroom.Server.Organizations;

public enum DomainState
{
    /// <summary>Somebody said so: serves home-realm discovery only.</summary>
    Asserted,

    /// <summary>Proven by DNS or by the tenant: also serves the first link (SEC-074 d).</summary>
    Verified,
}

/// <summary>A domain of an organization.</summary>
public sealed record OrganizationDomain(string Name, DomainState State, DateTimeOffset? VerifiedAt, DateTimeOffset CreatedAt);

/// <summary>Reads and writes an organization's domains together with their routes.</summary>
public static class OrganizationDomains
{
    private sealed record Row(string Name, string State, DateTimeOffset? VerifiedAt, DateTimeOffset CreatedAt);

    /// <summary>Null where the text can be a domain of an organization, else one sentence.</summary>
    public static string? Fault(string? text, out string name)
    {
        name = DomainNames.Normalize(text) ?? "";
        if (name.Length == 0)
            return "A domain is a name such as example.com.";
        return DomainNames.IsPublicMail(name) ? $"'{name}' gives addresses to anybody, so it cannot belong to one organization." : null;
    }

    public static async Task<IReadOnlyList<OrganizationDomain>> ListAsync(Transaction tx, CancellationToken ct)
    {
        var rows = await tx.ListAsync<Row>(
            """
            SELECT name, state, verified_at, created_at FROM organization_domains
             WHERE organization_id = @organization ORDER BY name LIMIT 1000
            """,
            null,
            ct
        );
        return rows.ConvertAll(row => new OrganizationDomain(
            row.Name,
            row.State == "verified" ? DomainState.Verified : DomainState.Asserted,
            row.VerifiedAt,
            row.CreatedAt
        ));
    }

    /// <summary>Adds it as asserted; proof comes by another way.</summary>
    /// <returns>False where the organization has it already.</returns>
    public static async Task<bool> AddAsync(Transaction tx, string name, DateTimeOffset now, CancellationToken ct)
    {
        var added = await tx.ExecuteAsync(
            """
            INSERT INTO organization_domains (organization_id, name, state, created_at)
            VALUES (@organization, @name, 'asserted', @now) ON CONFLICT DO NOTHING
            """,
            new { name, now },
            ct
        );
        if (added == 0)
            return false;
        await Routes.TryAddAsync(tx, RouteKinds.Domain, name, null, ct);
        return true;
    }

    /// <returns>False where the organization does not have it.</returns>
    public static async Task<bool> RemoveAsync(Transaction tx, string name, CancellationToken ct)
    {
        var removed = await tx.ExecuteAsync(
            "DELETE FROM organization_domains WHERE organization_id = @organization AND name = @name",
            new { name },
            ct
        );
        await Routes.RemoveAsync(tx, RouteKinds.Domain, name, ct);
        return removed > 0;
    }
}
