using System.Net;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Microsoft.AspNetCore.DataProtection;

namespace Anteroom.Tests.Platform.Web;

/// <summary>The pages over real HTTP: Kestrel, our headers, our files, and one endpoint that each test supplies.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageHost(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    public HttpClient Client { get; }

    public static Task<PageHost> StartAsync(Func<HttpContext, SignInPages, Task> endpoint, Action<IServiceCollection>? replace = null) =>
        StartAsync("http://localhost", http => endpoint(http, http.RequestServices.GetRequiredService<SignInPages>()), replace: replace);

    public static async Task<PageHost> StartAsync(
        string publicBaseUrl,
        RequestDelegate endpoint,
        bool includeSubdomains = false,
        Action<IServiceCollection>? replace = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAnteroomPages();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseSecurityHeaders(new SecurityHeaderSettings(new Uri(publicBaseUrl), includeSubdomains));
        app.UseExceptionHandler(errors =>
            errors.Run(http =>
            {
                http.Response.ContentType = "text/html; charset=utf-8";
                return http.Response.WriteAsync("<!doctype html><title>Error</title>");
            })
        );
        app.UseRouting();
        app.MapAnteroomPages();
        app.MapFallback("{**path}", endpoint);
        await app.StartAsync();

        var client = new HttpClient(
            new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false }
        )
        {
            BaseAddress = new Uri(app.Urls.Single()),
        };
        return new PageHost(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
