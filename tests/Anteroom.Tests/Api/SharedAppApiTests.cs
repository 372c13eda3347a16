using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Api;

/// <summary>The platform's own app registrations, and which tenants come in by them: for operators, and for each organization its own (SEC-063).</summary>
public sealed class SharedAppApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Client = "22222222-2222-4222-8222-222222222222";
    private const string Tenant = "11111111-1111-4111-8111-111111111111";

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task A_shared_registration_never_tells_its_secret_and_one_serves_a_cloud()
    {
        var made = await RegisterAsync("usgov");
        Assert.Equal((201, "active", "w9Zx"), (made.Status, (string?)made.Json["state"], (string?)made.Json["clientSecret"]!["last4"]));
        Assert.DoesNotContain("planted-canary", made.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "planted-canary",
            (await scenario.SendAsync(HttpMethod.Get, "shared-registrations")).Text,
            StringComparison.Ordinal
        );

        Assert.Equal((409, "conflict"), StatusOf(await RegisterAsync("usgov")));
        var path = $"shared-registrations/{made.Json["id"]}";
        Assert.Equal(428, (await scenario.SendAsync(HttpMethod.Patch, path, """{"state":"disabled"}""")).Status);
        Assert.Equal(412, (await scenario.SendAsync(HttpMethod.Patch, path, """{"state":"disabled"}""", ifMatch: "\"9\"")).Status);
        var disabled = await scenario.SendAsync(HttpMethod.Patch, path, """{"state":"disabled"}""", ifMatch: made.ETag);
        Assert.Equal((200, "disabled"), (disabled.Status, (string?)disabled.Json["state"]));
        Assert.Equal(201, (await RegisterAsync("usgov")).Status);
        Assert.Equal(
            (409, "conflict"),
            StatusOf(await scenario.SendAsync(HttpMethod.Patch, path, """{"state":"active"}""", ifMatch: disabled.ETag))
        );

        var audit = await scenario.SendAsync(HttpMethod.Get, "organizations/platform/audit?action=shared_registration.");
        Assert.DoesNotContain("planted-canary", audit.Text, StringComparison.Ordinal);
        Assert.Equal(3, audit.Json["items"]!.AsArray().Count(item => (string?)item!["details"]!["cloud"] == "usgov"));
    }

    [Theory]
    [InlineData("\"china\"", "\"nowhere\"", "validation_failed")]
    [InlineData(Client, "my-application", "validation_failed")]
    [InlineData("kq8Q~planted-canary-value-w9Zx", "44444444-4444-4444-8444-444444444444", "secret_is_id")]
    [InlineData("kq8Q~planted-canary-value-w9Zx", "two\\nlines", "validation_failed")]
    [InlineData("\"Everybody\"", "\"\"", "validation_failed")]
    public async Task A_shared_registration_that_cannot_work_is_not_saved(string right, string wrong, string code)
    {
        var body = Body("china").Replace(right, wrong, StringComparison.Ordinal);
        Assert.Equal((400, code), StatusOf(await scenario.SendAsync(HttpMethod.Post, "shared-registrations", body)));
    }

    [Fact]
    public async Task Another_client_needs_its_own_secret_and_the_cloud_stays()
    {
        var made = await RegisterAsync("china");
        var path = $"shared-registrations/{made.Json["id"]}";
        const string Other = "33333333-3333-4333-8333-333333333333";
        Assert.Equal(
            (400, "validation_failed"),
            StatusOf(await scenario.SendAsync(HttpMethod.Patch, path, $$"""{"clientId":"{{Other}}"}""", ifMatch: made.ETag))
        );
        var changed = await scenario.SendAsync(
            HttpMethod.Patch,
            path,
            $$"""{"clientId":"{{Other}}","clientSecret":"another-secret-value-of-it"}""",
            ifMatch: made.ETag
        );
        Assert.Equal(
            (200, Other, "f-it"),
            (changed.Status, (string?)changed.Json["clientId"], (string?)changed.Json["clientSecret"]!["last4"])
        );
        const string Day = """{"clientSecretExpiresOn":"2027-05-31"}""";
        changed = await scenario.SendAsync(HttpMethod.Patch, path, Day, ifMatch: changed.ETag);
        Assert.Equal("2027-05-31", (string?)changed.Json["clientSecretExpiresOn"]);
        changed = await scenario.SendAsync(HttpMethod.Patch, path, """{"name":"Everybody else"}""", ifMatch: changed.ETag);
        Assert.Equal("2027-05-31", (string?)changed.Json["clientSecretExpiresOn"]);
        changed = await scenario.SendAsync(HttpMethod.Patch, path, """{"clientSecret":"a-third-secret-value"}""", ifMatch: changed.ETag);
        Assert.Null((string?)changed.Json["clientSecretExpiresOn"]); // the day was the other secret's
        Assert.Equal(400, (await scenario.SendAsync(HttpMethod.Patch, path, """{"clientSecret":null}""", ifMatch: changed.ETag)).Status);
        Assert.Equal(400, (await scenario.SendAsync(HttpMethod.Patch, path, """{"cloud":"global"}""", ifMatch: changed.ETag)).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Patch, "shared-registrations/shr_none", "{}", ifMatch: "*")).Status);
    }

    [Fact]
    [Trait("Capability", "HEC-17")]
    public async Task A_connection_of_the_shared_app_has_no_id_and_no_secret()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var connections = $"organizations/{slug}/connections";
        const string Plain = """{"name":"Entra","kind":"entra","registration":"shared","cloud":"global"}""";
        Assert.Equal((400, "validation_failed"), StatusOf(await scenario.SendAsync(HttpMethod.Post, connections, Plain))); // nothing is shared yet
        Assert.Equal(201, (await RegisterAsync("global")).Status);

        var made = await scenario.SendAsync(HttpMethod.Post, connections, Plain);

        Assert.Equal((201, "shared", "central"), (made.Status, (string?)made.Json["registration"], (string?)made.Json["callbackStyle"]));
        Assert.Equal("http://localhost:5080/sso/callback", (string?)made.Json["redirectUri"]);
        Assert.Null(made.Json["clientId"]);
        Assert.Null(made.Json["tenantId"]);
        Assert.Null(made.Json["clientSecret"]);
        foreach (
            var given in (string[])
                [
                    $"\"clientId\":\"{Client}\"",
                    $"\"tenantId\":\"{Tenant}\"",
                    "\"clientSecret\":\"abc~value-of-mine\"",
                    "\"callbackStyle\":\"connection\"",
                ]
        )
            Assert.Equal(
                (400, "validation_failed"),
                StatusOf(
                    await scenario.SendAsync(HttpMethod.Post, connections, Plain.Replace("{", $"{{{given},", StringComparison.Ordinal))
                )
            );

        // To an own app and back again: what belonged to the own app does not stay.
        var path = $"{connections}/{made.Json["id"]}";
        var own = await scenario.SendAsync(
            HttpMethod.Patch,
            path,
            $$"""{"registration":"own","tenantId":"{{Tenant}}","clientId":"{{Client}}","clientSecret":"abc~value-of-mine"}""",
            ifMatch: made.ETag
        );
        Assert.Equal((200, "own", Client), (own.Status, (string?)own.Json["registration"], (string?)own.Json["clientId"]));
        var back = await scenario.SendAsync(HttpMethod.Patch, path, """{"registration":"shared"}""", ifMatch: own.ETag);
        Assert.Equal((200, null, null), (back.Status, (string?)back.Json["clientId"], (string?)back.Json["tenantId"]));
        Assert.Null(back.Json["clientSecret"]);
    }

    [Fact]
    [Trait("Security", "SEC-063")]
    public async Task Only_an_operator_names_a_tenant_and_the_organization_sees_and_removes_it()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var path = $"organizations/{slug}/tenant-bindings";
        var own = await scenario.KeyAsync(id, Permissions.OfOrganizations);
        var body = $$"""{"tenantId":"{{Tenant}}"}""";
        Assert.Equal(403, (await scenario.SendAsync(HttpMethod.Post, path, body, own)).Status);

        var made = await scenario.SendAsync(HttpMethod.Post, path, body);
        Assert.Equal((201, "operator", "global"), (made.Status, (string?)made.Json["kind"], (string?)made.Json["cloud"]));
        Assert.Equal((409, "conflict"), StatusOf(await scenario.SendAsync(HttpMethod.Post, path, body)));

        var listed = Assert.Single((await scenario.SendAsync(HttpMethod.Get, path, key: own)).Json["items"]!.AsArray())!;
        Assert.Equal((Tenant, "test"), ((string?)listed["tenantId"], (string?)listed["byName"]));
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Delete, $"{path}/{listed["id"]}", key: own)).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Delete, $"{path}/{listed["id"]}", key: own)).Status);
        Assert.Empty((await scenario.SendAsync(HttpMethod.Get, path, key: own)).Json["items"]!.AsArray());
        var audit = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/audit?action=tenant_binding.");
        Assert.Equal(
            ["tenant_binding.created", "tenant_binding.removed"],
            audit.Json["items"]!.AsArray().Select(item => (string?)item!["action"])
        );
    }

    [Theory]
    [InlineData("{11111111-1111-4111-8111-111111111111}")]
    [InlineData("contoso.com")]
    [InlineData("organizations")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("9188040d-6c67-4c5b-b112-36a304b66dad")] // personal accounts
    [Trait("Security", "SEC-063")]
    public async Task What_is_no_tenant_of_an_organization_is_not_bound(string tenant)
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var answer = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/tenant-bindings", $$"""{"tenantId":"{{tenant}}"}""");
        Assert.Equal((400, "validation_failed"), StatusOf(answer));
    }

    private static string Body(string cloud) =>
        $$"""{"cloud":"{{cloud}}","name":"Everybody","clientId":"{{Client}}","clientSecret":"kq8Q~planted-canary-value-w9Zx"}""";

    private Task<Answer> RegisterAsync(string cloud) => scenario.SendAsync(HttpMethod.Post, "shared-registrations", Body(cloud));

    private static (int, string?) StatusOf(Answer answer) => (answer.Status, answer.Code);
}
