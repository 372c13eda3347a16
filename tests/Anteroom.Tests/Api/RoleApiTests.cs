namespace Anteroom.Tests.Api;

/// <summary>Roles by programs: of two that change the same one, the second is told.</summary>
public sealed class RoleApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    [Fact]
    public async Task Who_changes_a_role_says_which_version_they_have_seen()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var made = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/roles", """{"key":"help-desk","name":"Help desk"}""");
        Assert.Equal((201, "\"1\"", 1), (made.Status, made.ETag, (int)made.Json["version"]!));
        var path = $"organizations/{slug}/roles/help-desk";

        Assert.Equal(428, (await scenario.SendAsync(HttpMethod.Patch, path, """{"name":"First"}""")).Status);
        var first = await scenario.SendAsync(HttpMethod.Patch, path, """{"name":"First"}""", ifMatch: made.ETag);
        Assert.Equal((200, "\"2\""), (first.Status, first.ETag));
        var second = await scenario.SendAsync(HttpMethod.Patch, path, """{"name":"Second"}""", ifMatch: made.ETag);
        Assert.Equal((412, "version_mismatch"), (second.Status, second.Code));
        var now = await scenario.SendAsync(HttpMethod.Get, path);
        Assert.Equal(("First", "\"2\""), ((string?)now.Json["name"], now.ETag));
        var any = await scenario.SendAsync(HttpMethod.Patch, path, """{"name":"Third"}""", ifMatch: "*");
        Assert.Equal(("Third", 3), ((string?)any.Json["name"], (int)any.Json["version"]!));
    }

    [Fact]
    public async Task A_role_of_another_organization_is_not_there()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var (other, _) = await scenario.OrganizationAsync();
        await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/roles", """{"key":"help-desk","name":"Help desk"}""");

        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Get, $"organizations/{other}/roles/help-desk")).Status);
        var refused = await scenario.SendAsync(
            HttpMethod.Patch,
            $"organizations/{other}/roles/help-desk",
            """{"name":"X"}""",
            ifMatch: "*"
        );
        Assert.Equal(404, refused.Status);
    }
}
