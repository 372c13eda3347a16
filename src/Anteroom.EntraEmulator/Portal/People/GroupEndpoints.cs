using Anteroom.EntraEmulator.Objects;

namespace Anteroom.EntraEmulator.Portal.People;

/// <summary>Groups: security and Microsoft 365 groups, their members, groups among them.</summary>
internal static class GroupEndpoints
{
    private const int MostRows = 500;

    public static void Map(RouteGroupBuilder tenant)
    {
        tenant.MapGet("/groups", (PortalCall call) => ListAsync(call, null));
        tenant.MapPost("/groups", CreateAsync);
        var one = tenant.MapGroup("/groups/{group:guid}").Requires(call => call.FindGroup());
        one.MapGet("", (PortalCall call) => ShowAsync(call, null));
        one.MapPost("", SaveAsync);
        one.MapPost("/members", AddMembersAsync);
        one.MapPost("/members/remove", RemoveMemberAsync);
        one.MapPost("/delete", DeleteAsync);
    }

    private static Task<IResult> ListAsync(PortalCall call, FieldProblem? problem)
    {
        return call.ShowAsync<GroupsPage>(
            new
            {
                View = call.View("groups", problem),
                List = ListPages.Read(
                    call,
                    call.Directory.GroupsInOrder,
                    call.Directory.GroupsByWord,
                    id => call.Directory.Groups.Find(id) is { } group && group.TenantId == call.Tenant.Id ? group : null
                ),
                IsNew = call.Query("new").Length > 0,
                Wanted = call.Query("q"),
            }
        );
    }

    private static Task<IResult> CreateAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return ListAsync(call, PortalCall.Refusal("name", "Groups.NameMissing"));
        var rule = call.Given("rule");
        var isDynamic = call.Text("membership") == "dynamic";
        if (isDynamic && rule is null)
            return ListAsync(call, PortalCall.Refusal("rule", "Groups.RuleMissing"));
        var members = Principals.FindAll(call.Directory, call.Tenant.Id, call.Text("members"), out var unknown);
        if (unknown is not null)
            return ListAsync(call, PortalCall.Refusal("members", "Enterprise.NoPrincipal", unknown));
        string[] types =
        [
            .. call.Text("type") == Group.Unified ? [Group.Unified] : Array.Empty<string>(),
            .. isDynamic ? [Group.Dynamic] : Array.Empty<string>(),
        ];
        var made = new Group(call.NewId(), call.Tenant.Id, name)
        {
            Description = call.Given("description"),
            GroupTypes = types,
            SecurityEnabled = call.Text("type") != Group.Unified,
            MailEnabled = call.Text("type") == Group.Unified,
            MembershipRule = isDynamic ? rule : null,
            IsAssignableToRole = call.IsOn("assignable"),
            CreatedDateTime = call.Now,
        };
        call.Editor.SaveGroup(made, members);
        return call.SeeAsync($"groups/{made.Id}");
    }

    private static Task<IResult> ShowAsync(PortalCall call, FieldProblem? problem)
    {
        var group = call.Group;
        var members = call
            .Directory.MembersOf.Find(group.Id.ToString())
            .Take(MostRows)
            .Select(membership => new GroupPage.Member(
                membership.MemberId,
                Principals.NameOf(call.Directory, membership.MemberId),
                call.Directory.Users.Find(membership.MemberId) is not null ? "users"
                    : call.Directory.Groups.Find(membership.MemberId) is not null ? "groups"
                    : null
            ))
            .OrderBy(member => member.Name, StringComparer.OrdinalIgnoreCase);
        return call.ShowAsync<GroupPage>(
            new
            {
                View = call.View("groups", problem) with
                {
                    Subject = group.DisplayName,
                },
                Group = group,
                Members = members.ToList(),
                Within = call.Directory.DirectGroupsOf(group.Id).OrderBy(known => known.DisplayName).ToList(),
            }
        );
    }

    private static Task<IResult> SaveAsync(PortalCall call)
    {
        if (call.Given("name") is not { } name)
            return ShowAsync(call, PortalCall.Refusal("name", "Groups.NameMissing"));
        call.Editor.SaveGroup(
            call.Group with
            {
                DisplayName = name,
                Description = call.Given("description"),
                MembershipRule = call.Group.GroupTypes.Contains(Group.Dynamic) ? call.Given("rule") : null,
            },
            []
        );
        return call.SeeAsync($"groups/{call.Group.Id}");
    }

    private static Task<IResult> AddMembersAsync(PortalCall call)
    {
        var found = Principals.FindAll(call.Directory, call.Tenant.Id, call.Text("members"), out var unknown);
        if (unknown is not null)
            return ShowAsync(call, PortalCall.Refusal("members", "Enterprise.NoPrincipal", unknown));
        if (found.Contains(call.Group.Id))
            return ShowAsync(call, PortalCall.Refusal("members", "Groups.Itself"));
        call.Editor.SaveGroup(call.Group, found);
        return call.SeeAsync($"groups/{call.Group.Id}");
    }

    private static Task<IResult> RemoveMemberAsync(PortalCall call)
    {
        if (Guid.TryParse(call.Text("member"), out var member))
            call.Editor.RemoveMember(call.Group, member);
        return call.SeeAsync($"groups/{call.Group.Id}");
    }

    private static Task<IResult> DeleteAsync(PortalCall call)
    {
        call.Editor.Delete(call.Group);
        return call.SeeAsync("groups");
    }
}
