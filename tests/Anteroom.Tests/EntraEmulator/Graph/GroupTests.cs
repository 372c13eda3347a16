using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Groups and members (graph.md §4.5): nesting, cycles, all types, limited information.</summary>
[Collection(GraphCollection.Name)]
public sealed class GroupTests(GraphStage stage)
{
    [Fact]
    public async Task Names_are_not_unique()
    {
        var tenant = await stage.NewTenantAsync();
        var (one, two) = (await tenant.GroupIdAsync("Users"), await tenant.GroupIdAsync("Users"));
        var caller = await tenant.CallerAsync("Group.Read.All");
        var found = (await caller.GetAsync("groups?$filter=displayName eq 'Users'&$select=id")).Succeeds();
        Assert.Equal(new[] { one, two }.Order(), found.Names("id").Order());
    }

    [Fact] // graph.md §12 no. 5: nesting, cycles, devices and service principals
    public async Task Members_of_all_types_come_directly_and_through_nesting_each_once()
    {
        var tenant = await stage.NewTenantAsync();
        var (ada, bo) = (await tenant.UserIdAsync("ada"), await tenant.UserIdAsync("bo"));
        var device = (string)(await stage.Emulator.PostAsync($"/tenants/{tenant.Id}/devices", new { displayName = "laptop" }))["id"]!;
        var inner = await tenant.GroupIdAsync("inner", bo, ada, device);
        var outer = await tenant.GroupIdAsync("outer", ada, inner);
        await stage.Emulator.PostAsync($"/groups/{inner}/members", new { members = new[] { outer } }); // a cycle
        var caller = await tenant.CallerAsync("Directory.Read.All");

        var direct = (await caller.GetAsync($"groups/{outer}/members")).Succeeds();
        Assert.Equal(new[] { ada, inner }.Order(), direct.Names("id").Order());
        Assert.Equal(["#microsoft.graph.group", "#microsoft.graph.user"], direct.Names("@odata.type").Order(StringComparer.Ordinal));
        Assert.EndsWith("$metadata#directoryObjects", (string)direct.Json["@odata.context"]!, StringComparison.Ordinal);

        var (all, pages) = await caller.AllAsync($"groups/{outer}/transitiveMembers?$top=2");
        Assert.Equal(new[] { ada, bo, device, inner, outer }.Order(), all.Select(one => (string)one["id"]!).Order());
        Assert.Equal(3, pages);

        var users = (
            await caller.GetAsync($"groups/{outer}/transitiveMembers/microsoft.graph.user?$select=displayName&$count=true", eventual: true)
        ).Succeeds();
        Assert.Equal(["ada", "bo"], users.Names().Order(StringComparer.Ordinal));
        Assert.Equal(2, (int)users.Json["@odata.count"]!);
        Assert.Equal("2", (await caller.GetAsync($"groups/{outer}/transitiveMembers/microsoft.graph.user/$count", eventual: true)).Text);
        (await caller.GetAsync($"groups/{outer}/members/microsoft.graph.user?$filter=startswith(displayName,'a')")).Refuses(
            400,
            "Request_UnsupportedQuery"
        );
    }

