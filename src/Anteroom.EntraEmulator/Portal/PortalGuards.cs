using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Resources;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>What is checked before any page of a group: the form belongs to this browser, and what the path names exists.</summary>
internal static class PortalGuards
{
    /// <summary>Answers "not found" unless the path names something.</summary>
    public static RouteGroupBuilder Requires(this RouteGroupBuilder group, Func<PortalCall, object?> find) =>
        group.AddEndpointFilter(
            async (context, next) =>
            {
                var call = new PortalCall(context.HttpContext);
                return find(call) is null ? await call.NotFoundAsync() : await next(context);
            }
        );

    /// <summary>A change must come from a form that this browser was given.</summary>
    public static async ValueTask<object?> CheckFormAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method))
            return await next(context);
        var form = await Requests.ReadFormAsync(http.Request, http.RequestAborted);
        if (http.RequestServices.GetRequiredService<Browser>().IsFormToken(http, form["token"]))
            return await next(context);

        return await http
            .RequestServices.GetRequiredService<PortalPages>()
            .RenderAsync<MessagePage>(
                http,
                new
                {
                    View = new PortalCall(http).View("errors"),
                    Title = Texts.Get("Portal.Name"),
                    Text = Texts.Get("Portal.FormExpired"),
                },
                StatusCodes.Status400BadRequest
            );
    }
}
