using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.Server.Api;
using ApplicationId = Anteroom.Server.Federation.ApplicationId;

namespace Anteroom.Tests.Api;

/// <summary>Null in a list of a body, tried in every list that an endpoint reads: refused by its name, before any code meets it.</summary>
public sealed class NullItemTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    [Fact]
    public async Task Every_list_of_every_endpoint_refuses_it()
    {
        var (slug, _) = await scenario.OrganizationAsync();
        List<string> tried = [];
        foreach (var endpoint in ApiEndpoint.All(scenario).Where(endpoint => endpoint.Body is not null))
        foreach (var list in ListsOf(endpoint.Body!))
        {
            var path = endpoint.At(("slug", slug), ("id", ApplicationId.New(TimeProvider.System).ToString()), ("key", "nothing"));
            var body = endpoint.Least();
            body[list] = new JsonArray((JsonNode?)null);

            var answer = await scenario.SendAsync(endpoint.Method, path, body.ToJsonString(), ifMatch: "*");

            Assert.True(
                answer.Status == 400 && answer.Text.Contains($"The list '{list}' holds null.", StringComparison.Ordinal),
                $"{endpoint.Operation} {list}: {answer.Status} {answer.Text}"
            );
            tried.Add($"{endpoint.Operation} {list}");
        }
        Assert.Superset(
            new HashSet<string>
            {
                "organizations.create domains",
                "connections.create authorizedDomains",
                "connections.create claimMappings",
                "connections.update roleMappings",
                "connections.update stepUps",
                "applications.create redirectUris",
                "platformApplications.update grantTypes",
                "apiKeys.create permissions",
                "roles.create channels",
                "roles.update permissions",
                "users.deactivate channels",
                "clouds.create aliases",
            },
            tried.ToHashSet()
        );
    }

    [Fact]
    public async Task However_deep_it_stands()
    {
        var answer = await scenario.SendAsync(
            HttpMethod.Post,
            "applications",
            """{"name":"Forms","protocol":"oidc","clientKind":"confidential","jwks":{"keys":[{"kty":"EC"},null]}}"""
        );
        Assert.Equal((400, "validation_failed"), (answer.Status, answer.Code));
        Assert.Contains("The list 'keys' holds null.", answer.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> ListsOf(Type body) =>
        from member in body.GetProperties()
        let type = member.PropertyType is { IsGenericType: true } patched && patched.GetGenericTypeDefinition() == typeof(Patched<>)
            ? patched.GetGenericArguments()[0]
            : member.PropertyType
        where type.IsGenericType && type.GetGenericArguments() is [_] && typeof(IEnumerable).IsAssignableFrom(type)
        select JsonNamingPolicy.CamelCase.ConvertName(member.Name);
}
