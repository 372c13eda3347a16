using System.Security.Cryptography;
using System.Text;
using Anteroom.EntraEmulator.Objects.Generated;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.EntraEmulator.Storage;
using Anteroom.Protocols.Primitives;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>New tenants, their generated people, and their domains, with the rules that portal and control API share.</summary>
internal sealed class TenantEditor(EntraDirectory directory, ConsentRegister consent, DirectoryLog log, TimeProvider clock)
{
    public Result<Tenant, EditProblem> Create(
        string displayName,
        string initialDomain,
        IReadOnlyList<string>? customDomains,
        string? region,
        string? country,
        Guid? id
    ) =>
        directory.Write<Result<Tenant, EditProblem>>(changes =>
        {
            string[] domains = [initialDomain.ToLowerInvariant(), .. (customDomains ?? []).Select(domain => domain.ToLowerInvariant())];
            foreach (var domain in domains)
            {
                if (!IsName(domain))
                    return new EditProblem("Edit.Domain", domain);
                if (directory.TenantsByDomain.Contains(domain))
                    return new EditProblem("Edit.DomainTaken", domain);
            }
            var tenantId = id ?? Identifiers.NewUuid(clock);
            if (directory.Tenants.Find(tenantId) is not null)
                return new EditProblem("Edit.IdTaken", tenantId.ToString());
            var names = domains.Distinct().ToList();
            var tenant = new Tenant(
                tenantId,
                displayName,
                [.. names.Select((name, index) => new Domain(name) { IsInitial = index == 0, IsDefault = index == names.Count - 1 })],
                region ?? "EU",
                country,
                Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))
            )
            {
                CreatedDateTime = clock.GetUtcNow(),
            };
            changes.Put(directory.Tenants, tenant);
            consent.Provide(changes, tenant.Id, MicrosoftGraph.AppId);
            return tenant;
        });

    /// <summary>Fills a tenant with people and groups that are computed from a seed; the same seed gives the same people.</summary>
    public Result<Population, EditProblem> Populate(Tenant tenant, int users, string? domain, string? seed)
    {
        if (users is < 1 or > Population.MostUsers)
            return new EditProblem("Edit.Population", users.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var name = domain ?? tenant.DefaultDomain;
        if (!tenant.VerifiedDomains.Contains(name, StringComparer.OrdinalIgnoreCase))
            return new EditProblem("Edit.Domain", name);
        return directory.Write<Result<Population, EditProblem>>(changes =>
        {
            if (directory.Populations.Find(tenant.Id) is not null)
                return new EditProblem("Edit.Populated", tenant.DisplayName);
            var bytes = seed is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(Encoding.UTF8.GetBytes(seed));
            var tag = BitConverter.ToUInt32(SHA256.HashData([.. bytes, .. tenant.Id.ToByteArray()]));
            while (directory.Populations.All.Any(other => other.Tag == tag))
                tag++;
            var population = new Population(
                tenant.Id,
                tag,
                Convert.ToBase64String(bytes),
                users,
                name.ToLowerInvariant(),
                clock.GetUtcNow()
            );
            changes.Put(directory.Populations, population);
            return population;
        });
    }

    /// <summary>A custom domain that is not verified yet.</summary>
    public Result<Tenant, EditProblem> AddDomain(Guid tenantId, string typed)
    {
        var name = typed.ToLowerInvariant();
        return Change(
            tenantId,
            "Add unverified domain",
            tenant =>
                !IsName(name) ? new EditProblem("Edit.Domain", name)
                : tenant.Domains.Any(domain => domain.Id == name) ? new EditProblem("Domains.Known", name)
                : null,
            tenant => [.. tenant.Domains, new Domain(name) { IsVerified = false }]
        );
    }

    /// <summary>A domain as the control API wants it: new, or in the place that it had.</summary>
    /// <param name="change">From the domain as it is, or from a new one.</param>
    public Result<Tenant, EditProblem> SaveDomain(Guid tenantId, string typed, Func<Domain, Domain> change)
    {
        var name = typed.ToLowerInvariant();
        return Change(
            tenantId,
            "Update domain",
            _ =>
                !IsName(name) ? new EditProblem("Edit.Domain", name)
                : directory.TenantsByDomain.First(name) is { } owner && owner.Id != tenantId ? new EditProblem("Edit.DomainTaken", name)
                : null,
            tenant =>
            {
                var known = tenant.Domains.FirstOrDefault(domain => domain.Id == name);
                var after = change(known ?? new Domain(name));
                IReadOnlyList<Domain> all = known is null ? [.. tenant.Domains, after] : Replace(tenant, name, _ => after);
                return after.IsDefault ? [.. all.Select(domain => domain with { IsDefault = domain.Id == name })] : all;
            }
        );
    }

    /// <summary>Here nobody asks the DNS; a domain that another tenant has verified stays there.</summary>
    public Result<Tenant, EditProblem> VerifyDomain(Guid tenantId, string name) =>
        Change(
            tenantId,
            "Verify domain",
            _ =>
                directory.TenantsByDomain.First(name) is { } owner && owner.Id != tenantId
                    ? new EditProblem("Edit.DomainTaken", name)
                    : null,
            tenant => Replace(tenant, name, domain => domain with { IsVerified = true })
        );

    public Result<Tenant, EditProblem> MakePrimary(Guid tenantId, string name) =>
        Change(
            tenantId,
            "Update domain",
            tenant =>
                tenant.Domains.Any(domain => domain.Id == name && domain.IsVerified) ? null : new EditProblem("Domains.NotVerified", name),
            tenant => [.. tenant.Domains.Select(domain => domain with { IsDefault = domain.Id == name })]
        );

    /// <summary>People of the domain are sent to another provider for their password; null brings the password back.</summary>
    public Result<Tenant, EditProblem> SetFederation(Guid tenantId, string name, DomainFederation? federation) =>
        Change(
            tenantId,
            federation is null ? "Set domain authentication" : "Set federation settings on domain",
            tenant =>
                tenant.Domains.FirstOrDefault(domain => domain.Id == name) is { IsInitial: false }
                    ? null
                    : new EditProblem("Domains.NotFederated", name),
            tenant =>
                Replace(
                    tenant,
                    name,
                    domain =>
                        domain with
                        {
                            AuthenticationType = federation is null ? Domain.Managed : Domain.Federated,
                            FederationConfiguration = federation,
                        }
                )
        );

    public Result<Tenant, EditProblem> RemoveDomain(Guid tenantId, string name) =>
        Change(
            tenantId,
            "Remove domain",
            tenant => ProblemOfRemoving(tenant, name),
            tenant => [.. tenant.Domains.Where(domain => !string.Equals(domain.Id, name, StringComparison.OrdinalIgnoreCase))]
        );

    private EditProblem? ProblemOfRemoving(Tenant tenant, string name)
    {
        var domain = tenant.Domains.FirstOrDefault(known => string.Equals(known.Id, name, StringComparison.OrdinalIgnoreCase));
        if (domain is not { IsInitial: false })
            return new EditProblem("Domains.Initial", name);
        if (domain.IsDefault)
            return new EditProblem("Domains.Primary", name);
        return IsUsed(tenant, domain.Id) ? new EditProblem("Domains.InUse", name) : null;
    }

    /// <summary>Somebody's user name is in it: a generated person's, or a stored one's.</summary>
    private bool IsUsed(Tenant tenant, string name)
    {
        var suffix = $"@{name}";
        return directory.Populations.Find(tenant.Id)?.Domain == name
            || directory
                .UsersInOrder.From(tenant.Id.ToString(), "", NameKey.Start, storedOnly: true)
                .Any(found => found.Row.UserPrincipalName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    private Result<Tenant, EditProblem> Change(
        Guid tenantId,
        string activity,
        Func<Tenant, EditProblem?> problemOf,
        Func<Tenant, IReadOnlyList<Domain>> change
    ) =>
        directory.Write<Result<Tenant, EditProblem>>(changes =>
        {
            if (directory.Tenants.Find(tenantId) is not { } tenant)
                return new EditProblem("Edit.NoTenant", tenantId.ToString());
            if (problemOf(tenant) is { } problem)
                return problem;
            var changed = tenant with { Domains = change(tenant) };
            changes.Put(directory.Tenants, changed);
            log.Record(changes, tenantId, activity, DirectoryLog.Tenants, new AuditTarget(tenantId, "Directory", tenant.DisplayName));
            return changed;
        });

    private static List<Domain> Replace(Tenant tenant, string name, Func<Domain, Domain> change) =>
        [.. tenant.Domains.Select(domain => domain.Id == name ? change(domain) : domain)];

    private static bool IsName(string name) =>
        Uri.CheckHostName(name) == UriHostNameType.Dns && name.Contains('.', StringComparison.Ordinal);
}
