using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>The grid of claims and roles: offered from the last sign-ins, saved row by row, merged row by row.</summary>
public sealed class ClaimPageTests(SharedRig shared)
{
    private sealed record Stage(AnteroomRig Rig, RelyingParty Application, Contoso Contoso, ConsoleScene Scene)
    {
        public string Address => Scene.AddressOf(Contoso.Organization, $"connections/{Contoso.Connection.Id}/claims");

        public async Task<ConnectionSettings> SettingsAsync() =>
            (await Rig.Get<ConnectionStore>().FindAsync(Contoso.Organization.Id, Contoso.Connection.Id, default))!.Settings;
    }

    private async Task<Stage> SetAsync(ContosoOptions? options = null)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, options ?? new() { Claims = ["upn", "ctry"] });
        Assert.True(
            (
                await rig.Get<DefineCustomField>().HandleAsync(contoso.Organization.Id, "country", "Country", 40, AnteroomRig.Desk, default)
            ).TryGet(out _, out _)
        );
        return new(rig, application, contoso, new ConsoleScene(rig));
    }

    private static string[] Offered(Page page, string list) =>
        [.. page.Html.QuerySelectorAll($"#list-{list} option").Select(option => option.GetAttribute("value")!)];

    [Fact]
    [Trait("Capability", "HEC-33")]
    [Trait("Capability", "HEC-34")]
    [Trait("Capability", "HEC-32")]
    public async Task An_administrator_chooses_from_what_the_last_sign_in_held_and_the_next_one_follows()
    {
        var stage = await SetAsync();
        await stage.Rig.Control.PatchAsync($"applications/{stage.Contoso.ClientId}", new { groupMembershipClaims = "SecurityGroup" });
        var mira = await stage.Contoso.AddPersonAsync(more: new { country = "DE" });
        var drivers = await stage.Contoso.AddGroupAsync("Drivers", mira.ObjectId);
        using var administrator = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);
        Assert.Contains(
            "Nobody has signed in by this connection yet",
            (await administrator.GetAsync(stage.Address)).Text,
            StringComparison.Ordinal
        );

        using var person = stage.Rig.NewBrowser();
        Assert.True((await stage.Contoso.SignInAsync(stage.Application, person, mira)).IsSuccess);
        var grid = await administrator.GetAsync(stage.Address);

        Assert.Contains("ctry", Offered(grid, "claims"));
        Assert.DoesNotContain("nonce", Offered(grid, "claims")); // of the token, not of the person
        Assert.Equal([drivers.ToString()], Offered(grid, "keys"));
        Assert.DoesNotContain(">DE<", grid.Body, StringComparison.Ordinal); // values about people are not kept
        Assert.DoesNotContain(mira.UserName, grid.Body, StringComparison.OrdinalIgnoreCase);

        var saved = await ConsoleForm.SubmitAsync(
            administrator,
            grid,
            new()
            {
                ["claim.custom.country"] = "ctry",
                ["roleMappingApplies"] = "everySignIn",
                ["newValue.0"] = drivers.ToString(),
                ["newRole.0"] = BuiltInRoles.Member,
            }
        );
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        var settings = await stage.SettingsAsync();
        Assert.Equal([new ClaimMapping("ctry", "custom.country")], settings.ClaimMappings);
        Assert.Equal([new RoleMapping("groups", drivers.ToString(), BuiltInRoles.Member)], settings.RoleMappings);
        Assert.Equal(RoleMappingApplies.EverySignIn, settings.RoleMappingApplies);

        await stage.Rig.HeardAsync(stage.Contoso.Organization.Id);
        using var again = stage.Rig.NewBrowser();
        Assert.True((await stage.Contoso.SignInAsync(stage.Application, again, mira)).IsSuccess);
        var id = await stage.Contoso.Rows.FirstAsync<Guid>("SELECT user_id FROM external_identities WHERE organization_id = @organization");
        var user = (await stage.Rig.Get<UserStore>().FindAsync(stage.Contoso.Organization.Id, new UserId(id), default))!;
        Assert.Equal(("DE", BuiltInRoles.Member), (user.Attributes["custom.country"], user.Role.Key));
        Assert.Equal(FactSource.Token, user.Stamps["custom.country"].Source);
    }

    [Fact]
    public async Task A_sign_in_that_shows_nothing_new_writes_nothing()
    {
        var stage = await SetAsync();
        var mira = await stage.Contoso.AddPersonAsync();
        for (var count = 0; count < 2; count++)
        {
            using var person = stage.Rig.NewBrowser();
            Assert.True((await stage.Contoso.SignInAsync(stage.Application, person, mira)).IsSuccess);
            var changed = await stage.Contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM seen_claims WHERE organization_id = @organization AND seen_at > 'epoch'"
            );
            Assert.Equal(count == 0, changed > 0);
            await stage
                .Rig.Database.In(stage.Contoso.Organization.Id)
                .ExecuteAsync("UPDATE seen_claims SET seen_at = 'epoch' WHERE organization_id = @organization", null, default);
        }
    }

    [Fact]
    [Trait("Capability", "HEC-34")]
    [Trait("Capability", "HEC-36")]
    public async Task A_row_is_switched_off_changed_and_taken_away()
    {
        var stage = await SetAsync();
        var group = "5f0f1c9e-6f0c-4d2b-9d5e-0b9a4f6b7c11";
        await stage.Contoso.ChangeAsync(settings =>
            settings with
            {
                ClaimMappings = [new("ctry", "custom.country")],
                RoleMappings = [new("groups", group, BuiltInRoles.Member), new("roles", "Driver", BuiltInRoles.Worker)],
            }
        );
        using var browser = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);

        await ConsoleForm.SubmitAsync(
            browser,
            await browser.GetAsync(stage.Address),
            new()
            {
                ["active.custom.country"] = "",
                ["missing.custom.country"] = "clear",
                [RowOf("groups", group)] = "",
                [RowOf("roles", "Driver")] = BuiltInRoles.Member,
            }
        );

        var settings = await stage.SettingsAsync();
        Assert.Equal([new ClaimMapping("ctry", "custom.country", Active: false, WhenMissing.Clear)], settings.ClaimMappings);
        Assert.Equal([new RoleMapping("roles", "Driver", BuiltInRoles.Member)], settings.RoleMappings);
    }

    [Fact]
    public async Task Two_who_edit_at_once_lose_nothing()
    {
        var stage = await SetAsync();
        using var first = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);
        using var second = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);
        var (hers, his) = (await first.GetAsync(stage.Address), await second.GetAsync(stage.Address));

        await ConsoleForm.SubmitAsync(first, hers, new() { ["claim.custom.country"] = "ctry" });
        var question = await ConsoleForm.SubmitAsync(second, his, new() { ["claim.displayName"] = "name" });
        Assert.Equal(HttpStatusCode.Conflict, question.Status);
        Assert.Contains("Country: Claim", question.Text, StringComparison.Ordinal);
        await ConsoleForm.SubmitAsync(second, question);

        var targets = (await stage.SettingsAsync()).ClaimMappings.Select(mapping => mapping.Target);
        Assert.Equal(["custom.country", "displayName"], targets.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_change_of_a_row_that_is_gone_is_told()
    {
        var stage = await SetAsync();
        await stage.Contoso.ChangeAsync(settings => settings with { RoleMappings = [new("roles", "Driver", BuiltInRoles.Worker)] });
        using var first = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);
        using var second = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);
        var (hers, his) = (await first.GetAsync(stage.Address), await second.GetAsync(stage.Address));

        await ConsoleForm.SubmitAsync(first, hers, new() { [RowOf("roles", "Driver")] = "" });
        var told = await ConsoleForm.SubmitAsync(second, his, new() { [RowOf("roles", "Driver")] = BuiltInRoles.Member });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, told.Status);
        Assert.Contains("Somebody else removed a row", told.Text, StringComparison.Ordinal);
        Assert.Empty((await stage.SettingsAsync()).RoleMappings);
    }

    [Theory]
    [InlineData("newValue.0", "Driver", "needs both")]
    [InlineData("newRole.0", BuiltInRoles.Member, "needs both")]
    public async Task A_row_by_half_is_told_beside_its_field(string field, string value, string words)
    {
        var stage = await SetAsync();
        using var browser = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, BuiltInRoles.Administrator);

        var refused = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(stage.Address), new() { [field] = value });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(words, refused.Html.QuerySelector(".row-of-fields .field-fault")!.TextContent, StringComparison.Ordinal);
        Assert.Empty((await stage.SettingsAsync()).RoleMappings);
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task Nobody_maps_a_role_with_more_permissions_than_they_hold()
    {
        var stage = await SetAsync();
        var roles = stage.Rig.Get<ChangeRoles>();
        var draft = new RoleDraft(
            "Connector",
            [Permissions.OrganizationRead, Permissions.ConnectionsRead, Permissions.ConnectionsWrite],
            Channels.All
        );
        var maker = new Administrator(Permissions.OfPlatform.ToHashSet(), AnteroomRig.Desk);
        Assert.True((await roles.CreateAsync(stage.Contoso.Organization.Id, "connector", draft, maker, default)).TryGet(out _, out _));
        using var browser = await stage.Scene.EnterAsync(stage.Contoso.Organization.Id, "connector");

        var page = await browser.GetAsync(stage.Address);
        Assert.DoesNotContain("administrator", page.Html.QuerySelector("[name='newRole.0']")!.InnerHtml, StringComparison.Ordinal);
        var refused = await ConsoleForm.SubmitAsync(
            browser,
            page,
            new() { ["newValue.0"] = "Driver", ["newRole.0"] = BuiltInRoles.Administrator }
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("more permissions than you hold", refused.Text, StringComparison.Ordinal);
        Assert.Empty((await stage.SettingsAsync()).RoleMappings);
    }

    private static string RowOf(string claim, string value) =>
        Server.Console.Integrations.ClaimGrid.RoleOf(new RoleMapping(claim, value, ""));
}
