using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

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

    private static Task<IResult> AddAsync(PortalCall call) =>
        SeeAsync(call, call.Tenants.AddDomain(call.Tenant.Id, call.Text("domain")), "domain");

    private static Task<IResult> VerifyAsync(PortalCall call) =>
        SeeAsync(call, call.Tenants.VerifyDomain(call.Tenant.Id, call.Text("domain")));

    private static Task<IResult> MakePrimaryAsync(PortalCall call) =>
        SeeAsync(call, call.Tenants.MakePrimary(call.Tenant.Id, call.Text("domain")));

    private static Task<IResult> FederateAsync(PortalCall call)
    {
        var name = call.Text("federated");
        if (call.Text("kind") != Domain.Federated)
            return SeeAsync(call, call.Tenants.SetFederation(call.Tenant.Id, name, null), "federated");
        var (issuer, passive) = (call.Text("issuer"), call.Text("passive"));
        if (issuer.Length == 0)
            return ShowAsync(call, PortalCall.Refusal("issuer", "Domains.IssuerMissing"));
        if (!Uri.TryCreate(passive, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return ShowAsync(call, PortalCall.Refusal("passive", "Domains.PassiveMissing"));
        var known = call.Tenant.Domains.FirstOrDefault(domain => domain.Id == name)?.FederationConfiguration;
        var federation = new DomainFederation(known?.Id ?? call.NewId(), call.Given("display") ?? name, issuer, passive);
        return SeeAsync(call, call.Tenants.SetFederation(call.Tenant.Id, name, federation), "federated");
    }

    private static Task<IResult> RemoveAsync(PortalCall call) =>
        SeeAsync(call, call.Tenants.RemoveDomain(call.Tenant.Id, call.Text("domain")));

    private static Task<IResult> SeeAsync(PortalCall call, Result<Tenant, EditProblem> changed, string field = "") =>
        changed.TryGet(out _, out var problem) ? call.SeeAsync(Section) : ShowAsync(call, PortalCall.Refusal(field, problem));
}
