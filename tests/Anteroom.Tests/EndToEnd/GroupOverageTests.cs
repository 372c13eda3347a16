using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.EndToEnd;

/// <summary>More groups than a token holds: looked up at the cloud's Graph, or nobody comes in (SEC-075).</summary>
public sealed class GroupOverageTests(SharedRig shared)
{
    [Theory]
    [InlineData("code")]
    [InlineData("hybrid")]
    [Trait("Capability", "HEC-32")]
    [Trait("Security", "SEC-075")]
    public async Task Groups_beyond_the_token_are_read_by_the_persons_own_token_through_all_nesting(string mode)
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken, mode);
        var shift = await scene.Contoso.AddGroupAsync("Night shift", scene.Mira.ObjectId);
        await scene.JoinAsync(by: shift); // Mira is a driver because her shift is

        Assert.Equal(GroupScene.Role, await scene.SignInAsync());

        Assert.NotEmpty(await scene.Rig.Control.RequestsAsync("/graph/v1.0/me/transitiveMemberOf"));
        Assert.Empty(await scene.Rig.Control.RequestsAsync($"/graph/v1.0/users/{scene.Mira.ObjectId}")); // no further permission is needed
    }

    [Fact]
    [Trait("Capability", "HEC-32")]
    [Trait("Security", "SEC-075")]
    public async Task Somebody_in_many_groups_but_none_that_is_mapped_gets_the_default_role()
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken);
        Assert.Equal(BuiltInRoles.Worker, await scene.SignInAsync());
    }

    [Fact]
    [Trait("Capability", "HEC-32")]
    [Trait("Security", "SEC-075")]
    public async Task Without_a_code_the_application_asks_by_its_own_permission_and_nobody_comes_in_until_it_is_granted()
    {
        var scene = await GroupScene.SetAsync(shared, more: 6, mode: "idToken");
        await scene.JoinAsync();
        Assert.Equal("secret_missing", await scene.AssertUnresolvedAsync());

        var secret = await scene.Rig.Control.PostAsync($"applications/{scene.Contoso.ClientId}/secrets", new { displayName = "groups" });
        await scene.Contoso.ChangeAsync(settings => settings, (string?)secret["secretText"]);
        Assert.Equal("graph_refused 403 Authorization_RequestDenied", await scene.AssertUnresolvedAsync());

        await scene.GrantAsync("GroupMember.Read.All");
        Assert.Equal(GroupScene.Role, await scene.SignInAsync());
    }

    [Fact]
    [Trait("Security", "SEC-075")]
    public async Task A_client_in_the_browser_has_no_way_to_ask_and_says_so()
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken, "browser");
        Assert.Equal("secret_missing", await scene.AssertUnresolvedAsync());
    }

    [Theory]
    [InlineData(429, "graph_unavailable outbound_status 429")]
    [InlineData(503, "graph_unavailable outbound_status 503")]
    [Trait("Security", "SEC-075")]
    [Trait("Security", "SEC-303")]
    public async Task Nobody_comes_in_by_earlier_groups_while_graph_does_not_answer(int status, string kept)
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken, applies: RoleMappingApplies.EverySignIn);
        await scene.JoinAsync();
        Assert.Equal(GroupScene.Role, await scene.SignInAsync());

        await using (
            await scene.Rig.Control.FaultAsync(
                new
                {
                    path = "/graph/v1.0/me/transitiveMemberOf",
                    kind = "status",
                    status,
                }
            )
        )
            Assert.Equal(kept, await scene.AssertUnresolvedAsync());
        Assert.Equal(GroupScene.Role, await scene.RoleAsync()); // as it was, and nobody signed in by it
    }

    [Fact]
    [Trait("Security", "SEC-075")]
    public async Task Where_existing_accounts_keep_their_roles_graph_is_not_asked_about_them()
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken);
        await scene.SignInAsync();
        await using var fault = await scene.Rig.Control.FaultAsync(
            new
            {
                path = "/graph/v1.0/me/transitiveMemberOf",
                kind = "status",
                status = 503,
            }
        );
        Assert.Equal(BuiltInRoles.Worker, await scene.SignInAsync());
    }

    [Fact]
    [Trait("Security", "SEC-075")]
    public async Task A_mapping_by_name_cannot_be_answered_by_ids()
    {
        var scene = await GroupScene.SetAsync(shared, GroupScene.MostInToken);
        await scene.Contoso.ChangeAsync(settings => settings with { RoleMappings = [new("groups", @"CONTOSO\Drivers", GroupScene.Role)] });
        Assert.Equal("group_names", await scene.AssertUnresolvedAsync());
    }
}
