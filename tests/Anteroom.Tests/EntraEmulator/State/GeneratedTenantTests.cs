using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;
using Anteroom.Harness;
using Anteroom.Tests.EntraEmulator.Graph;

namespace Anteroom.Tests.EntraEmulator.State;

/// <summary>Tenants made from a seed (design.md §6): stored as seed and size, read by Graph like any other.</summary>
public sealed class GeneratedTenantTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emulator-generated-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task People_groups_and_nesting_are_there_and_only_the_seed_is_stored()
    {
        await using var stage = await EmulatorStage.StartAsync(new EmulatorOptions { HttpsPort = null, Folder = _folder });
        var tenant = new GraphTenant(stage, stage.TenantId, "contoso.example");
        var before = new FileInfo(Path.Combine(_folder, "journal-000000.jsonl")).Length;
        await PopulateAsync(tenant, 2_500);
        Assert.InRange(new FileInfo(Path.Combine(_folder, "journal-000000.jsonl")).Length - before, 1, 1_000);

        var caller = await tenant.CallerAsync("Directory.Read.All");
        var (users, pages) = await caller.AllAsync("users?$top=999&$select=id,userPrincipalName,department,accountEnabled");
        Assert.Equal((2_501, 3), (users.Count, pages)); // the stage's own person too
        Assert.Equal(2_501, users.DistinctBy(user => (string)user["id"]!).Count());
        Assert.Equal(2_501, users.DistinctBy(user => (string)user["userPrincipalName"]!).Count());
        Assert.Contains(users, user => !(bool)user["accountEnabled"]!);

        var everybody = (await caller.GetAsync("groups?$filter=displayName eq 'All employees'&$select=id")).Names("id").Single();
        var (members, _) = await caller.AllAsync($"groups/{everybody}/members?$top=999&$select=id");
        Assert.Equal(2_500, members.Count);
        var division = (await caller.GetAsync("groups?$filter=displayName eq 'Division 001'&$select=id")).Names("id").Single();
        var (teams, _) = await caller.AllAsync($"groups/{division}/members?$select=id");
        var (nested, _) = await caller.AllAsync($"groups/{division}/transitiveMembers/microsoft.graph.user?$top=999&$select=id");
        Assert.Equal((20, 1_000), (teams.Count, nested.Count));

        var one = users.First(user => (string)user["userPrincipalName"]! != "mira@contoso.example");
        Assert.Equal((string)one["id"]!, (await caller.GetAsync($"users/{one["userPrincipalName"]}")).Succeeds().Id);
        var groups = (await caller.GetAsync($"users/{one["id"]}/transitiveMemberOf")).Succeeds().Names();
        Assert.Equal(["All employees", "Department", "Division", "Team"], groups.Select(Kind).Order(StringComparer.Ordinal));

        static string Kind(string name) =>
            name is "All employees" ? name
            : name.Split(' ')[0] is "Team" or "Division" ? name.Split(' ')[0]
            : "Department";
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_names_and_a_changed_or_deleted_person_stays_so_after_a_restart()
    {
        string changed,
            deleted;
        var options = new EmulatorOptions { HttpsPort = null, Folder = _folder };
        await using (var stage = await EmulatorStage.StartAsync(options))
        {
            var tenant = new GraphTenant(stage, stage.TenantId, "contoso.example");
            await PopulateAsync(tenant, 300);
            var caller = await tenant.CallerAsync("User.ReadWrite.All");
            var people = (await caller.AllAsync("users?$top=50&$select=id,userPrincipalName")).Values;
            (changed, deleted) = ((string)people[0]["id"]!, (string)people[1]["id"]!);
            (await caller.PatchAsync($"users/{changed}", new { jobTitle = "Pilot" })).Succeeds(204);
            (await caller.DeleteAsync($"users/{deleted}")).Succeeds(204);
            stage.Server.Get<Anteroom.EntraEmulator.Objects.EntraDirectory>().Compact();
        }

        await using var again = await EmulatorStage.StartAsync(options);
        var same = new GraphTenant(
            again,
            (string)(await again.ControlAsync(HttpMethod.Get, "/tenants/contoso.example"))["id"]!,
            "contoso.example"
        );
        var reader = await same.CallerAsync("User.Read.All", "User.ReadWrite.All");
        Assert.Equal("Pilot", (string)(await reader.GetAsync($"users/{changed}?$select=jobTitle")).Succeeds().Json["jobTitle"]!);
        (await reader.GetAsync($"users/{deleted}")).Refuses(404, "Request_ResourceNotFound");
        var (all, _) = await reader.AllAsync("users?$top=999&$select=id");
        Assert.Equal(300, all.Count); // 300 generated, one less, and the stage's own
        Assert.Single(all, user => (string)user["id"]! == changed);
        (await reader.PostAsync($"directory/deletedItems/{deleted}/restore")).Succeeds();
        (await reader.GetAsync($"users/{deleted}")).Succeeds();
    }

    [Fact]
    public async Task A_generated_person_signs_in_until_the_password_is_changed()
    {
        await using var stage = await EmulatorStage.StartAsync();
        var tenant = new GraphTenant(stage, stage.TenantId, "contoso.example");
        var made = await PopulateAsync(tenant, 20);
        var (name, password) = ((string)made["example"]!["userPrincipalName"]!, (string)made["example"]!["password"]!);
        using var browser = stage.NewBrowser();
        var reply = await browser.SignInAsync(stage.AuthorizeUrl(), name, password);
        Assert.True(reply.ContainsKey("code"));
        await stage.PatchAsync($"/tenants/{tenant.Id}/users/{name}", new { password = "Another-one-77" });
        Assert.DoesNotContain(
            "\"password\"",
            (await stage.ControlAsync(HttpMethod.Get, $"/tenants/{tenant.Id}/users/{name}")).ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact] // issue 3: tenants of 100,000 users are made in seconds and under 300 MB
    public async Task A_large_tenant_is_made_and_read_quickly_in_little_memory()
    {
        var size = TestScale.Pick(everyday: 5_000, full: 100_000);
        await using var child = await EmulatorProcess.StartAsync(_folder);
        var started = TimeProvider.System.GetTimestamp();
        var tenant = await child.PostAsync("/tenants", new { displayName = "Large", initialDomain = "large.onmicrosoft.com" });
        var id = (string)tenant["id"]!;
        await child.PostAsync($"/tenants/{id}/population", new { users = size, seed = "large" });
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20)); // a busy machine compiles slowly

        var caller = await child.GraphCallerAsync(id, "Directory.Read.All");
        const string Select = "$top=999&$select=id,displayName,userPrincipalName,accountEnabled";
        var (users, pages, elapsed, _) = await ReadAsync($"users?{Select}");
        Assert.Equal((size, (size + 998) / 999), (users, pages));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));

        // Through nesting it is the same people, and no page walks the group anew: it costs what reading the people costs.
        var everybody = (string)
            (await child.GetJsonAsync($"{child.Url}/graph/v1.0/groups?$filter=displayName eq 'All employees'&$select=id", caller))[
                "value"
            ]![0]!["id"]!;
        var members = await ReadAsync($"groups/{everybody}/transitiveMembers/microsoft.graph.user?{Select}");
        Assert.Equal((size, (size + 998) / 999), (members.Count, members.Pages));
        Assert.InRange(members.Elapsed, TimeSpan.Zero, 4 * elapsed + TimeSpan.FromSeconds(2));
        Assert.InRange(child.ResidentBytes, 1, 300L * 1024 * 1024);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{size} users: {elapsed.TotalSeconds:F1} s; as members through nesting: {members.Elapsed.TotalSeconds:F1} s, longest page {members.Longest.TotalMilliseconds:F0} ms; {child.ResidentBytes / 1024 / 1024} MB resident"
        );

        async Task<(int Count, int Pages, TimeSpan Elapsed, TimeSpan Longest)> ReadAsync(string path)
        {
            var (count, number, longest, began) = (0, 0, TimeSpan.Zero, TimeProvider.System.GetTimestamp());
            for (string? next = $"{child.Url}/graph/v1.0/{path}"; next is not null; number++)
            {
                var asked = TimeProvider.System.GetTimestamp();
                var page = await child.GetJsonAsync(next, caller);
                var took = TimeProvider.System.GetElapsedTime(asked);
                longest = took > longest ? took : longest;
                count += ((JsonArray)page["value"]!).Count;
                next = (string?)page["@odata.nextLink"];
            }
            return (count, number, TimeProvider.System.GetElapsedTime(began), longest);
        }
    }

    private static Task<JsonObject> PopulateAsync(GraphTenant tenant, int users) =>
        tenant.Emulator.PostAsync($"/tenants/{tenant.Id}/population", new { users, seed = "tests" });
}