    [Fact] // graph.md §2, "Limited information returned for inaccessible member objects"
    public async Task Without_permission_for_a_type_its_members_are_ids_and_nothing_else()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var nested = await tenant.GroupIdAsync("nested");
        var group = await tenant.GroupIdAsync("group", ada, nested);
        var caller = await tenant.CallerAsync("GroupMember.Read.All");
        var members = (await caller.GetAsync($"groups/{group}/members")).Succeeds().Values.ToDictionary(member => (string)member["id"]!);
        Assert.Equal("#microsoft.graph.user", (string)members[ada]["@odata.type"]!);
        Assert.Null(members[ada]["displayName"]);
        Assert.Null(members[ada]["userPrincipalName"]);
        Assert.Equal("nested", (string)members[nested]["displayName"]!);
    }

    [Fact]
    public async Task Hidden_membership_needs_its_own_permission()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var group = (string)
            (
                await stage.Emulator.PostAsync(
                    $"/tenants/{tenant.Id}/groups",
                    new
                    {
                        displayName = "hidden",
                        visibility = "HiddenMembership",
                        members = new[] { ada },
                    }
                )
            )["id"]!;
        var plain = await tenant.CallerAsync("Directory.Read.All");
        var entitled = await tenant.CallerAsync("Directory.Read.All", "Member.Read.Hidden");
        Assert.Empty((await plain.GetAsync($"groups/{group}/members")).Values);
        Assert.Single((await entitled.GetAsync($"groups/{group}/members")).Values);
    }

    [Fact]
    public async Task A_group_is_made_filled_emptied_and_deleted()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("Group.ReadWrite.All", "User.Read.All");
        var group = (
            await caller.PostAsync(
                "groups",
                new
                {
                    displayName = "Made",
                    mailEnabled = false,
                    mailNickname = "made",
                    securityEnabled = true,
                }
            )
        ).Succeeds(201).Id;
        var reference = new JsonObject { ["@odata.id"] = $"https://graph.microsoft.com/v1.0/directoryObjects/{ada}" };
        (await caller.PostAsync($"groups/{group}/members/$ref", reference)).Succeeds(204);
        (await caller.PostAsync($"groups/{group}/members/$ref", reference.DeepClone())).Refuses(
            400,
            "Request_BadRequest",
            "One or more added object references already exist for the following modified properties: 'members'."
        );
        Assert.Equal(["ada"], (await caller.GetAsync($"groups/{group}/members")).Names());
        (await caller.DeleteAsync($"groups/{group}/members/{ada}/$ref")).Succeeds(204);
        (await caller.DeleteAsync($"groups/{group}/members/{ada}/$ref")).Refuses(404, "Request_ResourceNotFound");
        (await caller.PatchAsync($"groups/{group}", new { description = "x" })).Succeeds(204);
        (await caller.DeleteAsync($"groups/{group}")).Succeeds(204);
        (await caller.GetAsync($"groups/{group}")).Refuses(404, "Request_ResourceNotFound");
    }

    [Fact] // graph.md §6.4: memberships of synced groups are refused too
    public async Task A_synced_group_is_changed_at_home()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var group = (string)
            (
                await stage.Emulator.PostAsync(
                    $"/tenants/{tenant.Id}/groups",
                    new { displayName = "synced", onPremises = new { syncEnabled = true } }
                )
            )["id"]!;
        var caller = await tenant.CallerAsync("Group.ReadWrite.All");
        (await caller.PostAsync($"groups/{group}/members/$ref", new JsonObject { ["@odata.id"] = $"x/{ada}" })).Refuses(
            400,
            "Request_BadRequest",
            "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration."
        );
    }

    [Fact] // entra-oidc.md §4.4: what overage points to
    public async Task The_groups_of_a_member_are_told_in_every_way()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada", new { roles = new[] { "Reports Reader" } });
        var inner = await tenant.GroupIdAsync("inner", ada);
        var outer = await tenant.GroupIdAsync("outer", inner);
        var other = await tenant.GroupIdAsync("other");
        var caller = await tenant.CallerAsync("Directory.Read.All");

        Assert.Equal(["inner", "Reports Reader"], (await caller.GetAsync($"users/{ada}/memberOf")).Names());
        Assert.Equal(["inner", "outer"], (await caller.GetAsync($"users/{ada}/transitiveMemberOf/microsoft.graph.group")).Names());
        Assert.Equal(["Reports Reader"], (await caller.GetAsync($"users/{ada}/transitiveMemberOf/microsoft.graph.directoryRole")).Names());
        Assert.Equal(
            new[] { inner, outer }.Order(),
            Strings(await caller.PostAsync($"users/{ada}/getMemberGroups", new { securityEnabledOnly = false })).Order()
        );
        Assert.Equal(3, Strings(await caller.PostAsync($"users/{ada}/getMemberObjects", new { securityEnabledOnly = false })).Count());
        Assert.Equal([outer], Strings(await caller.PostAsync($"users/{ada}/checkMemberGroups", new { groupIds = new[] { outer, other } })));
        (await caller.PostAsync($"users/{ada}/checkMemberGroups", new { groupIds = Enumerable.Repeat(outer, 21) })).Refuses(
            400,
            "Request_BadRequest"
        );

        var found = (
            await caller.PostAsync(
                "directoryObjects/getByIds",
                new { ids = new[] { ada, outer, tenant.Id }, types = new[] { "user", "group" } }
            )
        ).Succeeds();
        Assert.Equal(["ada", "outer"], found.Names());
    }

    private static IEnumerable<string> Strings(GraphAnswer answer) =>
        ((JsonArray)answer.Succeeds().Json["value"]!).Select(value => (string)value!);
}
