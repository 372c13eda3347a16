using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.EntraEmulator.Objects.Logs;

namespace Anteroom.EntraEmulator.Access;

/// <summary>
/// Conditional Access (entra-oidc.md §9): every enabled policy that applies must be satisfied; a block outranks everything. Decides only;
/// the flow asks for the second factor, the token endpoint refuses.
/// </summary>
internal sealed class ConditionalAccessRules(EntraDirectory directory, TimeProvider clock)
{
    private const string Everybody = "All";
    private const string Nobody = "None";

    public AccessDecision Decide(AccessAttempt attempt)
    {
        var id = attempt.Tenant.Id.ToString();
        if (attempt.Tenant.Policies.SecurityDefaultsEnabled)
            return WithDefaults(attempt);

        var policies = directory.PoliciesByTenant.Find(id).Where(policy => policy.State == ConditionalAccessPolicy.Enabled).ToList();
        if (policies.Count == 0 && attempt.Contexts.Count == 0)
            return new AccessDecision();

        var available = directory.ContextsByTenant.Find(id).Where(context => context.IsAvailable).Select(context => context.Id).ToHashSet();
        var asked = attempt.Contexts.Where(available.Contains).ToList();
        var applying = policies.Where(policy => Applies(policy, attempt, asked)).ToList();
        var needsFactor = attempt.MultiFactorAt is null && applying.Any(AsksForFactor);
        var frequency = applying
            .Select(policy => policy.SessionControls?.SignInFrequency)
            .Where(control => control is { IsEnabled: true })
            .Select(control => (TimeSpan?)control!.Period)
            .Min();
        var refusal = applying.Select(Refuse).FirstOrDefault(refused => refused is not null);
        return new AccessDecision
        {
            Refusal = refusal,
            NeedsMultiFactor = needsFactor,
            NeedsEnrolment = needsFactor && !HomeOf(attempt.User).IsMfaRegistered,
            SignInFrequency = frequency,
            IsStale = frequency is { } period && attempt.AuthenticatedAt + period <= clock.GetUtcNow(),
            SatisfiedContexts = needsFactor || refusal is not null ? [] : asked,
            Challenge = applying.Count == 0 ? null : Challenge(applying),
            Applied = [.. applying.Select(policy => Tell(policy, needsFactor, refusal))],
        };
    }

    /// <summary>Security defaults ask everybody for a second factor, without a policy to name.</summary>
    private AccessDecision WithDefaults(AccessAttempt attempt)
    {
        var needsFactor = attempt.MultiFactorAt is null;
        return new AccessDecision { NeedsMultiFactor = needsFactor, NeedsEnrolment = needsFactor && !HomeOf(attempt.User).IsMfaRegistered };
    }

    private bool Applies(ConditionalAccessPolicy policy, AccessAttempt attempt, List<string> asked) =>
        IsFor(policy.Conditions.Users, attempt)
        && Guards(policy.Conditions.Applications, attempt, asked)
        && (policy.Conditions.Locations is not { } locations || IsFrom(locations, attempt));

    private bool IsFor(ConditionUsers users, AccessAttempt attempt)
    {
        var user = attempt.User;
        var isIncluded = Names(users.IncludeUsers, user) || InGroups(users.IncludeGroups, user) || HasRole(users.IncludeRoles, user);
        var isExcluded = Names(users.ExcludeUsers, user) || InGroups(users.ExcludeGroups, user) || HasRole(users.ExcludeRoles, user);
        return isIncluded && !isExcluded;
    }

    private static bool Names(IReadOnlyList<string> names, User user) =>
        names.Any(name =>
            name == Everybody
            || (name == "GuestsOrExternalUsers" && (user.IsGuest || user.IsExternal))
            || (name != Nobody && name == user.Id.ToString())
        );

    private bool InGroups(IReadOnlyList<string> ids, User user) =>
        ids.Count > 0 && directory.AllGroupsOf(user.Id).Any(group => ids.Contains(group.Id.ToString()));

    private bool HasRole(IReadOnlyList<string> templates, User user) =>
        templates.Count > 0
        && directory.RoleAssignmentsOf.Find(user.Id.ToString()).Any(role => templates.Contains(role.RoleTemplateId.ToString()));

    private static bool Guards(ConditionApplications applications, AccessAttempt attempt, List<string> asked)
    {
        if (applications.IncludeAuthenticationContextClassReferences.Any(asked.Contains))
            return true;
        var ids = attempt.Resources.Select(resource => resource.ToString()).ToList();
        var isIncluded = applications.IncludeApplications.Any(name => name == Everybody || ids.Contains(name));
        return isIncluded && !applications.ExcludeApplications.Any(ids.Contains);
    }

    private bool IsFrom(ConditionLocations locations, AccessAttempt attempt)
    {
        var isIncluded = locations.IncludeLocations.Count == 0 || locations.IncludeLocations.Any(name => IsAt(name, attempt));
        return isIncluded && !locations.ExcludeLocations.Any(name => IsAt(name, attempt));
    }

    private bool IsAt(string name, AccessAttempt attempt)
    {
        if (name == Everybody)
            return true;
        if (attempt.Address is not { } address)
            return false;
        var known = directory.LocationsByTenant.Find(attempt.Tenant.Id.ToString());
        return known.Any(location =>
            (name == "AllTrusted" ? location.IsTrusted : location.Id.ToString() == name) && location.Contains(address)
        );
    }

    /// <summary>A block, or a device that nobody here has. With OR a second factor may stand in for the device.</summary>
    private static AadstsError? Refuse(ConditionalAccessPolicy policy)
    {
        if (policy.GrantControls is not { } grant)
            return null;
        if (grant.BuiltInControls.Contains(GrantControls.Block))
            return PolicyErrors.Blocked();
        if (grant.Operator == "OR" && grant.BuiltInControls.Contains(GrantControls.Mfa))
            return null;
        if (grant.BuiltInControls.Contains("compliantDevice"))
            return PolicyErrors.DeviceNotCompliant();
        if (grant.BuiltInControls.Contains("domainJoinedDevice"))
            return PolicyErrors.DeviceNotJoined();
        return grant.BuiltInControls.Contains("approvedApplication") ? PolicyErrors.NotApprovedApp() : null;
    }

    private static bool AsksForFactor(ConditionalAccessPolicy policy) =>
        policy.GrantControls?.BuiltInControls.Contains(GrantControls.Mfa) == true;

    /// <summary>A guest proves the second factor at home, or here where home is not of this emulator.</summary>
    private User HomeOf(User user) => user.HomeObjectId is { } home && directory.Users.Find(home) is { } account ? account : user;

    private static string Challenge(IEnumerable<ConditionalAccessPolicy> policies) =>
        new JsonObject
        {
            ["access_token"] = new JsonObject
            {
                ["capolids"] = new JsonObject
                {
                    ["essential"] = true,
                    ["values"] = new JsonArray([.. policies.Select(policy => (JsonNode)policy.Id.ToString())]),
                },
            },
        }.ToJsonString();

    private static AppliedPolicy Tell(ConditionalAccessPolicy policy, bool needsFactor, AadstsError? refusal)
    {
        var hasFailed = (needsFactor && AsksForFactor(policy)) || (refusal is not null && Refuse(policy)?.Code == refusal.Code);
        return new AppliedPolicy(
            policy.Id,
            policy.DisplayName,
            policy.GrantControls?.BuiltInControls ?? [],
            hasFailed ? SignIn.Failure : SignIn.Success
        );
    }
}
