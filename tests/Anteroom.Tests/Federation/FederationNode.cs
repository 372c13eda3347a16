using Anteroom.Entra.Outbound;
using Anteroom.Harness;
using Anteroom.Server.Audit;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Federation.Oidc;
using Anteroom.Server.Keys.Signing;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Platform.Web;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Server.SignIn.Sessions;
using Anteroom.Server.SignIn.Transactions;
using Anteroom.Tests.Entra.Outbound;

namespace Anteroom.Tests.Federation;

/// <summary>One node of the product, as far as applications see it: services of its own over a database that it shares with others.</summary>
internal sealed class FederationNode : IAsyncDisposable
{
    private readonly Notifications _notifications;

    private FederationNode(WebApplication application)
    {
        Application = application;
        _notifications = Get<Notifications>();
    }

    public WebApplication Application { get; }

    public IServiceProvider Services => Application.Services;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <param name="reaches">An origin on loopback that it may call.</param>
    /// <param name="listening">Whether the node hears what others tell; a node that does not lives by its caches' times alone.</param>
    public static async Task<FederationNode> StartAsync(
        TestDatabase test,
        TimeProvider clock,
        string keyFolder,
        bool listening = false,
        string baseUrl = "http://localhost:15800",
        string? reaches = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddAnteroomPages();
        Register(builder.Services, test, clock, keyFolder, baseUrl);
        var allowances = reaches is null ? Array.Empty<OutboundAllowance>() : [OutboundScenario.Allow(reaches)];
        builder.Services.AddSingleton(new OutboundHttp(new OutboundOptions { Allowances = allowances }, clock));
        var node = new FederationNode(builder.Build());
        Assert.True((await node.Get<Vault>().OpenAsync(default)).TryGet(out _, out _));
        await node.Get<SigningKeys>().PublishedAsync(default); // made now, and not by whichever test comes first, after moving its clock
        if (listening)
        {
            await node._notifications.StartAsync(default);
            while (!node._notifications.IsConnected)
                await Task.Delay(10);
        }
        return node;
    }

    private static void Register(IServiceCollection services, TestDatabase test, TimeProvider clock, string keyFolder, string baseUrl)
    {
        var options = new AnteroomOptions { BaseUrl = baseUrl, DataFolder = keyFolder };
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(clock);
        services.AddSingleton(test.Database);
        services.AddSingleton<Notifications>();
        services.AddSingleton<Vault>();
        services.AddSingleton<RefusalLimiter>();
        services.AddSingleton<FreshRows>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Routes>();
        services.AddSingleton<OrganizationDirectory>();
        services.AddSingleton<CookieNames>();
        services.AddSingleton<StoredRequests>();
        services.AddSingleton<ProblemPages>();
        services.AddSingleton<InstallationSettings>();
        services.AddSingleton(new SessionLifetimes());
        services.AddSingleton<DeviceSessions>();
        services.AddDataProtection();
        services.AddApplications(options).AddSigningKeys(options).AddOidc(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _notifications.StopAsync(default);
        await Application.DisposeAsync();
    }
}
