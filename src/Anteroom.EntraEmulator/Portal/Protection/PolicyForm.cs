using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Objects.ConditionalAccess;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Portal.Protection;

/// <summary>A policy as its form shows it. What the form does not know (roles, client types, sign-in frequency) stays as it was.</summary>
/// <param name="Users"><c>All</c>, <c>GuestsOrExternalUsers</c>, <c>None</c>, or <c>Some</c> with names in <paramref name="Included"/>.</param>
/// <param name="Applications"><c>All</c>, <c>None</c> or <c>Some</c> with names in <paramref name="Targets"/>.</param>
/// <param name="Locations"><c>any</c>, <c>All</c>, <c>AllTrusted</c>, or a location's id.</param>
/// <param name="ExceptLocation">Empty, <c>AllTrusted</c> or a location's id.</param>
public sealed record PolicyForm(
    string Users,
    string Included,
    string Excluded,
    string Applications,
    string Targets,
    string ExcludedTargets,
    string Locations,
    string ExceptLocation,
    string Grant
)
{
    public const string All = "All";
    public const string None = "None";
    public const string Some = "Some";
    public const string Guests = "GuestsOrExternalUsers";
    public const string AnyLocation = "any";
    public const string AllTrusted = "AllTrusted";

    internal static PolicyForm Of(EntraDirectory directory, ConditionalAccessPolicy? policy)
    {
        if (policy is null)
            return new(None, "", "", None, "", "", AnyLocation, "", GrantControls.Mfa);
        var (users, applications, locations) = (policy.Conditions.Users, policy.Conditions.Applications, policy.Conditions.Locations);
        return new(
            users.IncludeUsers is [All or Guests or None] ? users.IncludeUsers[0] : Some,
            Names(directory, [.. users.IncludeUsers.Where(IsId), .. users.IncludeGroups]),
            Names(directory, [.. users.ExcludeUsers.Where(IsId), .. users.ExcludeGroups]),
            applications.IncludeApplications is [All or None] ? applications.IncludeApplications[0] : Some,
            string.Join('\n', applications.IncludeApplications.Where(IsId)),
            string.Join('\n', applications.ExcludeApplications),
            locations?.IncludeLocations is [var inside, ..] ? inside : AnyLocation,
            locations?.ExcludeLocations is [var outside, ..] ? outside : "",
            policy.GrantControls?.BuiltInControls.Contains(GrantControls.Block) == true ? GrantControls.Block : GrantControls.Mfa
        );
    }

    internal static Result<ConditionalAccessPolicy, FieldProblem> Read(PortalCall call, ConditionalAccessPolicy? existing)
    {
        if (call.Given("name") is not { } name)
            return PortalCall.Refusal("name", "Access.NameMissing");
        if (!People(call, "included").TryGet(out var included, out var problem))
            return problem;
        if (!People(call, "excluded").TryGet(out var excluded, out problem))
            return problem;
        if (!Apps(call, "targets").TryGet(out var targets, out problem))
            return problem;
        if (!Apps(call, "excluded-targets").TryGet(out var excludedTargets, out problem))
            return problem;
        var (users, applications) = (call.Text("users"), call.Text("applications"));
        if (users == Some && included.Count == 0)
            return PortalCall.Refusal("included", "Access.NobodyIncluded");
        if (applications == Some && targets.Count == 0)
            return PortalCall.Refusal("targets", "Access.NothingIncluded");

        var policy = existing ?? new ConditionalAccessPolicy(call.NewId(), call.Tenant.Id, name) { CreatedDateTime = call.Now };
        var before = policy.Conditions;
        return policy with
        {
            DisplayName = name,
            State = call.Text("state") switch
            {
                ConditionalAccessPolicy.Disabled => ConditionalAccessPolicy.Disabled,
                ConditionalAccessPolicy.ReportOnly => ConditionalAccessPolicy.ReportOnly,
                _ => ConditionalAccessPolicy.Enabled,
            },
            ModifiedDateTime = existing is null ? null : call.Now,
            Conditions = before with
            {
                Users = before.Users with
                {
                    IncludeUsers = users is All or Guests or None ? [users] : Ids(included, IsUser),
                    IncludeGroups = users == Some ? Ids(included, IsGroup) : [],
                    ExcludeUsers = Ids(excluded, IsUser),
                    ExcludeGroups = Ids(excluded, IsGroup),
                },
                Applications = before.Applications with
                {
                    IncludeApplications = applications is All or None ? [applications] : targets,
                    ExcludeApplications = excludedTargets,
                },
                Locations = Places(call),
            },
            GrantControls = new GrantControls
            {
                BuiltInControls = [call.Text("grant") == GrantControls.Block ? GrantControls.Block : GrantControls.Mfa],
            },
        };

        bool IsUser(Guid id) => call.Directory.Users.Find(id) is not null;
        bool IsGroup(Guid id) => call.Directory.Groups.Find(id) is not null;
    }

    private static IReadOnlyList<string> Ids(IEnumerable<Guid> ids, Func<Guid, bool> isMeant) =>
        [.. ids.Where(isMeant).Select(id => id.ToString())];

    private static ConditionLocations? Places(PortalCall call)
    {
        var (inside, outside) = (call.Text("locations"), call.Text("except"));
        return inside is AnyLocation or "" && outside.Length == 0
            ? null
            : new ConditionLocations
            {
                IncludeLocations = [inside is AnyLocation or "" ? All : inside],
                ExcludeLocations = outside.Length == 0 ? [] : [outside],
            };
    }

    private static Result<List<Guid>, FieldProblem> People(PortalCall call, string field)
    {
        var found = Principals.FindAll(call.Directory, call.Tenant.Id, call.Text(field), out var unknown);
        return unknown is null ? found : PortalCall.Refusal(field, "Enterprise.NoPrincipal", unknown);
    }

    /// <summary>Client ids, or names of applications that the tenant knows.</summary>
    private static Result<List<string>, FieldProblem> Apps(PortalCall call, string field)
    {
        var found = new List<string>();
        foreach (var line in call.Text(field).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var appId = Guid.TryParse(line, out var id)
                ? id
                : call
                    .Directory.ServicePrincipalsByTenant.Find(call.Tenant.Id.ToString())
                    .FirstOrDefault(principal =>
                        string.Equals(call.Directory.ApplicationOf(principal)?.DisplayName, line, StringComparison.OrdinalIgnoreCase)
                    )
                    ?.AppId;
            if (appId is null)
                return PortalCall.Refusal(field, "Access.NoApplication", line);
            found.Add(appId.Value.ToString());
        }
        return found;
    }

    /// <summary>User names and group names where they are known, so that people can read them.</summary>
    private static string Names(EntraDirectory directory, IEnumerable<string> ids) =>
        string.Join('\n', ids.Select(id => directory.Users.Find(id)?.UserPrincipalName ?? directory.Groups.Find(id)?.DisplayName ?? id));

    private static bool IsId(string value) => Guid.TryParse(value, out _);
}
