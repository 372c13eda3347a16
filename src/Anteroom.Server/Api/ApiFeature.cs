using Anteroom.Server.Platform;

namespace Anteroom.Server.Api;

/// <summary>The management API for programs: <c>/api/v1</c> and its description (design.md §6).</summary>
public static class ApiFeature
{
    public static IServiceCollection AddManagementApi(this IServiceCollection services, AnteroomOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddOpenApi("openapi", document => ApiDescription.Describe(document, options.Issuer));
        // The document is described by the same words as the answers.
        services.ConfigureHttpJsonOptions(json =>
        {
            foreach (var converter in ApiJson.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        return services;
    }

    public static IEndpointRouteBuilder MapManagementApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapApi();
        OrganizationEndpoints.Map(api);
        BrandingEndpoints.Map(api);
        DomainEndpoints.Map(api);
        ConnectionEndpoints.Map(api);
        ConnectionCertificateEndpoints.Map(api);
        UserEndpoints.Map(api);
        RoleEndpoints.Map(api);
        GroupEndpoints.Map(api);
        ApiKeyEndpoints.Map(api);
        ApplicationEndpoints.Map(api);
        CloudEndpoints.Map(api);
        SharedRegistrationEndpoints.Map(api);
        TenantBindingEndpoints.Map(api);
        MailSettingsEndpoints.Map(api);
        AuditEndpoints.Map(api);
        routes.MapOpenApi("/api/{documentName}.json");
        return routes;
    }
}
