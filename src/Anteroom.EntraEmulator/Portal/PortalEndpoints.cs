using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Pages;
using Anteroom.EntraEmulator.Resources;
using Anteroom.EntraEmulator.Tokens;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>The portal, <c>/portal/…</c>: Entra's words and order (entra-oidc.md §8.1), nobody's look but ours. Like the control API it asks for no sign-in.</summary>
internal static class PortalEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", () => Results.Redirect("/portal"));
        var portal = routes.MapGroup("/portal").AddEndpointFilter(CrossSiteFilter.InvokeAsync).AddEndpointFilter(CheckFormAsync);
        portal.MapGet("", TenantsAsync);
        portal.MapPost("/tenants", CreateTenantAsync);
        portal.MapPost("/demo", SeedAsync);
        portal.MapGet("/error-codes", ErrorCodeAsync);
        portal.MapGet("/{tenant:guid}", (Guid tenant) => Results.Redirect($"/portal/{tenant}/app-registrations"));
        RegistrationPortal.Map(portal);
        EnterprisePortal.Map(portal);
        PeoplePortal.Map(portal);
        portal.MapGet("/{**rest}", (HttpContext http, PortalPages pages) => pages.NotFoundAsync(http));
    }

    private static Task<IResult> TenantsAsync(HttpContext http, PortalPages pages, EntraDirectory directory, string? problem = null) =>
        pages.RenderAsync<TenantsPage>(
            http,
            new
            {
                View = pages.View(http, "tenants") with
                {
                    Problem = problem,
                },
                Tenants = directory.Tenants.All.OrderBy(tenant => tenant.DisplayName).ToList(),
            }
        );

    private static async Task<IResult> CreateTenantAsync(
        HttpContext http,
        PortalPages pages,
        EntraDirectory directory,
        DirectoryEditor editor,
        CancellationToken ct
    )
    {
        var form = await http.Request.ReadFormAsync(ct);
        var created = editor.CreateTenant(form["name"].ToString().Trim(), form["domain"].ToString().Trim(), null, null, null, null);
        return created.TryGet(out var tenant, out var problem)
            ? PortalPages.See($"/portal/{tenant.Id}/users")
            : await TenantsAsync(http, pages, directory, Texts.Get(problem.Key, problem.Value));
    }

    private static Task<IResult> SeedAsync(HttpContext http, PortalPages pages, DemoTenants demo) =>
        pages.RenderAsync<DemoPage>(
            http,
            new
            {
                View = pages.View(http, "tenants"),
                Accounts = demo.Seed()
                    .SelectMany(tenant => tenant.Users)
                    .Select(user => new KeyValuePair<string, string>(user.User.UserPrincipalName, user.Password))
                    .ToList(),
            }
        );

    private static Task<IResult> ErrorCodeAsync(HttpContext http, PortalPages pages, string? code) =>
        pages.RenderAsync<MessagePage>(
            http,
            new
            {
                View = pages.View(http, "errors"),
                Title = Texts.Get("ErrorCodes.Title"),
                Text = Texts.Get("ErrorCodes.Text", code),
            }
        );

    /// <summary>A change must come from a form that this browser was given.</summary>
    private static async ValueTask<object?> CheckFormAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsPost(http.Request.Method))
            return await next(context);
        var browser = http.RequestServices.GetRequiredService<Browser>();
        var form = await Requests.ReadFormAsync(http.Request, http.RequestAborted);
        if (browser.IsFormToken(http, form["token"]))
            return await next(context);

        var pages = http.RequestServices.GetRequiredService<PortalPages>();
        return await pages.RenderAsync<MessagePage>(
            http,
            new
            {
                View = pages.View(http, "errors"),
                Title = Texts.Get("Portal.Name"),
                Text = Texts.Get("Portal.FormExpired"),
            },
            400
        );
    }
}

/// <summary>Renders portal pages with what surrounds them.</summary>
internal sealed class PortalPages(PageRenderer pages, Browser browser)
{
    public PortalView View(HttpContext http, string section, Tenant? tenant = null, Application? application = null) =>
        new(section, browser.FormToken(http), tenant, application, http.Request.Query.ContainsKey("saved"));

    public Task<IResult> RenderAsync<TPage>(HttpContext http, object parameters, int status = 200)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        SecurityHeaders.ForPage(http);
        return pages.RenderAsync<TPage>(parameters, status);
    }

    public Task<IResult> NotFoundAsync(HttpContext http) =>
        RenderAsync<MessagePage>(
            http,
            new
            {
                View = View(http, "errors"),
                Title = Texts.Get("Portal.NotFound"),
                Text = Texts.Get("Portal.NotFoundText"),
            },
            404
        );

    /// <summary>After a change: see the page anew, so that a reload repeats nothing.</summary>
    public static IResult See(string path) => new SeeOther(path);

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
