using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Api;

/// <summary>Where operators approve connections, an administrator cannot put another tenant or application in the place of the approved one (IMP-11).</summary>
public sealed class ApprovalApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Connection = """
        {"name":"Entra","kind":"entra","tenantId":"11111111-1111-4111-8111-111111111111","clientId":"22222222-2222-4222-8222-222222222222",
         "clientKind":"browser"}
        """;

    private const string Another = """{"tenantId":"44444444-4444-4444-8444-444444444444"}""";

    /// <param name="Key">The organization's own.</param>
    private sealed record Desk(string Path, string Key);

    [Fact]
    [Trait("Capability", "IMP-11")]
    public async Task What_is_changed_before_it_is_active_is_a_draft_again()
    {
        var submitted = await SubmitAsync(await OrganizationAsync(isSelfService: false));
        await scenario.SendAsync(HttpMethod.Post, submitted.Path + "/approve");

        Assert.Equal("testing", await ChangeAsync(submitted, """{"authorizedDomains":["contoso.example"],"name":"Renamed"}"""));
        Assert.Equal("draft", await ChangeAsync(submitted, Another));

        var activated = await scenario.SendAsync(HttpMethod.Post, submitted.Path + "/activate", key: submitted.Key);
        Assert.Equal((403, "forbidden"), (activated.Status, activated.Code));
        var approved = await scenario.SendAsync(HttpMethod.Post, submitted.Path + "/approve"); // a page of before
        Assert.Equal((409, "conflict"), (approved.Status, approved.Code));
    }

    [Fact]
    [Trait("Capability", "IMP-11")]
    public async Task What_people_sign_in_by_is_changed_by_the_operator_alone()
    {
        var submitted = await SubmitAsync(await OrganizationAsync(isSelfService: false));
        await scenario.SendAsync(HttpMethod.Post, submitted.Path + "/activate", """{"withoutTest":"no way out of this test"}""");

        var refused = await scenario.SendAsync(HttpMethod.Patch, submitted.Path, Another, submitted.Key, ifMatch: "*");
        Assert.Equal((403, "forbidden"), (refused.Status, refused.Code));
        Assert.Equal("active", await ChangeAsync(submitted, """{"provisioning":"requireExisting"}"""));
        Assert.Equal("active", await ChangeAsync(submitted with { Key = "" }, Another));
    }

    [Fact]
    public async Task An_organization_that_activates_by_itself_changes_what_it_likes()
    {
        var submitted = await SubmitAsync(await OrganizationAsync(isSelfService: true));
        await scenario.SendAsync(HttpMethod.Post, submitted.Path + "/activate", """{"withoutTest":"no way out of this test"}""");
        Assert.Equal("active", await ChangeAsync(submitted, Another));
    }

    private async Task<Desk> OrganizationAsync(bool isSelfService)
    {
        var (slug, id) = await scenario.OrganizationAsync();
        if (!isSelfService)
            await scenario.SendAsync(HttpMethod.Patch, $"organizations/{slug}", """{"selfServiceActivation":false}""", ifMatch: "*");
        return new($"organizations/{slug}/connections", await scenario.KeyAsync(id, Permissions.OfOrganizations));
    }

    private async Task<Desk> SubmitAsync(Desk connections)
    {
        var made = await scenario.SendAsync(HttpMethod.Post, connections.Path, Connection, connections.Key);
        var path = $"{connections.Path}/{(string?)made.Json["id"]}";
        var answer = await scenario.SendAsync(HttpMethod.Post, path + "/submit", key: connections.Key);
        Assert.Equal("submitted", (string?)answer.Json["state"]);
        return connections with { Path = path };
    }

    private async Task<string?> ChangeAsync(Desk connection, string patch)
    {
        var changed = await scenario.SendAsync(HttpMethod.Patch, connection.Path, patch, connection.Key, ifMatch: "*");
        Assert.True(changed.Status == 200, changed.Text);
        return (string?)changed.Json["state"];
    }
}
