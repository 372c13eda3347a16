using Anteroom.Server.Audit;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Api;

/// <summary>Names the operation of an endpoint; its row in <see cref="Operations.Table"/> decides who may call it.</summary>
public sealed record ApiOperation(string Name);

/// <summary>What a handler reads from the query by itself; for the description.</summary>
/// <param name="Values">The words it takes; null where any text is one.</param>
public sealed record ApiParameter(string Name, string Description, IReadOnlyList<string>? Values = null);

/// <summary>The operation changes what a version names, and no other version.</summary>
public sealed record ApiVersioned
{
    public static ApiVersioned Instance { get; } = new();
}

/// <summary>Stands before every endpoint of <c>/api/v1</c>: who asks, for which organization, and whether the table lets them (SEC-261, SEC-262).</summary>
internal sealed class ApiGate(ApiKeys keys, OrganizationDirectory organizations, AuditTrail audit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var ct = http.RequestAborted;
        if (await keys.FindAsync(Bearer(http), ct) is not { } caller)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return ApiResults.Problem(http, ReasonCodes.Unauthenticated);
        }
        http.Remember(caller);

        if (http.Request.RouteValues.TryGetValue("slug", out var slug))
        {
            // Another organization's answers are those of one that does not exist (SEC-261).
            var target = await organizations.FindBySlugAsync((string)slug!, ct);
            if (target is null || (!caller.IsPlatform && target.Id != caller.Organization))
                return ApiResults.NotFound(http);
            // As it is now: what was answered to a change is what the next request is told, whichever node answers, and its ETag holds.
            http.Remember(await organizations.ReadAsync(target.Id, ct) ?? target);
        }

        if (Operations.Missing(Operation(http), caller.Permissions, caller.IsPlatform) is { } missing)
        {
            var entry = new AuditEntry("api.refused", AuditResult.Refused, ReasonCodes.Forbidden)
            {
                Details = new Dictionary<string, object?> { ["operation"] = Operation(http), ["permission"] = missing },
            };
            await audit.RecordRefusalAsync(caller.Organization, http.AuditContext(caller.Actor), entry, ct);
            return ApiResults.Problem(http, ReasonCodes.Forbidden, $"The operation needs the permission '{missing}'.");
        }
        return await next(context);
    }

    private static string? Operation(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ApiOperation>()?.Name;

    private static string? Bearer(HttpContext http) =>
        http.Request.Headers.Authorization is [{ Length: <= 512 } value] && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? value[7..]
            : null;
}

/// <summary>For endpoints of the management API, also those of other features.</summary>
public static class ApiRoutes
{
    internal const int ProblemStatus = StatusCodes.Status400BadRequest;

    /// <summary>The group <c>/api/v1</c> behind the gate.</summary>
    public static RouteGroupBuilder MapApi(this IEndpointRouteBuilder routes) =>
        routes
            .MapGroup("/api/v1")
            .AddEndpointFilter<RouteGroupBuilder, ApiGate>()
            .WithMetadata(new ProducesResponseTypeMetadata(ProblemStatus, typeof(ApiProblem), ["application/problem+json"]));

    public static RouteHandlerBuilder Operation(this RouteHandlerBuilder route, string name) =>
        route.WithMetadata(new ApiOperation(name)).WithName(name).WithTags(name.Split('.')[0]);

    /// <summary>The handler reads <see cref="Paging"/>.</summary>
    public static RouteHandlerBuilder Paged(this RouteHandlerBuilder route) =>
        route.WithMetadata(
            new ApiParameter("after", "Where the page begins: what the page before gave as next."),
            new ApiParameter("limit", $"How many items at most: 1 to {Paging.Most}, 50 where it is left out.")
        );

    /// <summary>The handler reads <see cref="SearchText"/>.</summary>
    public static RouteHandlerBuilder Searched(this RouteHandlerBuilder route) =>
        route.WithMetadata(new ApiParameter("search", "Only what begins with this, at most 256 characters."));

    /// <summary>The handler reads the version from If-Match (RFC 9110 §13.1.1).</summary>
    public static RouteHandlerBuilder Versioned(this RouteHandlerBuilder route) => route.WithMetadata(ApiVersioned.Instance);
}
