using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Organizations;

/// <summary>What an operator says about a new organization. Without a company code one is made.</summary>
public sealed record NewOrganization(string Slug, string Name, string? CompanyCode, IReadOnlyList<string> Domains, bool OwnHost = false);

/// <summary>Makes an organization with everything that it begins with, in one transaction: routes, built-in roles, asserted domains.</summary>
public sealed class CreateOrganization(Database database, AuditTrail audit, AnteroomOptions options, TimeProvider clock)
{
    /// <returns>The organization, or <c>validation_failed</c> or <c>conflict</c> with the member that is at fault.</returns>
    public async Task<Result<Organization, OrganizationRefusal>> HandleAsync(
        NewOrganization wanted,
        AuditContext context,
        CancellationToken ct
    )
    {
        if (Fault(wanted) is { } fault)
            return fault;
        if (OwnHosts.Fault(wanted.OwnHost, wanted.Slug, options) is { } impossible)
            return Invalid("ownHost", impossible);
        var domains = new List<string>();
        foreach (var domain in wanted.Domains)
        {
            if (OrganizationDomains.Fault(domain, out var name) is { } wrong)
                return Invalid("domains", wrong);
            domains.Add(name);
        }

        var now = clock.GetUtcNow();
        var organization = new Organization(
            OrganizationId.New(clock),
            wanted.Slug,
            wanted.Name.Trim(),
            wanted.CompanyCode ?? CompanyCodes.Generate(),
            OrganizationStatus.Active,
            OrganizationSettings.Default with
            {
                OwnHost = wanted.OwnHost,
            },
            Version: 1,
            now
        );

        await using var tx = await database.BeginAsync(OrganizationId.Platform, ct);
        if (!await InsertAsync(tx, organization, ct))
            return new OrganizationRefusal(ReasonCodes.Conflict, "The slug or the company code is taken.");
        await audit.RecordAsync(tx, context, Entry(organization), ct);

        tx.SwitchTo(organization.Id);
        if (!await Routes.TryAddAsync(tx, RouteKinds.Slug, organization.Slug, null, ct))
            return new OrganizationRefusal(ReasonCodes.Conflict, "The slug is taken.") { Member = "slug" };
        if (!await Routes.TryAddAsync(tx, RouteKinds.Code, CompanyCodes.Fold(organization.CompanyCode!), null, ct))
            return new OrganizationRefusal(ReasonCodes.Conflict, "The company code is taken, by an organization or as a user name.")
            {
                Member = "companyCode",
            };
        if (wanted.OwnHost)
            await OwnHosts.AddAsync(tx, organization.Slug, ct);
        await RoleStore.AddBuiltInAsync(tx, clock, ct);
        foreach (var domain in domains.Distinct(StringComparer.Ordinal))
            await OrganizationDomains.AddAsync(tx, domain, now, ct);
        await audit.RecordAsync(tx, context, Entry(organization), ct);
        await OrganizationStore.AnnounceAsync(tx, organization.Id, ct);
        await tx.CommitAsync(ct);
        return organization;
    }

    private static OrganizationRefusal? Fault(NewOrganization wanted)
    {
        if (Slugs.Fault(wanted.Slug) is { } slug)
            return Invalid("slug", slug);
        if (OrganizationNames.Fault(wanted.Name) is { } name)
            return Invalid("name", name);
        if (wanted.Domains.Count > ChangeDomains.Most)
            return Invalid("domains", $"domains has at most {ChangeDomains.Most} items.");
        return wanted.CompanyCode is { } code && CompanyCodes.Fault(code) is { } unfit ? Invalid("companyCode", unfit) : null;
    }

    private static OrganizationRefusal Invalid(string member, string detail) =>
        new(ReasonCodes.ValidationFailed, detail) { Member = member };

    private static async Task<bool> InsertAsync(Transaction tx, Organization organization, CancellationToken ct) =>
        await tx.ExecuteAsync(
            """
            INSERT INTO organizations (organization_id, slug, name, company_code, settings, created_at)
            VALUES (@id, @slug, @name, @code, @settings::jsonb, @at)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id = organization.Id.Value,
                slug = organization.Slug,
                name = organization.Name,
                code = organization.CompanyCode,
                settings = organization.Settings.ToJson(),
                at = organization.CreatedAt,
            },
            ct
        ) > 0;

    private static AuditEntry Entry(Organization organization) =>
        new("organization.created", AuditResult.Success, null, "organization", organization.Id.Value, organization.Name)
        {
            Details = new Dictionary<string, object?> { ["slug"] = organization.Slug },
        };
}

/// <summary>Rules for names that administrators give to organizations, roles, groups, connections and keys.</summary>
internal static class OrganizationNames
{
    public static string? Fault(string? name, int longest = 200) =>
        name is null || name.Trim().Length == 0 || name.Length > longest || !OneLine.Is(name)
            ? $"name has 1 to {longest} characters on one line."
            : null;
}
