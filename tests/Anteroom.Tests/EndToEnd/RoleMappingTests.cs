using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Groups of Entra decide roles: of new accounts, or at every sign-in, as the connection says (docs/decisions/0022).</summary>
public sealed class RoleMappingTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEC-32")]
    public async Task The_role_follows_the_group_at_every_sign_in()
    {
        var scene = await GroupScene.SetAsync(shared, applies: RoleMappingApplies.EverySignIn);
        Assert.Equal(BuiltInRoles.Worker, await scene.SignInAsync());

        await scene.JoinAsync();
        Assert.Equal(GroupScene.Role, await scene.SignInAsync());
        await scene.LeaveAsync();
        Assert.Equal(BuiltInRoles.Worker, await scene.SignInAsync());

        var changes = await scene.Contoso.Rows.AuditAsync("user.updated");
        Assert.Equal(
            ["member → worker", "worker → member"],
            changes.Select(change => change.Details.GetProperty("role").GetString()).Take(2)
        );
    }

    [Fact]
    [Trait("Capability", "HEL-24")]
    public async Task Existing_users_keep_their_role_unless_the_organization_says_otherwise()
    {
        var scene = await GroupScene.SetAsync(shared);
        await scene.Contoso.AddAccountAsync("mira", scene.Mira);
        await scene.JoinAsync();

        Assert.Equal(BuiltInRoles.Worker, await scene.SignInAsync());
    }

    [Theory]
    [InlineData(BuiltInRoles.Administrator, GroupScene.Role, BuiltInRoles.Administrator)] // permissions are not taken
    [InlineData(BuiltInRoles.Worker, BuiltInRoles.Administrator, BuiltInRoles.Worker)] // and not given
    [Trait("Capability", "HEL-24")]
    [Trait("Security", "SEC-072")]
    [Trait("Security", "SEC-073")]
    public async Task A_sign_in_neither_takes_nor_gives_a_role_with_permissions(string has, string mapped, string left)
    {
        var scene = await GroupScene.SetAsync(shared, applies: RoleMappingApplies.EverySignIn);
        await scene.Contoso.ChangeAsync(settings => settings with { RoleMappings = [new("groups", scene.Drivers.ToString(), mapped)] });
        await scene.Contoso.AddAccountAsync("mira", scene.Mira, has);
        await scene.JoinAsync();

        Assert.Equal(left, await scene.SignInAsync());
    }
}
