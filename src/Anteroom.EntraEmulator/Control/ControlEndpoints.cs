using System.Text.Json;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.Protocols.Primitives;

namespace Anteroom.EntraEmulator.Control;

/// <summary>The control API, <c>/_emulator/…</c>: how tests and demos set the stage. Described in <c>docs/guides/emulator.md</c>.</summary>
internal static class ControlEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/_emulator").AddEndpointFilter(CrossSiteFilter.InvokeAsync).AddEndpointFilter(ErrorsAsProblemsAsync);
        TenantControl.Map(control);
        UserControl.Map(control);
        GroupControl.Map(control);
        ApplicationControl.Map(control);
        CredentialControl.Map(control);
        EnterpriseControl.Map(control);
        ConsentControl.Map(control);
        ApprovalControl.Map(control);
        PolicyControl.Map(control, routes.ServiceProvider.GetRequiredService<EntraDirectory>());
        PopulationControl.Map(control);
        MailControl.Map(control);
        OperationsControl.Map(control);
    }

    public static IResult Created(JsonObject body) => Results.Json(body, statusCode: StatusCodes.Status201Created);

    public static Tenant Tenant(EntraDirectory directory, string tenant) =>
        Discovery.TenantSelector.Find(directory, tenant)?.Tenant ?? throw new ControlException($"There is no tenant '{tenant}'.", 404);

    /// <summary>By client id or object id.</summary>
    public static Application Application(EntraDirectory directory, Guid id) =>
        directory.FindApplication(id)
        ?? directory.Applications.Find(id)
        ?? throw new ControlException($"There is no application '{id}'.", 404);

    public static User User(EntraDirectory directory, string tenant, string user)
    {
        var home = Tenant(directory, tenant);
        var found = Guid.TryParse(user, out var id) ? directory.Users.Find(id) : directory.UsersByName.First(user);
        return found?.TenantId == home.Id ? found : throw new ControlException($"There is no user '{user}' in {home.DisplayName}.", 404);
    }

    public static T Value<T>(Result<T, EditProblem> result)
        where T : class =>
        result.TryGet(out var value, out var problem) ? value : throw new ControlException(Resources.Texts.Get(problem.Key, problem.Value));

    private static async ValueTask<object?> ErrorsAsProblemsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            return await next(context);
        }
        catch (ControlException refused)
        {
            return Problem(refused.Message, refused.Status);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Problem(malformed.Message, StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Problem(string detail, int status) => Results.Problem(detail, statusCode: status);
}
