using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Extensions;

namespace Anteroom.BrowserTests.Rig;

/// <summary>Stands where the applications of the guides would be: every path of every host below one domain answers with an empty page.</summary>
internal sealed class BlankApplications : IAsyncDisposable
{
    public const string Domain = "guides.test";

    private const string Page =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Application</title><link rel=\"icon\" href=\"data:,\"></head><body><h1>Application</h1></body></html>";

    private readonly WebApplication _host;

    private BlankApplications(WebApplication host) => _host = host;

    /// <summary>Each request's address and the cookies that came with it.</summary>
    public ConcurrentQueue<(Uri Address, string? Cookies)> Requests { get; } = new();

    /// <summary>For Chromium's <c>--host-resolver-rules</c>.</summary>
    public string ResolverRule => $"MAP *.{Domain} 127.0.0.1:{new Uri(_host.Urls.First()).Port}";

    /// <param name="folder">Where the demo keeps the certificate that the browser trusts.</param>
    public static async Task<BlankApplications> StartAsync(string folder)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                    listen.UseHttps(
                        X509Certificate2.CreateFromPemFile(Path.Combine(folder, "localhost.pem"), Path.Combine(folder, "localhost.key"))
                    )
            )
        );
        var host = builder.Build();
        var applications = new BlankApplications(host);
        host.Run(http =>
        {
            applications.Requests.Enqueue((new Uri(http.Request.GetEncodedUrl()), http.Request.Headers.Cookie));
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync(Page, http.RequestAborted);
        });
        await host.StartAsync();
        return applications;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
