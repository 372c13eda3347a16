using System.Text.Json.Nodes;
using Anteroom.BrowserTests.Rig;
using Anteroom.DevHost;
using Microsoft.Playwright;

namespace Anteroom.BrowserTests.Journeys;

/// <summary>The journeys run one after another in one demo, and each leaves it so that the next can be told.</summary>
[CollectionDefinition(Name)]
public sealed class JourneyCollection : ICollectionFixture<OperatedDemo>
{
    public const string Name = "Journeys";
}

/// <summary>A demo of its own whose first operator, Ada, has come in.</summary>
public sealed class OperatedDemo(Sites sites) : IAsyncLifetime
{
    private RunningDemo? _demo;
    private FirstOperator? _first;

    internal RunningDemo Demo => _demo!;
    internal DemoEndpoints Endpoints => Demo.Endpoints;
    internal Visitor Ada => _first!.Visitor;

    public async ValueTask InitializeAsync()
    {
        _demo = await RunningDemo.StartPlainAsync();
        await _demo.Emulator.PatchAsync("/settings", new JsonObject { ["askToStaySignedIn"] = true }, CancellationToken.None);
        _first = await FirstOperator.ComeInAsync(sites, _demo, _ => Task.CompletedTask);
    }

    public async ValueTask DisposeAsync()
    {
        if (_first is not null)
            await _first.DisposeAsync();
        if (_demo is not null)
            await _demo.DisposeAsync();
    }

    internal DemoOrganization Organization(string slug) => Endpoints.Organizations.First(organization => organization.Slug == slug);

    /// <summary>By which ways of ours an organization's people may come in.</summary>
    internal async Task AllowAsync(string slug, bool passkeys = false, bool passwords = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Endpoints.Api}/organizations/{slug}/sign-in-policy");
        request.Headers.Authorization = new("Bearer", Endpoints.ApiKey);
        request.Content = JsonContent.Create(
            new
            {
                showLocalForm = true,
                knownNamesRedirect = true,
                allowPasskeys = passkeys,
                allowPasswords = passwords,
            }
        );
        using var answer = await Demo.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>An account made by hand, with an address to write to.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> AddUserAsync(string slug, string userName, string displayName, string role, DemoUser? person = null)
    {
        var user = new JsonObject
        {
            ["userName"] = userName,
            ["displayName"] = displayName,
            ["email"] = userName,
            ["role"] = role,
        };
        if (person is not null)
            user["externalIdentity"] = new JsonObject
            {
                ["tenantId"] = Organization(slug).Connections[0].TenantId,
                ["objectId"] = person.ObjectId,
                ["cloud"] = "emulator",
            };
        return JsonCalls.Text(await Demo.Api.PostAsync($"/organizations/{slug}/users", user, CancellationToken.None), "id");
    }

    /// <summary>What happens between Ada and whoever else comes in. Afterwards nobody's pages may have broken their policy.</summary>
    internal async Task TellAsync(Func<Stage, Task> story)
    {
        await using var stage = new Stage(this, sites.Browser);
        try
        {
            await story(stage);
        }
        catch (Exception e) when (e is PlaywrightException or TimeoutException or DemoException or Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{e.Message}\n{await stage.WhereAsync()}", e);
        }
        Assert.Empty(stage.Complaints);
    }
}
