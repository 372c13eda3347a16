using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Who may call (graph.md §2): 401 for tokens, one 403 for every other reason.</summary>
[Collection(GraphCollection.Name)]
public sealed class GraphAccessTests(GraphStage stage)
{
    [Fact] // graph.md §2, 401 shapes
    public async Task Without_a_token_the_answer_names_where_to_get_one()
    {
        var answer = await new GraphClient(stage.Emulator, "").GetAsync("users");
        answer.Refuses(401, "InvalidAuthenticationToken", "Access token is empty.");
        Assert.StartsWith("Bearer realm=\"\", authorization_uri=", answer.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.e30")]
    public async Task Garbage_is_no_token(string token) =>
        (await new GraphClient(stage.Emulator, token).GetAsync("users")).Refuses(401, "InvalidAuthenticationToken");

    [Fact] // entra-oidc.md §3.2: nobody but Graph validates its tokens, and Graph takes no others
    public async Task A_token_for_another_resource_has_the_wrong_audience()
    {
        var tenant = await stage.NewTenantAsync();
        var (appId, secret) = await tenant.RegisterAsync(new { identifierUris = new[] { $"api://reader-{tenant.Id}" } });
        var reply = await stage.Emulator.TokenAsync(
            tenant.Id,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", appId),
            ("client_secret", secret),
            ("scope", $"api://reader-{tenant.Id}/.default")
        );
        var answer = await new GraphClient(stage.Emulator, (string)reply.Body["access_token"]!).GetAsync("users");
        answer.Refuses(401, "InvalidAuthenticationToken", "Access token validation failure. Invalid audience.");
    }

    [Fact]
    public async Task A_token_whose_claims_were_changed_does_not_verify()
    {
        var tenant = await stage.NewTenantAsync();
        var (appId, secret) = await tenant.RegisterAsync();
        var parts = (await tenant.AppTokenAsync(appId, secret)).Split('.');
        var claims = (JsonObject)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]))!;
        claims["roles"] = new JsonArray("Directory.ReadWrite.All");
        parts[1] = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(claims.ToJsonString()));
        (await new GraphClient(stage.Emulator, string.Join('.', parts)).GetAsync("users")).Refuses(401, "InvalidAuthenticationToken");
    }

    [Fact]
    public async Task An_expired_token_is_refused_as_such()
    {
        await using var emulator = await EmulatorStage.StartAsync();
        var tenant = new GraphTenant(emulator, emulator.TenantId, "contoso.example");
        var caller = await tenant.CallerAsync("User.Read.All");
        (await caller.GetAsync("users")).Succeeds();
        emulator.Clock.Advance(TimeSpan.FromHours(2));
        (await caller.GetAsync("users")).Refuses(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.");
    }

    [Fact] // graph.md §2: the body is identical for every cause
    public async Task The_403_is_the_same_for_no_permission_a_token_older_than_consent_and_a_privileged_target()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        var admin = await tenant.UserIdAsync("admin", new { isAdministrator = true });
        var refusals = new List<GraphAnswer>
        {
            await caller.GetAsync("groups"), // never asked
            await caller.PatchAsync($"users/{admin}", new { accountEnabled = false }), // a sensitive property of an administrator
        };
        await tenant.GiveAsync(caller.AppId, ["Group.Read.All"]);
        refusals.Add(await caller.GetAsync("groups")); // the token is older than the consent
        foreach (var refusal in refusals)
            refusal.Refuses(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");

        var fresh = new GraphClient(stage.Emulator, await tenant.AppTokenAsync(caller.AppId, caller.Secret));
        (await fresh.GetAsync("groups")).Succeeds();
    }

    [Fact]
    public async Task An_application_sees_its_own_tenant_alone()
    {
        var (mine, other) = (await stage.NewTenantAsync(), await stage.NewTenantAsync());
        var stranger = await other.UserIdAsync("stranger");
        var caller = await mine.CallerAsync("User.Read.All");
        (await caller.GetAsync($"users/{stranger}")).Refuses(
            404,
            "Request_ResourceNotFound",
            $"Resource '{stranger}' does not exist or one of its queried reference-property objects are not present."
        );
        Assert.Empty((await caller.GetAsync("users")).Values);
    }

    [Fact]
    public async Task Me_is_for_people()
    {
        var tenant = await stage.NewTenantAsync();
        await tenant.AddUserAsync("mira");
        var app = await tenant.CallerAsync("User.Read.All");
        (await app.GetAsync("me")).Refuses(400, "BadRequest", "/me request is only valid with delegated authentication flow.");
        var mira = await tenant.DelegatedAsync($"mira@{tenant.Domain}", "User.Read");
        Assert.Equal($"mira@{tenant.Domain}", (string)(await mira.GetAsync("me")).Succeeds().Json["userPrincipalName"]!);
        (await mira.GetAsync("users")).Refuses(403, "Authorization_RequestDenied");
    }

    [Fact] // a delegated call can do no more than its user
    public async Task A_delegated_permission_does_not_make_an_administrator()
    {
        var tenant = await stage.NewTenantAsync();
        var target = await tenant.UserIdAsync("target");
        await tenant.AddUserAsync("clerk");
        await tenant.AddUserAsync("boss", new { roles = new[] { "User Administrator" } });
        var clerk = await tenant.DelegatedAsync($"clerk@{tenant.Domain}", "User.ReadWrite.All");
        var boss = await tenant.DelegatedAsync($"boss@{tenant.Domain}", "User.ReadWrite.All");
        (await clerk.PatchAsync($"users/{target}", new { jobTitle = "x" })).Refuses(403, "Authorization_RequestDenied");
        (await boss.PatchAsync($"users/{target}", new { jobTitle = "x" })).Succeeds(204);
    }

    [Theory]
    [InlineData("unicorns", 400, "BadRequest", "Resource not found for the segment 'unicorns'.")]
    [InlineData("users/x/unicorns", 400, "BadRequest", "Resource not found for the segment 'unicorns'.")]
    public async Task An_unknown_endpoint_is_an_OData_error(string path, int status, string code, string message) =>
        (await (await (await stage.NewTenantAsync()).CallerAsync("User.Read.All")).GetAsync(path)).Refuses(status, code, message);

    [Fact]
    public async Task A_hostile_path_is_told_back_short()
    {
        var caller = await (await stage.NewTenantAsync()).CallerAsync("User.Read.All");
        var answer = await caller.GetAsync(new string('<', 2_000));
        answer.Refuses(400, "BadRequest");
        Assert.True(answer.Text.Length < 1_500);
        Assert.DoesNotContain("<", answer.Text, StringComparison.Ordinal);
    }
}
