using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Anteroom.DevHost.Mailbox;

/// <summary>Shows the mails of the demo on loopback, to nobody else: it reads a folder, and changes nothing.</summary>
internal static class MailboxServer
{
    private const string PagePolicy =
        "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // The mail's own inline styles, and nothing that runs or is fetched; the sandbox also holds where somebody opens the document by itself.
    private const string FramePolicy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

    public static async Task<WebApplication> StartAsync(int port, string folder, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>(); // signals are the demo's business
        var app = builder.Build();
        app.Use(GuardAsync);
        Map(app, new MailFolder(folder));
        await app.StartAsync(ct);
        return app;
    }

    private static void Map(IEndpointRouteBuilder routes, MailFolder folder)
    {
        routes.MapGet("/", () => Page(MailboxPages.List(folder.List())));
        routes.MapGet(
            "/mails/{name}",
            (string name) => folder.Find(name) is { } mail ? Page(MailboxPages.Mail(mail)) : Page(MailboxPages.NotFound(), 404)
        );
        routes.MapGet(
            "/mails/{name}/html",
            (string name, HttpResponse response) =>
            {
                if (folder.Find(name)?.Mail.Html is not { } html)
                    return Page(MailboxPages.NotFound(), 404);
                response.Headers.ContentSecurityPolicy = FramePolicy;
                return Page(MailboxPages.Frame(html));
            }
        );
        routes.MapGet(MailboxPages.Style, () => Results.Text(MailboxPages.Css, "text/css; charset=utf-8"));
    }

    /// <summary>The mails hold links that open accounts: no other name leads here, so that no page of the web reads them by a name of its own that points to this machine.</summary>
    private static Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        }
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = PagePolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return next(http);
    }

    private static IResult Page(string html, int status = StatusCodes.Status200OK) =>
        Results.Text(html, "text/html; charset=utf-8", statusCode: status);

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
