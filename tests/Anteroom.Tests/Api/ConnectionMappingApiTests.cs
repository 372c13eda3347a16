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

    [Fact]
    [Trait("Capability", "HID-26")]
    public async Task The_last_day_of_a_secret_belongs_to_that_secret()
    {
        var connections = $"organizations/{(await scenario.OrganizationAsync()).Slug}/connections";
        var made = await scenario.SendAsync(
            HttpMethod.Post,
            connections,
            Connection.TrimEnd()[..^1] + ""","clientSecret":"abc~some-secret-value","clientSecretExpiresOn":"2027-05-31"}"""
        );
        Assert.Equal((201, "2027-05-31"), (made.Status, (string?)made.Json["clientSecretExpiresOn"]));
        var address = $"{connections}/{(string?)made.Json["id"]}";
        var renamed = await PatchAsync("""{"name":"Other"}""", made.ETag);
        Assert.Equal("2027-05-31", (string?)renamed.Json["clientSecretExpiresOn"]);
        var later = await PatchAsync("""{"clientSecretExpiresOn":"2027-06-30"}""", renamed.ETag);
        Assert.Equal("2027-06-30", (string?)later.Json["clientSecretExpiresOn"]);
        Assert.Equal(400, (await PatchAsync("""{"clientSecretExpiresOn":"31.05.2027"}""", later.ETag)).Status);
        var replaced = await PatchAsync("""{"clientSecret":"abc~another-secret-value"}""", later.ETag);
        Assert.Null((string?)replaced.Json["clientSecretExpiresOn"]);
        var both = await PatchAsync("""{"clientSecret":"abc~a-third-secret","clientSecretExpiresOn":"2028-01-01"}""", replaced.ETag);
        Assert.Equal("2028-01-01", (string?)both.Json["clientSecretExpiresOn"]);
        var dayless = await PatchAsync("""{"clientSecretExpiresOn":null}""", both.ETag);
        Assert.Null((string?)dayless.Json["clientSecretExpiresOn"]);
        Assert.Equal("cret", (string?)dayless.Json["clientSecret"]!["last4"]);
        var without = await PatchAsync("""{"clientSecret":null}""", dayless.ETag); // RFC 7396 §1
        Assert.Equal(200, without.Status);
        Assert.Null(without.Json["clientSecret"]);

        Task<Answer> PatchAsync(string patch, string? etag) => scenario.SendAsync(HttpMethod.Patch, address, patch, ifMatch: etag);
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
