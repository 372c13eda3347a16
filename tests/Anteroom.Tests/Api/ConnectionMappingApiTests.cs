namespace Anteroom.Tests.Api;

/// <summary>Mappings and second factors of a connection by programs.</summary>
public sealed class ConnectionMappingApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Connection = """
        {"name":"Entra","kind":"entra","tenantId":"11111111-1111-4111-8111-111111111111","clientId":"22222222-2222-4222-8222-222222222222",
         "roleMappings":[{"claim":"groups","value":"33333333-3333-4333-8333-333333333333","role":"member"}],"roleMappingApplies":"everySignIn",
         "mfaRequired":true,"trustUpstreamMfa":true,"authContext":"c1","stepUps":[{"acr":"urn:high","authContext":"c2"}]}
        """;

    [Fact]
    [Trait("Capability", "HEC-32")]
    [Trait("Capability", "IMP-24")]
    public async Task What_is_sent_is_shown_and_changed_member_by_member()
    {
        var connections = $"organizations/{(await scenario.OrganizationAsync()).Slug}/connections";
        var made = await scenario.SendAsync(HttpMethod.Post, connections, Connection);
        Assert.Equal(201, made.Status);
        Assert.Equal(("everySignIn", "c1"), ((string?)made.Json["roleMappingApplies"], (string?)made.Json["authContext"]));
        Assert.Equal("c2", (string?)made.Json["stepUps"]![0]!["authContext"]);

        var address = $"{connections}/{(string?)made.Json["id"]}";
        var changed = await scenario.SendAsync(
            HttpMethod.Patch,
            address,
            """{"authContext":null,"stepUps":null,"roleMappingApplies":"atCreation"}""",
            ifMatch: made.ETag
        );
        Assert.Equal(200, changed.Status);
        Assert.Null(changed.Json["authContext"]);
        Assert.Empty(changed.Json["stepUps"]!.AsArray());
        Assert.Equal("atCreation", (string?)changed.Json["roleMappingApplies"]);
        Assert.Equal("member", (string?)changed.Json["roleMappings"]![0]!["role"]); // not named, not changed
    }

    [Theory]
    [InlineData("""{"authContext":"c0"}""")]
    [InlineData("""{"stepUps":[{"acr":"","authContext":"c1"}]}""")]
    [InlineData("""{"stepUps":[{"acr":"urn:high"}]}""")]
    [InlineData("""{"roleMappingApplies":"sometimes"}""")]
    [InlineData("""{"roleMappingApplies":1}""")]
    public async Task Anything_else_is_refused(string patch)
    {
        var connections = $"organizations/{(await scenario.OrganizationAsync()).Slug}/connections";
        var made = await scenario.SendAsync(HttpMethod.Post, connections, Connection);
        var refused = await scenario.SendAsync(HttpMethod.Patch, $"{connections}/{(string?)made.Json["id"]}", patch, ifMatch: made.ETag);
        Assert.Equal((400, "validation_failed"), (refused.Status, refused.Code));
    }
}
