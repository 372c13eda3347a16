using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.Protection;

/// <summary>Custom domain names: added, verified, made primary, federated, removed.</summary>
internal static class DomainEndpoints
{
    private const string Section = "domains";

    public static void Map(RouteGroupBuilder tenant)
    {
        var page = tenant.MapGroup("/domains");
        page.MapGet("", (PortalCall call) => ShowAsync(call, null));
        page.MapPost("", AddAsync);
        page.MapPost("/verify", VerifyAsync);
        page.MapPost("/primary", MakePrimaryAsync);
        page.MapPost("/federation", FederateAsync);
        page.MapPost("/remove", RemoveAsync);
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem) =>
        call.ShowAsync<DomainsPage>(new { View = call.View(Section, problem) });

    private static Task<IResult> AddAsync(PortalCall call)
    {
        var name = call.Text("domain").ToLowerInvariant();
        if (Uri.CheckHostName(name) != UriHostNameType.Dns || !name.Contains('.', StringComparison.Ordinal))
            return ShowAsync(call, PortalCall.Refusal("domain", "Edit.Domain", name));
        if (call.Tenant.Domains.Any(domain => domain.Id == name))
            return ShowAsync(call, PortalCall.Refusal("domain", "Domains.Known", name));
        return ChangeAsync(call, domains => [.. domains, new Domain(name) { IsVerified = false }]);
    }

    /// <summary>Here nobody asks the DNS; a domain that another tenant has verified stays there.</summary>
    private static Task<IResult> VerifyAsync(PortalCall call)
    {
        var name = call.Text("domain");
        return call.Directory.TenantsByDomain.First(name) is { } owner && owner.Id != call.Tenant.Id
            ? ShowAsync(call, PortalCall.Refusal("", "Edit.DomainTaken", name))
            : ChangeAsync(call, name, domain => domain with { IsVerified = true });
    }

    private static Task<IResult> MakePrimaryAsync(PortalCall call)
    {
        var name = call.Text("domain");
        return call.Tenant.Domains.Any(domain => domain.Id == name && domain.IsVerified)
            ? ChangeAsync(call, domains => [.. domains.Select(domain => domain with { IsDefault = domain.Id == name })])
            : ShowAsync(call, PortalCall.Refusal("", "Domains.NotVerified", name));
    }

    private static Task<IResult> FederateAsync(PortalCall call)
    {
        var name = call.Text("federated");
        if (call.Tenant.Domains.FirstOrDefault(domain => domain.Id == name) is not { IsInitial: false })
            return ShowAsync(call, PortalCall.Refusal("federated", "Domains.NotFederated"));
        if (call.Text("kind") != Domain.Federated)
            return ChangeAsync(call, name, domain => domain with { AuthenticationType = Domain.Managed, FederationConfiguration = null });
        var (issuer, passive) = (call.Text("issuer"), call.Text("passive"));
        if (issuer.Length == 0)
            return ShowAsync(call, PortalCall.Refusal("issuer", "Domains.IssuerMissing"));
        if (!Uri.TryCreate(passive, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return ShowAsync(call, PortalCall.Refusal("passive", "Domains.PassiveMissing"));
        return ChangeAsync(
            call,
            name,
            domain =>
                domain with
                {
                    AuthenticationType = Domain.Federated,
                    FederationConfiguration = new DomainFederation(
                        domain.FederationConfiguration?.Id ?? call.NewId(),
                        call.Given("display") ?? name,
                        issuer,
                        passive
                    ),
                }
        );
    }

    private static Task<IResult> RemoveAsync(PortalCall call)
    {
        var name = call.Text("domain");
        if (call.Tenant.Domains.FirstOrDefault(domain => domain.Id == name) is not { IsInitial: false } domain)
            return ShowAsync(call, PortalCall.Refusal("", "Domains.Initial"));
        if (domain.IsDefault)
            return ShowAsync(call, PortalCall.Refusal("", "Domains.Primary"));
        var suffix = $"@{name}";
        if (
            call
                .Directory.UsersByTenant.Find(call.Tenant.Id.ToString())
                .Any(user => user.UserPrincipalName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
        )
            return ShowAsync(call, PortalCall.Refusal("", "Domains.InUse", name));
        return ChangeAsync(call, domains => [.. domains.Where(known => known.Id != name)]);
    }

    private static Task<IResult> ChangeAsync(PortalCall call, string name, Func<Domain, Domain> change) =>
        ChangeAsync(call, domains => [.. domains.Select(domain => domain.Id == name ? change(domain) : domain)]);

    private static Task<IResult> ChangeAsync(PortalCall call, Func<IReadOnlyList<Domain>, IReadOnlyList<Domain>> change)
    {
        call.Directory.Write(changes =>
        {
            var tenant = call.Tenant;
            changes.Put(call.Directory.Tenants, tenant with { Domains = change(tenant.Domains) });
        });
        return call.SeeAsync(Section);
    }
}
