using System.Net;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Objects.Logs;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Conditional Access policies and named locations, with the rules that portal and control API share.</summary>
internal sealed class AccessEditor(EntraDirectory directory, DirectoryLog log)
{
    /// <summary>Creates or replaces a policy.</summary>
    public Result<ConditionalAccessPolicy, EditProblem> Save(ConditionalAccessPolicy policy) =>
        directory.Write<Result<ConditionalAccessPolicy, EditProblem>>(changes =>
        {
            var isNew = directory.ConditionalAccessPolicies.Find(policy.Id) is null;
            if (isNew && directory.PoliciesByTenant.Find(policy.TenantId.ToString()).Count() >= ConditionalAccessPolicy.MostPerTenant)
                return new EditProblem("Access.Full", $"{ConditionalAccessPolicy.MostPerTenant}");
            changes.Put(directory.ConditionalAccessPolicies, policy);
            var activity = isNew ? "Add conditional access policy" : "Update conditional access policy";
            log.Record(changes, policy.TenantId, activity, DirectoryLog.Policies, Target(policy));
            return policy;
        });

    public void Delete(ConditionalAccessPolicy policy) =>
        directory.Write(changes =>
        {
            changes.Remove(directory.ConditionalAccessPolicies, policy.Id.ToString());
            log.Record(changes, policy.TenantId, "Delete conditional access policy", DirectoryLog.Policies, Target(policy));
        });

    public Result<NamedLocation, EditProblem> Save(NamedLocation location) =>
        directory.Write<Result<NamedLocation, EditProblem>>(changes =>
        {
            if (location.IpRanges.FirstOrDefault(range => !IPNetwork.TryParse(range, out _)) is { } wrong)
                return new EditProblem("Access.BadRange", wrong);
            var activity = directory.NamedLocations.Find(location.Id) is null ? "Add named location" : "Update named location";
            changes.Put(directory.NamedLocations, location);
            log.Record(changes, location.TenantId, activity, DirectoryLog.Policies, Target(location));
            return location;
        });

    /// <summary>One that a policy names stays: the policy would apply somewhere else without anybody having said so.</summary>
    public Result<NamedLocation, EditProblem> Delete(NamedLocation location) =>
        directory.Write<Result<NamedLocation, EditProblem>>(changes =>
        {
            var id = location.Id.ToString();
            var user = directory
                .PoliciesByTenant.Find(location.TenantId.ToString())
                .FirstOrDefault(policy =>
                    policy.Conditions.Locations is { } locations
                    && locations.IncludeLocations.Concat(locations.ExcludeLocations).Contains(id)
                );
            if (user is not null)
                return new EditProblem("Access.LocationInUse", user.DisplayName);
            changes.Remove(directory.NamedLocations, id);
            log.Record(changes, location.TenantId, "Delete named location", DirectoryLog.Policies, Target(location));
            return location;
        });

    private static AuditTarget Target(ConditionalAccessPolicy policy) => new(policy.Id, "Policy", policy.DisplayName);

    private static AuditTarget Target(NamedLocation location) => new(location.Id, "Policy", location.DisplayName);
}
