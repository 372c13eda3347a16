using Anteroom.Harness;
using Anteroom.Server.Platform;
using Npgsql;

namespace Anteroom.Tests.Platform.Web;

/// <summary>A real Kestrel with the platform's middleware and whatever endpoints a test gives it.</summary>
internal sealed class GroundHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GroundHost(WebApplication application, Uri address, NodeLog log) => (_application, Address, Log) = (application, address, log);

    public Uri Address { get; }

    public NodeLog Log { get; }

    public static async Task<GroundHost> StartAsync(
        NpgsqlDataSource source,
        Action<WebApplication> map,
        Action<AnteroomOptions>? configure = null
    )
    {
        var port = FreePort.Next();
        var options = new AnteroomOptions { BaseUrl = $"http://localhost:{port}" };
        configure?.Invoke(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(source);
        builder.Services.AddSingleton<Server.Platform.Database.Database>();
        builder.Services.AddRouting();
        builder.Services.AddPlatform(builder, options);
        var log = new NodeLog();
        builder.Logging.ClearProviders().AddProvider(log);
        var application = builder.Build();
        application.UsePlatform(options);
        application.UseRouting();
        application.MapPlatform();
        map(application);
        await application.StartAsync();
        return new(application, new Uri($"http://localhost:{port}"), log);
    }

    public HttpClient Client() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                Expect100ContinueTimeout = TimeSpan.FromSeconds(30), // a busy server says later than after a second whether it wants a body
            }
        )
        {
            BaseAddress = Address,
        };

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
