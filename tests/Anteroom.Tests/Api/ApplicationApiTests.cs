using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Protocols.Jose;

namespace Anteroom.Tests.Api;

/// <summary>Applications through the management API: what can be said of one, and what is refused.</summary>
public sealed class ApplicationApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private static readonly string Jwks = Encoding.UTF8.GetString(
        new JsonWebKeySet([SigningKey.Generate(SignatureAlgorithm.ES256, kid: "k").PublicKey.JsonWebKey]).ToUtf8()
    );

    private Task<Answer> CreateAsync(string members) =>
        scenario.SendAsync(
            HttpMethod.Post,
            "applications",
            $$"""{"name":"Portal","protocol":"oidc","clientKind":"confidential"{{members}}}"""
        );

    [Fact]
    public async Task A_program_that_signs_by_a_key_is_registered_without_redirect_uris_and_without_a_secret()
    {
        var made = await CreateAsync(
            $$"""
            ,"grantTypes":["client_credentials"],"clientAuthentication":"private_key_jwt","jwks":{{Jwks}},"scopes":["orders:read"],
             "resources":["https://orders.example"],"accessTokenSeconds":1200
            """
        );
        Assert.Equal(201, made.Status);
        Assert.False(made.Json.ContainsKey("clientSecret"));
        Assert.Empty(made.Json["secrets"]!.AsArray());
        Assert.Equal("private_key_jwt", (string?)made.Json["clientAuthentication"]);
        Assert.Equal("k", (string?)made.Json["jwks"]!["keys"]![0]!["kid"]);
        Assert.Equal("orders:read", (string?)made.Json["scopes"]![0]);
        Assert.Equal("https://orders.example", (string?)made.Json["resources"]![0]);
        Assert.Equal(1200, (int?)made.Json["accessTokenSeconds"]);
        Assert.Equal(300, (int?)made.Json["idTokenSeconds"]);
        Assert.Equal("public", (string?)made.Json["subjectType"]);

        var read = await scenario.SendAsync(HttpMethod.Get, $"applications/{(string?)made.Json["id"]}");
        var (written, stored) = (made.Json, read.Json);
        foreach (var members in new[] { written, stored })
            members.Remove("createdAt"); // the database keeps microseconds
        Assert.True(JsonNode.DeepEquals(written, stored), read.Text);
    }

    [Fact] // RFC 7396: null takes away
    public async Task A_patch_sets_and_takes_away()
    {
        var made = await CreateAsync(""","redirectUris":["https://one.example/cb"]""");
        var path = $"applications/{(string?)made.Json["id"]}";
        var set = await scenario.SendAsync(
            HttpMethod.Patch,
            path,
            $$"""
            {"jwks":{{Jwks}},"scopes":["a"],"resources":["urn:b"],"subjectType":"pairwise","sectorIdentifier":"sector.example",
             "requirePushedAuthorizationRequests":true,"accessTokenSeconds":60,"idTokenSeconds":60,"refreshTokenIdleSeconds":60,"refreshTokenAbsoluteSeconds":60,
             "backChannelLogoutUri":"https://one.example/logout"}
            """,
            ifMatch: made.ETag
        );
        Assert.Equal(200, set.Status);
        Assert.True((bool)set.Json["requirePushedAuthorizationRequests"]!);
        Assert.Equal(("pairwise", "sector.example"), ((string?)set.Json["subjectType"], (string?)set.Json["sectorIdentifier"]));
        Assert.Equal("https://one.example/logout", (string?)set.Json["backChannelLogoutUri"]);

        var taken = await scenario.SendAsync(
            HttpMethod.Patch,
            path,
            """
            {"jwks":null,"scopes":null,"resources":null,"subjectType":null,"sectorIdentifier":null,
             "requirePushedAuthorizationRequests":null,"accessTokenSeconds":null,"idTokenSeconds":null,"refreshTokenIdleSeconds":null,"refreshTokenAbsoluteSeconds":null,
             "backChannelLogoutUri":null}
            """,
            ifMatch: set.ETag
        );
        Assert.Equal(200, taken.Status);
        foreach (var member in new[] { "version", "jwks", "sectorIdentifier" })
            taken.Json.Remove(member);
        foreach (
            var member in new[]
            {
                "scopes",
                "resources",
                "subjectType",
                "requirePushedAuthorizationRequests",
                "accessTokenSeconds",
                "idTokenSeconds",
                "refreshTokenIdleSeconds",
                "refreshTokenAbsoluteSeconds",
            }
        )
            Assert.True(JsonNode.DeepEquals(made.Json[member], taken.Json[member]), member);
        Assert.Null(taken.Json["jwks"]);
    }

    [Fact] // RFC 7591 §2: registered or published
    public async Task Keys_are_registered_or_published_and_can_be_moved()
    {
        const string Address = "https://one.example/jwks.json";
        var made = await CreateAsync(
            $$"""
            ,"grantTypes":["client_credentials"],"clientAuthentication":"private_key_jwt","jwksUri":"{{Address}}"
            """
        );
        Assert.Equal(201, made.Status);
        Assert.Equal(Address, (string?)made.Json["jwksUri"]);
        var path = $"applications/{(string?)made.Json["id"]}";
        var both = await scenario.SendAsync(HttpMethod.Patch, path, $$"""{"jwks":{{Jwks}}}""", ifMatch: made.ETag);
        Assert.Equal(400, both.Status);
        var moved = await scenario.SendAsync(HttpMethod.Patch, path, $$"""{"jwks":{{Jwks}},"jwksUri":null}""", ifMatch: made.ETag);
        Assert.Equal(200, moved.Status);
        Assert.Null(moved.Json["jwksUri"]);
        Assert.Equal("k", (string?)moved.Json["jwks"]!["keys"]![0]!["kid"]);
    }

    [Theory]
    [InlineData("redirectUris", "")]
    [InlineData("grantTypes", ""","redirectUris":["https://a.example/cb"],"grantTypes":["password"]""")]
    [InlineData("grantTypes", ""","redirectUris":["https://a.example/cb"],"grantTypes":[]""")]
    [InlineData("jwks", ""","redirectUris":["https://a.example/cb"],"clientAuthentication":"private_key_jwt" """)]
    [InlineData("jwks", ""","redirectUris":["https://a.example/cb"],"jwks":{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")]
    [InlineData("jwks", ""","redirectUris":["https://a.example/cb"],"jwks":"https://a.example/jwks.json" """)]
    [InlineData("scopes", ""","redirectUris":["https://a.example/cb"],"scopes":["openid"]""")]
    [InlineData("resources[0]", ""","redirectUris":["https://a.example/cb"],"resources":["two words"]""")]
    [InlineData("subjectType", ""","redirectUris":["https://a.example/cb"],"subjectType":"private" """)]
    [InlineData("sectorIdentifier", ""","redirectUris":["https://a.example/cb","https://b.example/cb"],"subjectType":"pairwise" """)]
    [InlineData("accessTokenSeconds", ""","redirectUris":["https://a.example/cb"],"accessTokenSeconds":3601""")]
    [InlineData("idTokenSeconds", ""","redirectUris":["https://a.example/cb"],"idTokenSeconds":301""")]
    [InlineData("refreshTokenIdleSeconds", ""","redirectUris":["https://a.example/cb"],"refreshTokenIdleSeconds":1209601""")]
    [InlineData("refreshTokenAbsoluteSeconds", ""","redirectUris":["https://a.example/cb"],"refreshTokenAbsoluteSeconds":7776001""")]
    [InlineData("jwksUri", ""","redirectUris":["https://a.example/cb"],"jwksUri":"http://a.example/jwks.json" """)]
    [InlineData("body", ""","redirectUris":["https://a.example/cb"],"jwks_uri":"https://a.example/jwks.json" """)]
    [InlineData("body", ""","redirectUris":["https://a.example/cb"],"accessTokenSeconds":"600" """)]
    [Trait("Security", "SEC-098")]
    public async Task Each_refusal_names_its_member(string member, string members)
    {
        var refused = await CreateAsync(members);
        Assert.Equal(400, refused.Status);
        Assert.Equal("validation_failed", refused.Code);
        if (member != "body")
            Assert.Contains(member + ":", (string?)refused.Json["detail"], StringComparison.Ordinal);
    }

    [Fact] // an API's name has one owner
    public async Task A_resource_of_another_organization_is_a_conflict()
    {
        var (one, _) = await scenario.OrganizationAsync();
        var (other, _) = await scenario.OrganizationAsync();
        var body = $$"""
            {"name":"Job","protocol":"oidc","clientKind":"confidential","grantTypes":["client_credentials"],"resources":["https://{{one}}.example"]}
            """;
        var own = await scenario.SendAsync(HttpMethod.Post, $"organizations/{one}/applications", body);
        Assert.Equal(201, own.Status);
        Assert.Equal(409, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{other}/applications", body)).Status);

        var path = $"organizations/{one}/applications/{(string?)own.Json["id"]}";
        Assert.Equal(200, (await scenario.SendAsync(HttpMethod.Patch, path, """{"resources":[]}""", ifMatch: own.ETag)).Status);
        Assert.Equal(201, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{other}/applications", body)).Status); // released
    }

    [Fact]
    public async Task The_document_names_the_members()
    {
        var document = await scenario.DocumentAsync();
        foreach (
            var member in new[]
            {
                "jwks",
                "jwksUri",
                "scopes",
                "resources",
                "subjectType",
                "requirePushedAuthorizationRequests",
                "accessTokenSeconds",
            }
        )
            Assert.Contains($"\"{member}\"", document, StringComparison.Ordinal);
    }
}
