using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.Api;

/// <summary>Groups by programs: made, filled, emptied and removed; a directory's groups are the directory's.</summary>
public sealed class GroupApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    [Fact]
    public async Task A_group_goes_with_its_memberships_and_its_members_stay()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var (other, _) = await scenario.OrganizationAsync();
        var user = (await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/users", """{"userName":"mira"}""")).Json["id"];
        var group = (await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/groups", """{"name":"Night shift"}""")).Json["id"];
        var body = $$"""{"userId":"{{user}}"}""";
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/groups/{group}/members", body)).Status);

        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Delete, $"organizations/{other}/groups/{group}")).Status);
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Delete, $"organizations/{slug}/groups/{group}")).Status);

        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Delete, $"organizations/{slug}/groups/{group}")).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/groups/{group}/members")).Status);
        Assert.Equal(200, (await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/users/{user}")).Status);
        var rows = new OrganizationRows(scenario.TestDatabase.Database, id);
        var told = Assert.Single(await rows.AuditAsync("group.deleted"));
        Assert.Equal(("Night shift", 1), (told.TargetName, told.Details.GetProperty("members").GetInt32()));
        Assert.Equal(0, await rows.CountAsync("group_members"));
    }

    [Fact]
    public async Task A_group_of_a_directory_is_not_removed_here()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var made = (await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/groups", """{"name":"Sales"}""")).Json["id"]!;
        Assert.True(Identifiers.TryParse(Groups.IdPrefix, made.ToString(), out var group));
        var rows = new OrganizationRows(scenario.TestDatabase.Database, id);
        await rows.FirstAsync<Guid>(
            "UPDATE groups SET source = 'graph' WHERE organization_id = @organization AND group_id = @group RETURNING group_id",
            new { group }
        );

        var refused = await scenario.SendAsync(HttpMethod.Delete, $"organizations/{slug}/groups/{made}");

        Assert.Equal((409, "conflict"), (refused.Status, refused.Code));
        Assert.Equal(1, await rows.CountAsync("groups"));
    }
}
