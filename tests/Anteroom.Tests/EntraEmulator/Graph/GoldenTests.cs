namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>The property names that Microsoft's own description of Graph v1.0 gives its resources, as recorded on 2026-07-13.</summary>
[Collection(GraphCollection.Name)]
public sealed class GoldenTests(GraphStage stage)
{
    [Theory]
    [InlineData("users", "id displayName userPrincipalName mail givenName surname accountEnabled userType externalUserState")]
    [InlineData("groups", "id displayName description mailEnabled securityEnabled")]
    [InlineData("applications", "id appId displayName signInAudience identifierUris appRoles api")]
    [InlineData(
        "servicePrincipals",
        "id appId displayName servicePrincipalType accountEnabled appRoles oauth2PermissionScopes servicePrincipalNames"
    )]
    public async Task Each_resource_has_the_recorded_properties(string set, string properties)
    {
        var tenant = await stage.NewTenantAsync();
        await tenant.AddUserAsync("ada");
        await tenant.GroupIdAsync("group");
        var caller = await tenant.CallerAsync("Directory.Read.All");
        var names = properties.Split(' ');
        var first = (await caller.GetAsync($"{set}?$select={string.Join(',', names)}&$top=1")).Succeeds().Values.First();
        Assert.Equal(names.Order(), first.Select(member => member.Key).Order());
    }

    [Fact] // graph.md §2, §3: the shape of errors
    public async Task An_error_has_code_message_and_ids_and_echoes_the_callers_own()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync();
        var answer = await caller.GetAsync("users");
        answer.Refuses(403, "Authorization_RequestDenied");
        Assert.Equal(answer.Headers["request-id"], (string)answer.Json["error"]!["innerError"]!["request-id"]!);
        Assert.Equal(answer.Headers["client-request-id"], (string)answer.Json["error"]!["innerError"]!["client-request-id"]!);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$", (string)answer.Json["error"]!["innerError"]!["date"]!);
    }
}
