using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A tenant whose tokens list security groups, a group of drivers, and a connection that gives drivers their role.</summary>
internal sealed record GroupScene(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, Person Mira, Guid Drivers)
{
    /// <summary>Groups that a token holds at most (entra-oidc.md §4.4).</summary>
    public const int MostInToken = 200;

    /// <summary>A role without permissions beside the default.</summary>
    public const string Role = BuiltInRoles.Member;

    /// <param name="mode">As in <see cref="ConnectionModeTests"/>.</param>
    /// <param name="more">How many further groups Mira is in, by way of one that holds her; none of them is the drivers'.</param>
    public static async Task<GroupScene> SetAsync(
        SharedRig shared,
        int more = 0,
        string mode = "code",
        RoleMappingApplies applies = RoleMappingApplies.AtCreation
    )
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode));
        await rig.Control.PatchAsync($"applications/{contoso.ClientId}", new { groupMembershipClaims = "SecurityGroup" });
        var mira = await contoso.AddPersonAsync();
        var team = await contoso.AddGroupAsync("Team", mira.ObjectId);
        for (var count = 0; count < more; count++)
            await contoso.AddGroupAsync($"Club {count}", team);
        var drivers = await contoso.AddGroupAsync("Drivers");
        await contoso.ChangeAsync(settings =>
            settings with
            {
                RoleMappings = [new("groups", drivers.ToString(), Role)],
                RoleMappingApplies = applies,
            }
        );
        return new(rig, application, contoso, mira, drivers);
    }

    /// <summary>Mira becomes a driver, directly or by a group that she is in.</summary>
    public Task JoinAsync(Guid? by = null) =>
        Rig.Control.PostAsync($"groups/{Drivers}/members", new { members = new[] { by ?? Mira.ObjectId } });

    public Task LeaveAsync() => Rig.Control.SendAsync(HttpMethod.Delete, $"groups/{Drivers}/members/{Mira.ObjectId}");

    /// <summary>The role with which she ends up, by what the application is told.</summary>
    public async Task<string> SignInAsync()
    {
        using var browser = Rig.NewBrowser();
        Assert.True((await Contoso.SignInAsync(Application, browser, Mira)).IsSuccess);
        return (await RoleAsync())!;
    }

    public Task<string?> RoleAsync() =>
        Contoso.Rows.FirstAsync<string>(
            """
            SELECT r.key FROM users u JOIN roles r USING (organization_id, role_id) WHERE u.organization_id = @organization
            """
        );

    /// <summary>A sign-in that must not succeed; the reason beside the code that the record keeps.</summary>
    public async Task<string?> AssertUnresolvedAsync()
    {
        var before = await Contoso.Rows.CountAsync();
        using var browser = Rig.NewBrowser();
        var page = await Contoso.SignInAsync(browser, Application.Begin(("organization", Contoso.Slug)), Mira);
        await Refused.AssertAsync(Contoso, page, before, "groups_unresolved");
        return (await Contoso.Rows.LastRefusalAsync()).Details.GetProperty("upstream").GetString();
    }

    /// <summary>Grants the application a permission of Graph, as an administrator does.</summary>
    public Task GrantAsync(string permission) =>
        Rig.Control.PostAsync(
            $"tenants/{Contoso.TenantId}/service-principals/{Contoso.ClientId}/permissions",
            new { graph = new[] { permission } }
        );
}
