using System.Text.Json.Nodes;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;

namespace Anteroom.Tests.Api;

/// <summary>Ids of one organization's things, sent under another's address at every endpoint that takes one: they name nothing there (SEC-261).</summary>
public sealed class ForeignIdTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Connection = """
        {"name":"Entra","kind":"entra","tenantId":"11111111-1111-4111-8111-111111111111","clientId":"22222222-2222-4222-8222-222222222222",
         "credential":"certificate"}
        """;

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task Are_answered_as_ids_of_nothing_and_change_nothing()
    {
        var (mine, me) = await scenario.OrganizationAsync();
        var (theirs, _) = await scenario.OrganizationAsync();
        var key = await scenario.KeyAsync(me, Permissions.OfOrganizations);
        var member = await MakeAsync(mine, "users", """{"userName":"mira"}""");
        var ids = new Dictionary<string, string>
        {
            ["users"] = await MakeAsync(theirs, "users", """{"userName":"ada"}"""),
            ["groups"] = await MakeAsync(theirs, "groups", """{"name":"Theirs"}"""),
            ["connections"] = await MakeAsync(theirs, "connections", Connection),
            ["applications"] = await MakeAsync(
                theirs,
                "applications",
                """{"name":"Portal","protocol":"oidc","clientKind":"confidential","redirectUris":["https://portal.example/cb"]}"""
            ),
            ["api-keys"] = await MakeAsync(theirs, "api-keys", """{"name":"Theirs","permissions":["users.read"]}"""),
            ["tenant-bindings"] = await MakeAsync(theirs, "tenant-bindings", """{"tenantId":"11111111-1111-4111-8111-111111111111"}"""),
        };
        var before = await StoryAsync();
        await scenario.SendAsync(
            HttpMethod.Put,
            $"organizations/{mine}/sign-in-policy",
            """{"showLocalForm":true,"allowPasswords":true}"""
        );

        List<string> tried = [];
        foreach (var endpoint in ApiEndpoint.All(scenario).Where(TakesAnId))
        {
            var kind = endpoint.Path.Split('/')[2];
            var foreign = await AskAsync(endpoint, ids[kind]);
            var absent = await AskAsync(endpoint, Identifiers.Format(ids[kind].Split('_')[0], Identifiers.NewUuid(TimeProvider.System)));

            Assert.True(foreign.Status == 404, $"{endpoint.Operation}: {foreign.Status} {foreign.Text}");
            Assert.Equal(WordsOf(absent), WordsOf(foreign));
            tried.Add(endpoint.Operation);
        }

        Assert.Equal(before, await StoryAsync());
        Assert.Superset(
            new HashSet<string> { "users.update", "users.delete", "connections.update", "connections.disable", "applications.addSecret" },
            tried.ToHashSet()
        );
        Assert.Equal(ids.Keys.Order(), tried.Select(KindOf).Distinct().Order());

        Task<Answer> AskAsync(ApiEndpoint endpoint, string id)
        {
            var body = endpoint.Body is null ? null : endpoint.Least();
            if (body?.ContainsKey("userId") == true)
                body["userId"] = member; // somebody who is there
            return scenario.SendAsync(
                endpoint.Method,
                endpoint.At(("slug", mine), ("id", id), ("userId", member)),
                body?.ToJsonString(),
                key,
                ifMatch: "*"
            );
        }

        async Task<string> StoryAsync()
        {
            var lists = ids.Keys.Select(kind => scenario.SendAsync(HttpMethod.Get, $"organizations/{theirs}/{kind}"));
            var audit = scenario.SendAsync(HttpMethod.Get, $"organizations/{theirs}/audit");
            return string.Join('\n', (await Task.WhenAll(lists.Append(audit))).Select(answer => answer.Text));
        }
    }

    private static bool TakesAnId(ApiEndpoint endpoint) =>
        endpoint.Path.StartsWith("organizations/{slug}/", StringComparison.Ordinal)
        && endpoint.Path.Contains("/{id}", StringComparison.Ordinal)
        && Operations.Table[endpoint.Operation].Scope == OperationScope.Organization;

    private static string KindOf(string operation) =>
        operation.Split('.')[0] switch
        {
            "apiKeys" => "api-keys",
            "tenantBindings" => "tenant-bindings",
            var kind => kind,
        };

    private async Task<string> MakeAsync(string slug, string kind, string json)
    {
        var made = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/{kind}", json);
        Assert.True(made.Status == 201, made.Text);
        return (string)made.Json["id"]!;
    }

    private static string WordsOf(Answer answer)
    {
        JsonObject json = answer.Json;
        json.Remove("correlationId");
        return json.ToJsonString();
    }
}
