using Anteroom.Server.Organizations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Anteroom.Server.Api;

/// <summary>The OpenAPI document at <c>/api/openapi.json</c>: what the endpoints declare, and what all of them have in common.</summary>
internal static class ApiDescription
{
    private const string Scheme = "bearer";

    public static void Describe(OpenApiOptions document, string issuer)
    {
        document.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/v1/", StringComparison.Ordinal) == true;
        document.AddDocumentTransformer(
            (description, _, _) =>
            {
                description.Info.Title = "Anteroom management API";
                description.Info.Version = "v1";
                description.Servers = [new() { Url = issuer }];
                description.AddComponent<IOpenApiSecurityScheme>(
                    Scheme,
                    new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = "bearer",
                        Description = "An API key of the platform or of an organization.",
                    }
                );
                description.Security = [new() { [new(Scheme, description)] = [] }];
                return Task.CompletedTask;
            }
        );
        document.AddOperationTransformer(
            (operation, context, _) =>
            {
                Describe(operation, context.Description.RelativePath!, context.Description.ActionDescriptor.EndpointMetadata);
                return Task.CompletedTask;
            }
        );
    }

    private static void Describe(OpenApiOperation operation, string path, IList<object> metadata)
    {
        if (metadata.OfType<ApiOperation>().LastOrDefault()?.Name is not { } name)
            return;
        operation.Summary = ApiSummaries.Of(name);
        if (Operations.Table.TryGetValue(name, out var needed))
            operation.Description =
                $"Needs the permission {needed.Permission}"
                + (
                    needed.Scope == OperationScope.Platform
                        ? ", and a key of the platform."
                        : ", and a key of the platform or of this organization."
                );

        operation.Parameters ??= [];
        foreach (var segment in path.Split('/').Where(segment => segment is ['{', .., '}']))
            if (operation.Parameters.All(known => known.Name != segment[1..^1]))
                operation.Parameters.Add(
                    Parameter(segment[1..^1], ParameterLocation.Path, "The slug of the organization.", required: true)
                );
        foreach (var parameter in metadata.OfType<ApiParameter>())
            operation.Parameters.Add(
                Parameter(parameter.Name, ParameterLocation.Query, parameter.Description, required: false, parameter.Values)
            );
        if (metadata.OfType<ApiVersioned>().Any())
            operation.Parameters.Add(
                Parameter("If-Match", ParameterLocation.Header, "The ETag of the version that is changed, or * for any.", required: true)
            );

        // Declared for one status at the group; every refusal and failure has this shape.
        if (
            operation.Responses?.Remove(
                ApiRoutes.ProblemStatus.ToString(System.Globalization.CultureInfo.InvariantCulture),
                out var problem
            ) == true
        )
        {
            problem.Description = "Refused or failed: problem details (RFC 9457) with a code of the reason catalogue.";
            operation.Responses["default"] = problem;
        }
    }

    private static OpenApiParameter Parameter(
        string name,
        ParameterLocation place,
        string description,
        bool required,
        IReadOnlyList<string>? values = null
    ) =>
        new()
        {
            Name = name,
            In = place,
            Required = required,
            Description = description,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = values?.Select(value => (System.Text.Json.Nodes.JsonNode)value).ToList(),
            },
        };
}
