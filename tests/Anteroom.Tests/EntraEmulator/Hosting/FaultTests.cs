using System.Net;
using System.Text.Json.Nodes;
using Anteroom.Tests.EntraEmulator.Graph;

namespace Anteroom.Tests.EntraEmulator.Hosting;

/// <summary>Faults by control API (issue 3 item 5): those of keys, bodies and Graph; <see cref="ControlTests"/> has the others.</summary>
[Collection(GraphCollection.Name)]
public sealed class FaultTests(GraphStage stage)
{
    [Theory]
    [InlineData(429, 2.5, "2.5", "TooManyRequests")]
    [InlineData(429, null, null, "TooManyRequests")]
    [InlineData(503, 1.0, "1", "serviceNotAvailable")]
    [InlineData(500, null, null, "UnknownError")]
    [InlineData(504, null, null, "GatewayTimeout")]
    public async Task Graph_fails_in_its_own_words(int status, double? retryAfter, string? header, string code)
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("User.Read.All");
        await FaultAsync(
            $"/graph/v1.0/users/{tenant.Id}",
            "status",
            new JsonObject { ["status"] = status, ["retryAfterSeconds"] = retryAfter }
        );
        var answer = await caller.GetAsync($"users/{tenant.Id}");
        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.Equal(header, answer.Headers.GetValueOrDefault("Retry-After"));
    }

    [Fact]
    public async Task A_slow_body_begins_at_once_and_takes_its_time()
    {
        var tenant = await stage.NewTenantAsync();
        var path = $"/{tenant.Id}/v2.0/.well-known/openid-configuration";
        await FaultAsync(path, "slowBody", new JsonObject { ["delayMilliseconds"] = 640 });
        using var client = new HttpClient();
        var started = TimeProvider.System.GetTimestamp();
        using var response = await client.GetAsync(new Uri(stage.Emulator.Url + path), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(600));
        Assert.NotNull(JsonNode.Parse(text)!["issuer"]);
    }

    [Fact]
    public async Task A_stale_key_set_lacks_the_key_that_signs()
    {
        var tenant = await stage.NewTenantAsync();
        var path = $"/{tenant.Id}/discovery/v2.0/keys";
        var signing = ((JsonArray)(await stage.Emulator.ControlAsync(HttpMethod.Get, "/keys"))["items"]!).Single(key =>
            (bool)key!["signs"]!
        )!;
        await FaultAsync(path, "staleKeys");
        var stale = (await stage.Emulator.JsonAsync(path)).ToJsonString();
        Assert.DoesNotContain((string)signing["kid"]!, stale, StringComparison.Ordinal);
        Assert.Contains((string)signing["kid"]!, (await stage.Emulator.JsonAsync(path)).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Duplicate_keys_have_one_kid_and_two_values()
    {
        var tenant = await stage.NewTenantAsync();
        var path = $"/{tenant.Id}/discovery/v2.0/keys";
        await FaultAsync(path, "duplicateKeys");
        var keys = ((JsonArray)(await stage.Emulator.JsonAsync(path))["keys"]!).GroupBy(key => (string)key!["kid"]!).ToList();
        Assert.All(keys, twins => Assert.Equal(2, twins.Select(key => (string)key!["n"]!).Distinct().Count()));
    }

    [Fact]
    public async Task A_lost_answer_of_Graph_has_its_effect()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("User.ReadWrite.All");
        await FaultAsync($"/graph/v1.0/users/{id}", "lostAnswer");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => caller.PatchAsync($"users/{id}", new { jobTitle = "Pilot" }));
        Assert.Equal("Pilot", (string)(await caller.GetAsync($"users/{id}?$select=jobTitle")).Succeeds().Json["jobTitle"]!);
    }

    [Theory]
    [InlineData("""{"path":"/x","kind":"status","status":200}""")]
    [InlineData("""{"path":"/x","kind":"status","retryAfterSeconds":-1}""")]
    [InlineData("""{"path":"/x","kind":"latency","delayMilliseconds":-5}""")]
    [InlineData("""{"path":"/x","kind":"latency","times":0}""")]
    [InlineData("""{"kind":"latency"}""")]
    public async Task A_fault_that_makes_no_sense_is_refused(string fault)
    {
        using var client = new HttpClient();
        using var content = new StringContent(fault, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri($"{stage.Emulator.Url}/_emulator/faults"), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    private Task<JsonObject> FaultAsync(string path, string kind, JsonObject? more = null)
    {
        var fault = more ?? [];
        (fault["path"], fault["kind"], fault["times"]) = (path, kind, 1);
        return stage.Emulator.PostAsync("/faults", fault);
    }
}
