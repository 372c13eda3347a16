using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Authorize;
using Anteroom.EntraEmulator.Control;
using Anteroom.EntraEmulator.Errors;
using Anteroom.EntraEmulator.Graph;
using Anteroom.EntraEmulator.Hosting;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Portal;
using Anteroom.EntraEmulator.Signing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Anteroom.EntraEmulator;

/// <summary>A running emulator: the program's own, or one inside a test or another host. Listens on loopback only.</summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EmulatorServer(WebApplication app, Uri? http, Uri? https, string? certificateAuthorityPem) =>
        (_app, Http, Https, CertificateAuthorityPem) = (app, http, https, certificateAuthorityPem);

    /// <summary>For example <c>http://localhost:5081/</c>; null without an http listener.</summary>
    public Uri? Http { get; }

    /// <summary>For example <c>https://localhost:6081/</c>; null without an https listener.</summary>
    public Uri? Https { get; }

    /// <summary>The development authority that signed the https certificate; null when a certificate was given.</summary>
    public string? CertificateAuthorityPem { get; }

    /// <summary>Starts listening and, with a data folder, writes <c>emulator.json</c> and <c>ca.pem</c> there.</summary>
    /// <exception cref="EmulatorStartException">A port is taken, or the data folder or certificate cannot be used.</exception>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, TimeProvider clock, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        CreateFolder(options.Folder);
        var certificates = options.HttpsPort is null ? default : DevelopmentCertificates.Load(options, clock.GetUtcNow());
        var app = Build(options, clock, certificates.Leaf);
        try
        {
            // The journal is read here and not at the first request, so that a broken folder stops the start.
            var directory = app.Services.GetRequiredService<EntraDirectory>();
            app.Services.GetRequiredService<EmulatorClock>().Offset = TimeSpan.FromSeconds(directory.Settings.ClockOffsetSeconds);
            _ = app.Services.GetRequiredService<KeyRing>();
            await app.StartAsync(ct);
        }
        catch (IOException taken)
        {
            await app.DisposeAsync();
            throw new EmulatorStartException($"The emulator cannot listen: {taken.Message}", taken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var server = new EmulatorServer(
            app,
            Address(addresses, "http"),
            Address(addresses, "https"),
            certificates.Authority?.ExportCertificatePem()
        );
        app.Services.GetRequiredService<ILogger<EmulatorServer>>().Listening(server.Http, server.Https);
        await server.WriteAddressesAsync(options, ct);
        return server;
    }

    /// <summary>Runs until Ctrl-C, SIGTERM or the token.</summary>
    public Task WaitForShutdownAsync(CancellationToken ct = default) => _app.WaitForShutdownAsync(ct);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    internal T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    private static WebApplication Build(
        EmulatorOptions options,
        TimeProvider clock,
        System.Security.Cryptography.X509Certificates.X509Certificate2? certificate
    )
    {
        // Neither configuration files nor variables of the host: what the emulator does is in its options and its data folder.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Anteroom.EntraEmulator" });
        builder.WebHost.UseKestrelCore();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
            if (options.HttpPort is { } http)
                kestrel.Listen(IPAddress.Loopback, http);
            if (options.HttpsPort is { } https)
                kestrel.Listen(IPAddress.Loopback, https, listener => listener.UseHttps(certificate!));
        });
        builder.Logging.SetMinimumLevel(options.Verbose ? LogLevel.Information : LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        if (options.Verbose)
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        AddServices(builder.Services, options, clock);

        var app = builder.Build();
        app.Use(AnswerFailuresAsync);
        app.UseMiddleware<HostFilter>();
        SecurityHeaders.Use(app);
        app.UseMiddleware<RequestLogging>();
        app.UseMiddleware<FaultInjection>();
        app.UseRouting();
        MapEndpoints(app);
        return app;
    }

    private static void AddServices(IServiceCollection services, EmulatorOptions options, TimeProvider clock)
    {
        services.AddRoutingCore();
        services.AddSingleton(options);
        services.AddSingleton(new EmulatorClock(clock));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<EmulatorClock>());
        services.AddSingleton(provider => new EntraDirectory(
            options.Folder,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EntraDirectory>>()
        ));
        services.AddSingleton<ConsentRegister>();
        services.AddSingleton<RecycleBin>();
        services.AddProtocol();
        services.AddSingleton<GuestInvitations>();
        services.AddSingleton<Objects.Logs.SignInLog>();
        GraphServices.Add(services);
        services.AddSingleton<PortalPages>();
        services.AddHttpContextAccessor();
        services.AddSingleton<Objects.Logs.DirectoryLog>();
        services.AddSingleton<TenantEditor>();
        services.AddSingleton<EnterpriseEditor>();
        services.AddSingleton<AccessEditor>();
        services.AddSingleton<DirectoryEditor>();
        services.AddSingleton<DemoTenants>();
        services.AddSingleton<Faults>();
        services.AddSingleton<RequestLog>();
    }

    private static void MapEndpoints(WebApplication app)
    {
        Assets.Map(app);
        app.MapProtocol();
        GraphEndpoint.Map(app);
        ControlEndpoints.Map(app);
        PortalEndpoints.Map(app);
    }

    /// <summary>Our own mistakes: a 500 with the ids to quote, and the cause in the log only.</summary>
    private static async Task AnswerFailuresAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception failure) when (!http.Response.HasStarted && failure is not OperationCanceledException)
        {
            if (failure is BadHttpRequestException bad)
            {
                http.Response.StatusCode = bad.StatusCode;
                return;
            }
            var ids = RequestIds.Of(http);
            http.RequestServices.GetRequiredService<ILogger<EmulatorServer>>().Failed(failure, ids.TraceId);
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            http.Response.ContentType = "application/json; charset=utf-8";
            var body = new JsonObject
            {
                ["error"] = "server_error",
                ["trace_id"] = ids.TraceId.ToString(),
                ["correlation_id"] = ids.CorrelationId.ToString(),
            };
            await http.Response.WriteAsync(body.ToJsonString());
        }
    }

    private static Uri? Address(IEnumerable<string> addresses, string scheme) =>
        addresses.Select(address => new Uri(address)).FirstOrDefault(address => address.Scheme == scheme) is { } found
            ? new Uri($"{scheme}://localhost:{found.Port}/")
            : null;

    private static void CreateFolder(string? folder)
    {
        if (folder is null)
            return;
        try
        {
            Storage.PrivateFiles.CreateFolder(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new EmulatorStartException($"The data folder {folder} cannot be used: {refused.Message}", refused);
        }
    }

    private async Task WriteAddressesAsync(EmulatorOptions options, CancellationToken ct)
    {
        if (options.Folder is not { } folder)
            return;
        if (CertificateAuthorityPem is not null)
            await WriteWholeAsync(Path.Combine(folder, "ca.pem"), CertificateAuthorityPem, ct);

        var start = (Http ?? Https)?.ToString().TrimEnd('/');
        var json = new JsonObject
        {
            ["http"] = Http?.ToString().TrimEnd('/'),
            ["https"] = Https?.ToString().TrimEnd('/'),
            ["portal"] = $"{start}/portal",
            ["control"] = $"{start}/_emulator",
            ["graph"] = $"{start}/graph",
            ["caCertificate"] = CertificateAuthorityPem is null ? null : Path.GetFullPath(Path.Combine(folder, "ca.pem")),
        };
        await WriteWholeAsync(Path.Combine(folder, "emulator.json"), json.ToString(), ct);
    }

    /// <summary>Renamed into place, so that whoever waits for the file never reads half of it.</summary>
    private static async Task WriteWholeAsync(string path, string text, CancellationToken ct)
    {
        await File.WriteAllTextAsync(path + ".tmp", text, ct);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
