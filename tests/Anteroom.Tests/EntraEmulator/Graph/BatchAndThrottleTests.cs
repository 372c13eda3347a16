namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Batches and limits (graph.md §9).</summary>
[Collection(GraphCollection.Name)]
public sealed class BatchAndThrottleTests(GraphStage stage)
{
    [Fact] // graph.md §9.3
    public async Task Parts_of_a_batch_have_their_own_status_and_a_failed_dependency_is_424()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        var answer = await BatchAsync(
            caller,
            new
            {
                id = "1",
                method = "GET",
                url = $"/users/{id}?$select=displayName",
            },
            new
            {
                id = "2",
                method = "PATCH",
                url = $"/users/{id}",
                body = new { jobTitle = "x" },
                headers = new { ContentType = "application/json" },
                dependsOn = new[] { "1" },
            },
            new
            {
                id = "3",
                method = "GET",
                url = "/groups",
            },
            new
            {
                id = "4",
                method = "GET",
                url = "/users",
                dependsOn = new[] { "3" },
            },
            new
            {
                id = "5",
                method = "GET",
                url = "/users/$count",
                headers = new { ConsistencyLevel = "eventual" },
            }
        );
        var parts = answer.Succeeds().Json["responses"]!
            .AsArray()
            .ToDictionary(part => (string)part!["id"]!, part => (int)part!["status"]!);
        Assert.Equal([200, 204, 403, 424, 200], new[] { "1", "2", "3", "4", "5" }.Select(part => parts[part]));
    }

    [Fact]
    public async Task A_batch_that_cannot_be_read_is_400()
    {
        var caller = await (await stage.NewTenantAsync()).CallerAsync("User.Read.All");
        var many = Enumerable
            .Range(0, 21)
            .Select(i =>
                (object)
                    new
                    {
                        id = $"{i}",
                        method = "GET",
                        url = "/users",
                    }
            )
            .ToArray();
        (await BatchAsync(caller, many)).Refuses(400, "MaximumValueExceeded");
        (await BatchAsync(caller, many[0], many[0])).Refuses(400, "BadRequest");
        (
            await BatchAsync(
                caller,
                new
                {
                    id = "1",
                    method = "POST",
                    url = "/$batch",
                }
            )
        ).Refuses(400, "BadRequest");
        (
            await BatchAsync(
                caller,
                new
                {
                    id = "1",
                    method = "GET",
                    url = "https://elsewhere.example/users",
                }
            )
        ).Refuses(400, "BadRequest");
        (await caller.PostAsync("$batch", new { requests = 7 })).Refuses(400, "BadRequest");
    }

    [Theory] // graph.md §9.2: the header may be a fraction, or be missing
    [InlineData(2.128, "2.128")]
    [InlineData(null, null)]
    public async Task Beyond_the_limit_the_answer_is_429_also_inside_of_a_batch(double? seconds, string? header)
    {
        await using var emulator = await EmulatorStage.StartAsync();
        var tenant = new GraphTenant(emulator, emulator.TenantId, "contoso.example");
        var caller = await tenant.CallerAsync("User.Read.All");
        await emulator.PatchAsync("/settings", new { graph = new { throttleUnits = 4, throttleRetryAfterSeconds = seconds } });
        Assert.Equal("2", (await caller.GetAsync("users")).Succeeds().Headers["x-ms-resource-unit"]);
        Assert.Equal("1", (await caller.GetAsync("users?$select=id")).Succeeds().Headers["x-ms-resource-unit"]);
        (await caller.GetAsync("users?$select=id&$top=5")).Succeeds();

        var refused = await caller.GetAsync("users");
        Assert.Equal((429, "TooManyRequests"), ((int)refused.Status, refused.Code));
        Assert.Equal(header, refused.Headers.GetValueOrDefault("Retry-After"));
        Assert.Equal($"Tenant_Application/ReadWrite/{caller.AppId}/{tenant.Id}", refused.Headers["x-ms-throttle-scope"]);
        Assert.Equal("ResourceUnitLimitExceeded", refused.Headers["x-ms-throttle-information"]);
        var part = (
            await BatchAsync(
                caller,
                new
                {
                    id = "1",
                    method = "GET",
                    url = "/users",
                }
            )
        ).Succeeds().Json["responses"]![0]!;
        Assert.Equal(429, (int)part["status"]!);
        Assert.Equal(header, (string?)part["headers"]!["Retry-After"]);

        emulator.Clock.Advance(TimeSpan.FromSeconds(10));
        (await caller.GetAsync("users")).Succeeds();
    }

    private static Task<GraphAnswer> BatchAsync(GraphClient caller, params object[] requests) =>
        caller.PostAsync("$batch", new { requests });
}
