using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Pages;
using Microsoft.AspNetCore.Components;

namespace Anteroom.EntraEmulator.Portal;

/// <summary>Renders portal pages under their policy, and redirects after changes.</summary>
internal sealed class PortalPages(PageRenderer pages, Browser browser)
{
    public string FormToken(HttpContext http) => browser.FormToken(http);

    public Task<IResult> RenderAsync<TPage>(HttpContext http, object parameters, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        SecurityHeaders.ForPage(http);
        return pages.RenderAsync<TPage>(parameters, status);
    }

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
