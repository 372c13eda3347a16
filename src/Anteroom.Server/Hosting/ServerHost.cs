using Anteroom.Protocols.Primitives;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Server.Hosting;

/// <summary>One running node: from configuration to answering requests. The test harness starts it in its own process with another clock.</summary>
public sealed class ServerHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ServerDatabase _database;

    private ServerHost(WebApplication application, ServerDatabase database) => (_application, _database) = (application, database);

    public IServiceProvider Services => _application.Services;

    /// <summary>Where the node listens; with port 0 in the configuration, the ports that it got.</summary>
    public IReadOnlyList<Uri> Addresses =>
        [
            .. _application
                .Services.GetRequiredService<IServer>()
                .Features.GetRequiredFeature<IServerAddressesFeature>()
                .Addresses.Select(address => new Uri(address)),
        ];

    public static async Task<Result<ServerHost, StartFailure>> StartAsync(
        string[] args,
        TimeProvider clock,
        CancellationToken ct,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(ServerHost).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        ServerConfiguration.Add(builder.Configuration, args);
        configure?.Invoke(builder);

        if (!ServerConfiguration.Read(builder.Configuration).TryGet(out var options, out var failure))
            return failure;

        using var startLog = new StartLog("Anteroom.Database");
        var opened = await ServerDatabase.OpenAsync(builder.Configuration, options, clock, startLog, ct);
        if (!opened.TryGet(out var database, out failure))
            return failure;

        try
        {
            ServerComposition.AddServices(builder, options, database, clock);
            builder.WebHost.UseKestrelHttpsConfiguration();
            ServerComposition.UseCertificate(builder, options);
            var application = builder.Build();
            startLog.HandOver(application.Services.GetRequiredService<ILoggerFactory>());
            ServerComposition.Map(application, options);
            if (await ServerComposition.PrepareAsync(application.Services, ct) is { } unprepared)
            {
                await application.DisposeAsync();
                await database.DisposeAsync();
                return unprepared;
            }
            await application.StartAsync(ct);
            return new ServerHost(application, database);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await database.DisposeAsync();
            return new StartFailure($"Another program already listens there: {builder.Configuration["urls"]} (--urls).");
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public Task WaitForShutdownAsync(CancellationToken ct) => _application.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        await _database.DisposeAsync();
    }
}
