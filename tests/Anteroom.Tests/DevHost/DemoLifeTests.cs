using System.Net.Http.Headers;
using System.Text.Json;
using Anteroom.DevHost;
using Anteroom.Harness;

namespace Anteroom.Tests.DevHost;

/// <summary>Stopping, starting again and breaking a demo, always beside another one on other ports and in another folder, which must not notice.</summary>
[Collection(SharedDemo.Collection)]
public sealed class DemoLifeTests(SharedDemo neighbour) : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    /// <summary>The neighbour has not noticed. On a machine that is full a single look at it may come late.</summary>
    public async ValueTask DisposeAsync() =>
        await Poll.UntilAsync(
            "the neighbour is ready",
            TimeSpan.FromSeconds(20),
            async () =>
            {
                using var answer = await Http.GetAsync($"{neighbour.Endpoints.Server}/health/ready");
                return answer.IsSuccessStatusCode;
            }
        );

    [Fact]
    public async Task Stopped_or_killed_and_started_again_it_is_the_same_installation()
    {
        string before;
        await using (var demo = neighbour.StartSecond())
        {
            var endpoints = await demo.ReadyAsync();
            await CreateUserAsync(endpoints);
            before = await StateAsync(endpoints);

            demo.Signal(DemoProcess.Terminate);
            var (code, output, errors) = await demo.EndAsync();
            Assert.Equal((0, ""), (code, errors));
            Assert.EndsWith("Stopping ...\n", output, StringComparison.Ordinal);
            Assert.False(File.Exists(demo.EndpointsFile)); // it is there only while everything answers
            await demo.NothingLeftAsync();
        }

        await using (var demo = neighbour.StartSecond())
        {
            Assert.Equal(before, await StateAsync(await demo.ReadyAsync()));
            demo.Signal(DemoProcess.Kill);
            await demo.NothingLeftAsync(); // the kernel tells the children, the last of them stops the database
        }

        await using (var demo = neighbour.StartSecond())
        {
            Assert.Equal(before, await StateAsync(await demo.ReadyAsync()));
            demo.Signal(DemoProcess.Hangup); // the terminal is gone
            Assert.Equal(0, (await demo.EndAsync()).Code);
            await demo.NothingLeftAsync();
        }
    }

    [Fact]
    public async Task Fresh_begins_with_new_secrets_and_new_organizations()
    {
        DemoEndpoints before;
        await using (var demo = neighbour.StartSecond())
        {
            before = await demo.ReadyAsync();
            demo.Signal(DemoProcess.Interrupt);
            Assert.Equal(0, (await demo.EndAsync()).Code);
        }

        await using var fresh = neighbour.StartSecond("--fresh");
        var after = await fresh.ReadyAsync();
        Assert.NotEqual(before.ApiKey, after.ApiKey);
        Assert.NotEqual(before.Clients[0].ClientSecret, after.Clients[0].ClientSecret);
        Assert.Empty(before.Organizations.Select(known => known.Id).Intersect(after.Organizations.Select(known => known.Id)));
        Assert.Empty(Secrets(before).Intersect(Secrets(after)));
        Assert.Empty(Secrets(after).Intersect(Secrets(neighbour.Endpoints))); // nor does another folder share them

        static IEnumerable<string> Secrets(DemoEndpoints endpoints) =>
            endpoints
                .Tenants.SelectMany(tenant => tenant.Users.Select(user => user.Password))
                .Concat(endpoints.Tenants.SelectMany(tenant => tenant.Applications.Select(application => application.ClientSecret)));
    }

    /// <summary>They are watched alike, so every day one of them dies, and each at full counts.</summary>
    public static TheoryData<string, string> Children { get; } = [.. Watched.Take(TestScale.Pick(1, 3))];

    private static IEnumerable<(string, string)> Watched =>
        [
            ("Anteroom.EntraEmulator.dll", "The Entra emulator ended with code "),
            ("Anteroom.Server.dll", "The server ended with code "),
            ("Anteroom.Samples.WebApplication.dll", "The sample application ended with code "),
        ];

    [Theory]
    [MemberData(nameof(Children))]
    public async Task A_child_that_dies_is_named_and_everything_stops(string program, string sentence)
    {
        await using var demo = neighbour.StartSecond();
        await demo.ReadyAsync();
        demo.KillChild(program);
        var (code, _, errors) = await demo.EndAsync();
        Assert.Equal(1, code);
        Assert.StartsWith(sentence, errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(demo.Folder, "logs"), errors, StringComparison.Ordinal);
        Assert.False(File.Exists(demo.EndpointsFile));
        await demo.NothingLeftAsync();
    }

    private static Task CreateUserAsync(DemoEndpoints endpoints) =>
        CallAsync(endpoints, HttpMethod.Post, $"/organizations/{endpoints.Organizations[0].Slug}/users", new { userName = "kept" });

    /// <summary>Everything of an installation that must not change by itself: addresses, data, secrets and signing keys.</summary>
    private static async Task<string> StateAsync(DemoEndpoints endpoints)
    {
        var users = await CallAsync(endpoints, HttpMethod.Get, $"/organizations/{endpoints.Organizations[0].Slug}/users?search=kept", null);
        Assert.Contains("\"kept\"", users, StringComparison.Ordinal);
        var keys = await Http.GetStringAsync($"{endpoints.Server}/.well-known/jwks.json");
        Assert.Contains("\"kid\"", keys, StringComparison.Ordinal);
        var entra = await Http.GetStringAsync($"{endpoints.Emulator}/{endpoints.Tenants[0].TenantId}/discovery/v2.0/keys");
        Assert.Contains("\"kid\"", entra, StringComparison.Ordinal);
        var file = JsonSerializer.Serialize(endpoints with { OwnerLink = "" }, DemoJson.Default.DemoEndpoints); // one use each
        return string.Join('\n', file, users, keys, entra, await File.ReadAllTextAsync(endpoints.CaCertificate));
    }

    private static async Task<string> CallAsync(DemoEndpoints endpoints, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, endpoints.Api + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoints.ApiKey);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }
}
