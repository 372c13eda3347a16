using Anteroom.Server.Api;
using Anteroom.Server.Organizations;
using Microsoft.AspNetCore.Http.Metadata;

namespace Anteroom.Tests.Api;

public sealed class ApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Connection = """
        {"name":"Entra","kind":"entra","tenantId":"11111111-1111-4111-8111-111111111111","clientId":"22222222-2222-4222-8222-222222222222",
         "clientSecret":"kq8Q~planted-canary-value-w9Zx","registration":"own","clientKind":"confidential","responseMode":"code",
         "callbackStyle":"connection","authorizedDomains":["A.Test"],"provisioning":"create","defaultRole":"worker"}
        """;

    [Fact] // a client that changes what it has just read must not hear that it has changed meanwhile
    public async Task An_organization_is_told_as_it_is_also_before_its_change_was_announced()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var before = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}");
        await scenario
            .TestDatabase.Database.In(id)
            .ExecuteAsync(
                "UPDATE organizations SET name = 'Renamed', version = version + 1 WHERE organization_id = @organization",
                null,
                default
            );

        var now = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}");
        Assert.Equal("Renamed", (string?)now.Json["name"]);
        Assert.NotEqual(before.ETag, now.ETag);
        Assert.Equal(
            200,
            (await scenario.SendAsync(HttpMethod.Patch, $"organizations/{slug}", """{"name":"Again"}""", ifMatch: now.ETag)).Status
        );
    }

    [Fact] // SEC-262
    [Trait("Security", "SEC-262")]
    public void Every_endpoint_has_its_row_in_the_table_and_every_row_but_the_applications_its_endpoint()
    {
        var endpoints = ((IEndpointRouteBuilder)scenario.App)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal))
            .Select(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>()?.Name ?? $"unlisted: {endpoint.RoutePattern.RawText}")
            .ToList();

        Assert.All(endpoints, name => Assert.Contains(name, Operations.Table.Keys));
        var unused = Operations.Table.Keys.Except(endpoints).Where(name => !name.Contains("pplications", StringComparison.Ordinal)); // mapped by their own feature
        Assert.Equal([], unused.ToList());
        Assert.Equal(endpoints.Count, endpoints.Distinct().Count());
    }

    [Fact] // SEC-262: both ways, every operation × every permission
    [Trait("Security", "SEC-262")]
    public async Task A_key_without_the_permission_is_refused_and_with_it_is_not()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var endpoints = ((IEndpointRouteBuilder)scenario.App)
            .DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is not null);
        foreach (var endpoint in endpoints)
        {
            var operation = endpoint.Metadata.GetMetadata<ApiOperation>()!.Name;
            var needed = Operations.Table[operation];
            var path = endpoint
                .RoutePattern.RawText!["/api/v1/".Length..]
                .Replace("{slug}", slug, StringComparison.Ordinal)
                .Replace("{id}", "nobody", StringComparison.Ordinal)
                .Replace("{userId}", "nobody", StringComparison.Ordinal)
                .Replace("{passkey}", "none", StringComparison.Ordinal)
                .Replace("{key}", "nothing", StringComparison.Ordinal)
                .Replace("{name}", "nowhere.example", StringComparison.Ordinal);
            var method = HttpMethod.Parse(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);
            var body = method == HttpMethod.Get || method == HttpMethod.Delete ? null : """{"unknownMember":1}""";

            var type = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes[^1] ?? "application/json";

            var others = Permissions.OfPlatform.Where(permission => permission != needed.Permission).ToList();
            var without = await scenario.SendAsync(
                method,
                path,
                body,
                await scenario.KeyAsync(Server.Platform.OrganizationId.Platform, others),
                contentType: type
            );
            Assert.True(without.Status == 403, $"{operation} without {needed.Permission}: {without.Status}");

            var anonymous = await scenario.SendAsync(method, path, body, key: null, contentType: type);
            Assert.True(anonymous.Status == 401, $"{operation} without a key: {anonymous.Status}");

            var own = await scenario.KeyAsync(id, [needed.Permission]);
            var with = await scenario.SendAsync(method, path, body, own);
            Assert.True(
                with.Status is not 401 && (needed.Scope == OperationScope.Platform ? with.Status == 403 : with.Status != 403),
                $"{operation}: {with.Status}"
            );
        }
    }

    [Fact] // whoever is switched off administers nothing by a program either
    [Trait("Security", "SEC-036")]
    public async Task A_key_of_an_organization_that_is_switched_off_opens_nothing()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var key = await scenario.KeyAsync(id, Permissions.OfOrganizations);
        Assert.Equal(200, await AskAsync());

        await scenario.SendAsync(HttpMethod.Patch, $"organizations/{slug}", """{"status":"disabled"}""", ifMatch: "*");
        Assert.Equal(401, await AskAsync());
        await scenario.SendAsync(HttpMethod.Patch, $"organizations/{slug}", """{"status":"active"}""", ifMatch: "*");
        Assert.Equal(200, await AskAsync());

        async Task<int> AskAsync() => (await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/users", key: key)).Status;
    }

    [Fact] // SEC-261
    [Trait("Security", "SEC-261")]
    public async Task Another_organization_answers_as_one_that_does_not_exist()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var (_, other) = await scenario.OrganizationAsync();
        var key = await scenario.KeyAsync(other, Permissions.OfOrganizations);

        var foreign = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}", key: key);
        var absent = await scenario.SendAsync(HttpMethod.Get, "organizations/nobody-here", key: key);

        Assert.Equal(404, foreign.Status);
        Assert.Equal(404, absent.Status);
        Assert.Equal(Without(foreign, "correlationId"), Without(absent, "correlationId"));
    }

    [Fact]
    [Trait("Capability", "HEC-10")]
    [Trait("Security", "SEC-074")]
    public async Task A_user_is_made_by_hand_with_an_external_identity_read_patched_blocked_and_deleted()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var users = $"organizations/{slug}/users";
        var made = await scenario.SendAsync(
            HttpMethod.Post,
            users,
            """{"userName":"Ada@Example.com","displayName":"Ada","externalIdentity":{"tenantId":"11111111-1111-4111-8111-111111111111","objectId":"33333333-3333-4333-8333-333333333333"}}"""
        );
        Assert.Equal(201, made.Status);
        var id = (string)made.Json["id"]!;
        Assert.Equal("33333333-3333-4333-8333-333333333333", (string?)made.Json["externalIdentities"]![0]!["objectId"]);
        Assert.Equal("active", (string?)made.Json["state"]);

        Assert.Equal(409, (await scenario.SendAsync(HttpMethod.Post, users, """{"userName":"ada@example.COM"}""")).Status);
        Assert.Equal(428, (await scenario.SendAsync(HttpMethod.Patch, $"{users}/{id}", """{"displayName":"Ada L"}""")).Status);
        Assert.Equal(
            412,
            (await scenario.SendAsync(HttpMethod.Patch, $"{users}/{id}", """{"displayName":"Ada L"}""", ifMatch: "\"99\"")).Status
        );
        var patched = await scenario.SendAsync(HttpMethod.Patch, $"{users}/{id}", """{"displayName":"Ada L"}""", ifMatch: made.ETag);
        Assert.Equal("Ada L", (string?)patched.Json["attributes"]!["displayName"]);

        Assert.Equal("blocked", (string?)(await scenario.SendAsync(HttpMethod.Post, $"{users}/{id}/deactivate")).Json["state"]);
        Assert.Equal("active", (string?)(await scenario.SendAsync(HttpMethod.Post, $"{users}/{id}/activate")).Json["state"]);
        Assert.Single((await scenario.SendAsync(HttpMethod.Get, $"{users}?search=ADA")).Json["items"]!.AsArray());
        Assert.Equal(200, (await scenario.SendAsync(HttpMethod.Get, $"{users}/{id}/explain")).Status);
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Delete, $"{users}/{id}")).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Get, $"{users}/{id}")).Status);

        var audit = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/audit");
        var actions = audit.Json["items"]!.AsArray().Select(item => (string?)item!["action"]).ToList();
        Assert.Contains("user.created", actions);
        Assert.Contains("user.deleted", actions);
    }

    [Fact]
    [Trait("Capability", "HEC-25")]
    [Trait("Capability", "HEC-26")]
    [Trait("Capability", "HEL-12")]
    [Trait("Capability", "HEL-13")]
    [Trait("Capability", "HEL-14")]
    [Trait("Security", "SEC-267")]
    public async Task A_connection_is_saved_and_activated_and_never_tells_its_secret()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var connections = $"organizations/{slug}/connections";

        var made = await scenario.SendAsync(HttpMethod.Post, connections, Connection);

        Assert.Equal(201, made.Status);
        Assert.Equal("draft", (string?)made.Json["state"]);
        Assert.Equal("a.test", (string?)made.Json["authorizedDomains"]![0]);
        Assert.Equal($"http://localhost:5080/sso/{(string?)made.Json["key"]}/callback", (string?)made.Json["redirectUri"]);
        Assert.Equal("w9Zx", (string?)made.Json["clientSecret"]!["last4"]);
        Assert.DoesNotContain("planted-canary", made.Text, StringComparison.Ordinal);
        var id = (string)made.Json["id"]!;
        var active = await scenario.SendAsync(
            HttpMethod.Post,
            $"{connections}/{id}/activate",
            """{"withoutTest":"no way out of this test"}"""
        );
        Assert.Equal("active", (string?)active.Json["state"]);
        var audit = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/audit");
        Assert.DoesNotContain("planted-canary", audit.Text, StringComparison.Ordinal);
    }

    [Fact] // RFC 9112 §6.3: a body needs no length
    public async Task A_reason_in_a_chunked_body_counts()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var connections = $"organizations/{slug}/connections";
        var id = (string)(await scenario.SendAsync(HttpMethod.Post, connections, Connection)).Json["id"]!;

        var unread = await scenario.SendChunkedAsync(HttpMethod.Post, $"{connections}/{id}/activate", """{"surprise":1}""");
        Assert.Equal((400, "validation_failed"), (unread.Status, unread.Code));
        var active = await scenario.SendChunkedAsync(
            HttpMethod.Post,
            $"{connections}/{id}/activate",
            """{"withoutTest":"no way out of this test"}"""
        );
        Assert.Equal("active", (string?)active.Json["state"]);
        var audit = await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}/audit?action=connection.activated");
        Assert.Contains("no way out of this test", audit.Text, StringComparison.Ordinal);
    }

    [Fact] // RFC 9112 §6.3: who is blocked for installed applications alone is not shut out of the web because nobody said how long the body is
    public async Task Channels_in_a_chunked_body_count()
    {
        var users = $"organizations/{(await scenario.OrganizationAsync()).Slug}/users";
        var id = (string)(await scenario.SendAsync(HttpMethod.Post, users, """{"userName":"ada"}""")).Json["id"]!;

        var blocked = await scenario.SendChunkedAsync(HttpMethod.Post, $"{users}/{id}/deactivate", """{"channels":["native"]}""");
        Assert.Equal(["native"], blocked.Json["blocks"]![0]!["channels"]!.AsArray().Select(channel => (string)channel!));
    }

    [Fact] // design.md §4
    [Trait("Capability", "IMP-06")]
    public async Task An_organization_that_gets_its_own_host_is_told_which_addresses_to_register()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var path = $"organizations/{slug}";
        var made = await scenario.SendAsync(HttpMethod.Post, $"{path}/connections", Connection);
        var (id, key) = ((string)made.Json["id"]!, (string)made.Json["key"]!);
        var before = await scenario.SendAsync(HttpMethod.Get, path);
        Assert.False((bool)before.Json["ownHost"]!);
        Assert.Null((string?)before.Json["host"]);

        var moved = await scenario.SendAsync(HttpMethod.Patch, path, """{"ownHost":true}""", ifMatch: before.ETag);
        var origin = $"http://{slug}.people.example:5080";
        Assert.Equal(200, moved.Status);
        Assert.Equal((true, origin), ((bool)moved.Json["ownHost"]!, (string?)moved.Json["host"]));
        var told = Assert.Single(moved.Json["movedConnections"]!.AsArray())!;
        Assert.Equal(id, (string?)told["id"]);
        Assert.Equal($"{origin}/sso/{key}/callback", (string?)told["redirectUri"]);
        Assert.Equal($"{origin}/sso/{key}/logout", (string?)told["logoutUri"]);
        var shown = await scenario.SendAsync(HttpMethod.Get, $"{path}/connections/{id}");
        Assert.Equal($"{origin}/sso/{key}/callback", (string?)shown.Json["redirectUri"]);

        var again = await scenario.SendAsync(HttpMethod.Patch, path, """{"ownHost":true,"name":"Contoso Ltd"}""", ifMatch: moved.ETag);
        Assert.Null(again.Json["movedConnections"]); // nothing moved
        var back = await scenario.SendAsync(HttpMethod.Patch, path, """{"ownHost":null}""", ifMatch: again.ETag);
        Assert.False((bool)back.Json["ownHost"]!);
        Assert.Equal($"http://localhost:5080/sso/{key}/callback", (string?)back.Json["movedConnections"]![0]!["redirectUri"]);
        var audit = await scenario.SendAsync(HttpMethod.Get, $"{path}/audit?action=organization.updated");
        Assert.Equal(3, audit.Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task An_organization_can_have_its_own_host_from_the_start_and_the_platform_never()
    {
        var slug = "h" + Server.Platform.OrganizationId.New(TimeProvider.System).ToString()[^14..];
        var made = await scenario.SendAsync(HttpMethod.Post, "organizations", $$"""{"slug":"{{slug}}","name":"Contoso","ownHost":true}""");
        Assert.Equal((201, $"http://{slug}.people.example:5080"), (made.Status, (string?)made.Json["host"]));

        var platform = await scenario.SendAsync(HttpMethod.Get, "organizations/platform");
        var refused = await scenario.SendAsync(HttpMethod.Patch, "organizations/platform", """{"ownHost":true}""", ifMatch: platform.ETag);
        Assert.Equal((400, "validation_failed"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("kq8Q~planted-canary-value-w9Zx", "44444444-4444-4444-8444-444444444444", "secret_is_id")] // HEC-27, HEL-05
    [InlineData("22222222-2222-4222-8222-222222222222", "my-application", "validation_failed")]
    [InlineData("11111111-1111-4111-8111-111111111111", "common", "validation_failed")]
    [InlineData("\"own\"", "\"shared\"", "validation_failed")]
    [InlineData("\"confidential\"", "\"browser\"", "validation_failed")] // with a secret
    [InlineData("\"connection\"", "\"organizationHost\"", "validation_failed")] // without a host of its own
    [InlineData("\"code\"", "\"sideways\"", "validation_failed")]
    [InlineData("\"worker\"", "\"administrator\"", "validation_failed")] // SEC-072
    [Trait("Capability", "HEC-27")]
    [Trait("Capability", "HEL-05")]
    public async Task A_connection_that_cannot_work_is_not_saved(string right, string wrong, string code)
    {
        var (slug, _) = await scenario.OrganizationAsync();

        var answer = await scenario.SendAsync(
            HttpMethod.Post,
            $"organizations/{slug}/connections",
            Connection.Replace(right, wrong, StringComparison.Ordinal)
        );

        Assert.Equal(400, answer.Status);
        Assert.Equal(code, answer.Code);
    }

    [Theory]
    [InlineData("""{"slug":"x1","name":"X","surprise":1}""")]
    [InlineData("""{"slug":"x1","slug":"x2","name":"X"}""")]
    [InlineData("""{"slug":"www","name":"X"}""")]
    [InlineData("""{"slug":"X","name":"X"}""")]
    [InlineData("""{"slug":"x1"}""")]
    [InlineData("""{"slug":"x1","name":"X","domains":["gmail.com"]}""")]
    [InlineData("""["x1"]""")]
    [InlineData("""{"slug":"x1","name":"X"} {}""")]
    public async Task An_organization_with_a_wrong_member_is_refused(string body)
    {
        var answer = await scenario.SendAsync(HttpMethod.Post, "organizations", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(["code", "correlationId", "detail", "title", "type"], answer.Json.Select(member => member.Key).Order());
        Assert.DoesNotContain("Anteroom.Server", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEL-27")]
    public async Task Renewing_the_company_code_kills_the_old_one_at_once()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var old = (string)(await scenario.SendAsync(HttpMethod.Get, $"organizations/{slug}")).Json["companyCode"]!;
        var directory = (OrganizationDirectory)scenario.App.Services.GetService(typeof(OrganizationDirectory))!;
        Assert.Equal(slug, (await directory.FindByCompanyCodeAsync(old.ToLowerInvariant(), default))!.Slug);

        var renewed = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/company-code/renew");

        var deadline = TimeProvider.System.GetTimestamp();
        while (
            await directory.FindByCompanyCodeAsync(old, default) is not null
            && TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(8) // without the notification it would be ten
        )
            await Task.Delay(20);
        Assert.Null(await directory.FindByCompanyCodeAsync(old, default));
        Assert.NotNull(await directory.FindByCompanyCodeAsync((string)renewed.Json["companyCode"]!, default));
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task Nobody_grants_more_than_they_hold()
    {
        var (slug, id) = await scenario.OrganizationAsync();
        var key = await scenario.KeyAsync(id, [Permissions.UsersWrite, Permissions.ApiKeysWrite, Permissions.RolesWrite]);

        var user = await scenario.SendAsync(
            HttpMethod.Post,
            $"organizations/{slug}/users",
            """{"userName":"eve","role":"administrator"}""",
            key
        );
        var apiKey = await scenario.SendAsync(
            HttpMethod.Post,
            $"organizations/{slug}/api-keys",
            """{"name":"eve","permissions":["audit.read"]}""",
            key
        );
        var role = await scenario.SendAsync(
            HttpMethod.Post,
            $"organizations/{slug}/roles",
            """{"key":"eve","name":"Eve","permissions":["audit.read"]}""",
            key
        );

        Assert.Equal([403, 403, 403], [user.Status, apiKey.Status, role.Status]);
    }

    [Fact]
    public async Task The_description_names_every_operation_and_nothing_else()
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse(await scenario.DocumentAsync())!;
        Assert.All(document["paths"]!.AsObject(), path => Assert.StartsWith("/api/v1/", path.Key, StringComparison.Ordinal));
        Assert.NotNull(document["paths"]!["/api/v1/organizations/{slug}/connections"]);
    }

    [Fact] // read by the library of the OpenAPI initiative, not by ours
    public async Task The_description_is_valid_and_says_what_an_operation_needs()
    {
        var read = Microsoft.OpenApi.OpenApiDocument.Parse(await scenario.DocumentAsync(), "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);

        var operations = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Values.Select(operation => (path.Key, operation)));
        var names = new List<string>();
        foreach (var (path, operation) in operations)
        {
            names.Add(operation.OperationId!);
            Assert.False(string.IsNullOrEmpty(operation.Summary), operation.OperationId);
            Assert.Contains(Operations.Table[operation.OperationId!].Permission, operation.Description, StringComparison.Ordinal);
            Assert.Contains("application/problem+json", operation.Responses!["default"].Content!.Keys);
            var inPath = (operation.Parameters ?? []).Where(parameter => parameter.In == Microsoft.OpenApi.ParameterLocation.Path);
            Assert.Equal(path.Count(letter => letter == '{'), inPath.Count());
        }
        Assert.Equal(Operations.Table.Keys.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.NotEmpty(read.Document.Security!);
    }

    [Fact] // what the document says of paging and versions is what the endpoints do
    public async Task The_description_knows_which_lists_have_pages_and_which_changes_need_a_version()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        var document = System.Text.Json.Nodes.JsonNode.Parse(await scenario.DocumentAsync())!["paths"]!.AsObject();
        List<string> wrong = [];
        foreach (
            var (path, item) in document.Where(path => !path.Key.Contains("{id}", StringComparison.Ordinal) && path.Key != "/api/v1/clouds")
        )
            if (item!["get"] is { } get && ((string)get["operationId"]!).EndsWith(".list", StringComparison.Ordinal))
            {
                var address = path["/api/v1/".Length..].Replace("{slug}", slug, StringComparison.Ordinal);
                var status = (await scenario.SendAsync(HttpMethod.Get, address + "?limit=0")).Status;
                var described = get["parameters"]?.AsArray().Any(parameter => (string?)parameter!["name"] == "limit") == true;
                if (status != (described ? 400 : 200))
                    wrong.Add($"{path}: {status}");
            }
        foreach (var (path, item) in document)
            if (item!["patch"] is { } patch)
                if (patch["parameters"]!.AsArray().All(parameter => (string?)parameter!["name"] != "If-Match"))
                    wrong.Add(path);
        Assert.Empty(wrong);
    }

    private static string Without(Answer answer, string member)
    {
        var json = answer.Json;
        json.Remove(member);
        return json.ToJsonString();
    }
}
