using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.Server.Api;
using Microsoft.AspNetCore.Http.Metadata;

namespace Anteroom.Tests.Api;

/// <summary>An endpoint of the management API, as its route tells it.</summary>
/// <param name="Path">Below <c>/api/v1/</c>, with its placeholders.</param>
/// <param name="Body">What it reads; null where it reads nothing.</param>
internal sealed record ApiEndpoint(string Operation, HttpMethod Method, string Path, Type? Body)
{
    public static IEnumerable<ApiEndpoint> All(ApiScenario scenario) =>
        from endpoint in ((IEndpointRouteBuilder)scenario.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let operation = endpoint.Metadata.GetMetadata<ApiOperation>()
        where operation is not null
        select new ApiEndpoint(
            operation.Name,
            HttpMethod.Parse(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]),
            endpoint.RoutePattern.RawText!["/api/v1/".Length..],
            endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType
        );

    /// <summary>The path with its placeholders filled in.</summary>
    public string At(params (string Name, string Value)[] values) =>
        values.Aggregate(Path, (path, one) => path.Replace($"{{{one.Name}}}", one.Value, StringComparison.Ordinal));

    /// <summary>A body with nothing but what must be there.</summary>
    public JsonObject Least()
    {
        var json = new JsonObject();
        var members = Body!.GetConstructors(BindingFlags.Public | BindingFlags.Instance).Single().GetParameters();
        foreach (var member in members.Where(member => !member.HasDefaultValue))
            json[JsonNamingPolicy.CamelCase.ConvertName(member.Name!)] = member.ParameterType switch
            {
                var type when type == typeof(string) => "x",
                var type when type == typeof(bool) => true,
                { IsEnum: true } type => JsonNamingPolicy.CamelCase.ConvertName(Enum.GetNames(type)[0]),
                _ => new JsonArray(),
            };
        return json;
    }
}
