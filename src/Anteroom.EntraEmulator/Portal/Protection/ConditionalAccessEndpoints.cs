using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Resources;

namespace Anteroom.EntraEmulator.Portal.Protection;

/// <summary>Conditional Access: policies that ask for a second factor or block (entra-oidc.md §9).</summary>
internal static class ConditionalAccessEndpoints
{
    private const string Section = "conditional-access";

    public static void Map(RouteGroupBuilder tenant)
    {
        var page = tenant.MapGroup("/conditional-access");
        page.MapGet("", ListAsync);
        page.MapGet("/new", (PortalCall call) => EditAsync(call, null));
        page.MapPost("/new", SaveAsync);
        var one = page.MapGroup("/{policy:guid}").Requires(Find);
        one.MapGet("", (PortalCall call) => EditAsync(call, null));
        one.MapPost("", SaveAsync);
        one.MapPost("/delete", DeleteAsync);
    }

    private static ConditionalAccessPolicy? Find(PortalCall call) =>
        call.Directory.ConditionalAccessPolicies.Find(call.Id("policy")) is { } policy && policy.TenantId == call.Tenant.Id ? policy : null;

    private static Task<IResult> ListAsync(PortalCall call) =>
        call.ShowAsync<PoliciesPage>(
            new
            {
                View = call.View(Section),
                Policies = call
                    .Directory.PoliciesByTenant.Find(call.Tenant.Id.ToString())
                    .OrderBy(policy => policy.DisplayName, StringComparer.OrdinalIgnoreCase)
                    .ToList(),
            }
        );

    private static Task<IResult> EditAsync(PortalCall call, FieldProblem? problem)
    {
        var policy = Find(call);
        return call.ShowAsync<PolicyPage>(
            new
            {
                View = call.View(Section, problem) with
                {
                    Subject = policy?.DisplayName ?? Texts.Get("Access.New"),
                },
                Existing = policy,
                Form = PolicyForm.Of(call.Directory, policy),
                Locations = call.Directory.LocationsByTenant.Find(call.Tenant.Id.ToString()).OrderBy(known => known.DisplayName).ToList(),
            }
        );
    }

    private static Task<IResult> SaveAsync(PortalCall call)
    {
        if (!PolicyForm.Read(call, Find(call)).TryGet(out var policy, out var problem))
            return EditAsync(call, problem);
        return call.Access.Save(policy).TryGet(out _, out var refused)
            ? call.SeeAsync(Section)
            : EditAsync(call, PortalCall.Refusal("", refused));
    }

    private static Task<IResult> DeleteAsync(PortalCall call)
    {
        call.Access.Delete(Find(call)!);
        return call.SeeAsync(Section);
    }
}
