using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Users (graph.md §4.2): defaults, selection, life, recycle bin.</summary>
[Collection(GraphCollection.Name)]
public sealed class UserTests(GraphStage stage)
{
    [Fact] // graph.md §4.2: eleven properties come by themselves
    public async Task Eleven_properties_come_without_asking_and_all_others_on_select()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("mira", new { department = "IT" });
        var caller = await tenant.CallerAsync("User.Read.All");
        var user = (await caller.GetAsync($"users/{id}")).Succeeds().Json;
        Assert.Equal(
            [
                "@odata.context",
                "businessPhones",
                "displayName",
                "givenName",
                "jobTitle",
                "mail",
                "mobilePhone",
                "officeLocation",
                "preferredLanguage",
                "surname",
                "userPrincipalName",
                "id",
            ],
            user.Select(member => member.Key)
        );
        Assert.EndsWith("/v1.0/$metadata#users/$entity", (string)user["@odata.context"]!, StringComparison.Ordinal);
        var chosen = (await caller.GetAsync($"users/{id}?$select=department,accountEnabled,userType,onPremisesSyncEnabled")).Json;
        Assert.Equal(("IT", true, "Member"), ((string)chosen["department"]!, (bool)chosen["accountEnabled"]!, (string)chosen["userType"]!));
        Assert.Null(chosen["onPremisesSyncEnabled"]);
        Assert.DoesNotContain("displayName", chosen.Select(member => member.Key));
    }

    [Fact] // graph.md §12 no. 3
    public async Task Synchronisation_has_three_states()
    {
        var tenant = await stage.NewTenantAsync();
        await tenant.AddUserAsync("never");
        await tenant.AddUserAsync("now", new { onPremises = new { syncEnabled = true, immutableId = "AAA=" } });
        await tenant.AddUserAsync("once", new { onPremises = new { syncEnabled = false } });
        var caller = await tenant.CallerAsync("User.Read.All");
        var users = (await caller.GetAsync("users?$select=displayName,onPremisesSyncEnabled")).Values.ToDictionary(
            user => (string)user["displayName"]!,
            user => (bool?)user["onPremisesSyncEnabled"]
        );
        Assert.Equal((null, true, false), (users["never"], users["now"], users["once"]));
    }

    [Fact]
    public async Task A_user_is_found_by_name_also_with_EXT_in_it()
    {
        var tenant = await stage.NewTenantAsync();
        var guest = await tenant.AddUserAsync(
            "g",
            new
            {
                userType = "Guest",
                mail = "lena@home.example",
                userPrincipalName = $"lena_home.example#EXT#@{tenant.Domain}",
            }
        );
        var name = (string)guest["userPrincipalName"]!;
        var caller = await tenant.CallerAsync("User.Read.All");
        foreach (var path in new[] { $"users/{Uri.EscapeDataString(name)}", $"users('{Uri.EscapeDataString(name)}')" })
            Assert.Equal((string)guest["id"]!, (await caller.GetAsync(path)).Succeeds().Id);
    }

    [Theory]
    [InlineData("$select=nonsense", 400, "BadRequest")]
    [InlineData("$select=skills", 501, "NotImplemented")]
    [InlineData("$nonsense=1", 400, "BadRequest")]
    [InlineData("$select=id&$select=mail", 400, "BadRequest")]
    public async Task Wrong_options_are_refused(string query, int status, string code)
    {
        var caller = await (await stage.NewTenantAsync()).CallerAsync("User.Read.All");
        (await caller.GetAsync("users?" + query)).Refuses(status, code);
    }

    [Fact]
    public async Task A_created_user_signs_in_and_is_changed_deleted_and_restored_with_the_same_id()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("User.ReadWrite.All", "AuditLog.Read.All", "Directory.Read.All");
        var made = (await caller.PostAsync("users", NewUser(tenant, "tomas"))).Succeeds(201);
        var group = await tenant.GroupIdAsync("Team", made.Id);
        Tick();
        (await caller.PatchAsync($"users/{made.Id}", new { jobTitle = "Engineer", otherMails = new[] { "t@home.example" } })).Succeeds(204);
        Assert.Equal("Engineer", (string)(await caller.GetAsync($"users/{made.Id}?$select=jobTitle")).Json["jobTitle"]!);

        Tick();
        (await caller.DeleteAsync($"users/{made.Id}")).Succeeds(204);
        (await caller.GetAsync($"users/{made.Id}")).Refuses(404, "Request_ResourceNotFound");
        // graph.md §4.5: gone from member lists at once, and a member again when restored
        Assert.Empty((await caller.GetAsync($"groups/{group}/members")).Succeeds().Values);
        var bin = (await caller.GetAsync("directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime")).Succeeds();
        Assert.Equal(made.Id, (string)Assert.Single(bin.Values)["id"]!);
        Tick();
        Assert.Equal(made.Id, (await caller.PostAsync($"directory/deletedItems/{made.Id}/restore")).Succeeds().Id);
        Assert.Equal(made.Id, (string)Assert.Single((await caller.GetAsync($"groups/{group}/members")).Values)["id"]!);

        var activities = (await caller.GetAsync("auditLogs/directoryAudits")).Succeeds().Names("activityDisplayName");
        Assert.Equal(["Restore user", "Delete user", "Update user", "Add user"], activities);
    }

    [Fact]
    public async Task The_recycle_bin_forgets_after_30_days()
    {
        await using var emulator = await EmulatorStage.StartAsync();
        var tenant = new GraphTenant(emulator, emulator.TenantId, "contoso.example");
        var id = await tenant.UserIdAsync("leaver");
        await emulator.ControlAsync(HttpMethod.Delete, $"/tenants/{tenant.Id}/users/{id}");
        emulator.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        Assert.Single((await caller.GetAsync("directory/deletedItems/microsoft.graph.user")).Succeeds().Values);
        emulator.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty((await caller.GetAsync("directory/deletedItems/microsoft.graph.user")).Succeeds().Values);
        (await caller.PostAsync($"directory/deletedItems/{id}/restore")).Refuses(404, "Request_ResourceNotFound");
    }

    [Fact]
    public async Task A_taken_name_an_unverified_domain_and_a_missing_property_are_named()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        (await caller.PostAsync("users", NewUser(tenant, "ada"))).Succeeds(201);
        var taken = await caller.PostAsync("users", NewUser(tenant, "ADA"));
        taken.Refuses(400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists.");
        Assert.Equal("ObjectConflict", (string)taken.Json["error"]!["details"]![0]!["code"]!);

        var foreign = NewUser(tenant, "bob");
        foreign["userPrincipalName"] = "bob@elsewhere.example";
        (await caller.PostAsync("users", foreign)).Refuses(400, "Request_BadRequest");
        foreign.Remove("mailNickname");
        (await caller.PostAsync("users", foreign)).Refuses(
            400,
            "Request_BadRequest",
            "A value is required for property 'mailNickname' of resource 'User'."
        );
        var id = await tenant.UserIdAsync("carl");
        (await caller.PatchAsync($"users/{id}", new { userType = 7 })).Refuses(400, "Request_BadRequest");
        (await caller.PatchAsync($"users/{id}", new { id = "x" })).Refuses(400, "Request_BadRequest");
        (await caller.PatchAsync($"users/{id}", new { unicorn = "x" })).Refuses(400, "Request_BadRequest");
    }

    [Fact] // graph.md §4.2 manager
    public async Task A_manager_is_set_expanded_and_missing()
    {
        var tenant = await stage.NewTenantAsync();
        var (boss, clerk) = (await tenant.UserIdAsync("boss"), await tenant.UserIdAsync("clerk"));
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        (await caller.GetAsync($"users/{clerk}/manager")).Refuses(404, "Request_ResourceNotFound");
        var reference = new JsonObject { ["@odata.id"] = $"https://graph.microsoft.com/v1.0/users/{boss}" };
        (await caller.SendAsync(HttpMethod.Put, $"users/{clerk}/manager/$ref", reference)).Succeeds(204);
        Assert.Equal(boss, (await caller.GetAsync($"users/{clerk}/manager")).Succeeds().Id);
        var expanded = (await caller.GetAsync($"users/{clerk}?$select=id&$expand=manager($select=id,displayName)")).Succeeds().Json[
            "manager"
        ]!;
        Assert.Equal((boss, "boss"), ((string)expanded["id"]!, (string)expanded["displayName"]!));
        Assert.Equal(["clerk"], (await caller.GetAsync($"users/{boss}/directReports")).Names());
    }

    [Theory] // graph.md §6.5: documented as 204, answers 200
    [InlineData(200)]
    [InlineData(204)]
    public async Task Revoking_sessions_answers_as_switched(int status)
    {
        await using var _ = await stage.SwitchAsync(new { revokeSessionsStatus = status });
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("mira");
        var caller = await tenant.CallerAsync("User.RevokeSessions.All");
        (await caller.PostAsync($"users/{id}/revokeSignInSessions")).Succeeds(status);
        var user = await stage.Emulator.ControlAsync(HttpMethod.Get, $"/tenants/{tenant.Id}/users/{id}");
        Assert.Equal(stage.Emulator.Clock.GetUtcNow(), (DateTimeOffset)user["signInSessionsValidFromDateTime"]!);
    }

    /// <summary>Rows of the log stand in the order of their time.</summary>
    private void Tick() => stage.Emulator.Clock.Advance(TimeSpan.FromMilliseconds(1));

    internal static JsonObject NewUser(GraphTenant tenant, string name) =>
        new()
        {
            ["accountEnabled"] = true,
            ["displayName"] = name,
            ["mailNickname"] = name,
            ["userPrincipalName"] = $"{name}@{tenant.Domain}",
            ["passwordProfile"] = new JsonObject { ["password"] = GraphTenant.Password, ["forceChangePasswordNextSignIn"] = false },
        };
}
