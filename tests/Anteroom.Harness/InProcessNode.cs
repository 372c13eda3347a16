using Anteroom.Server.Hosting;

namespace Anteroom.Harness;

/// <summary>A server in the test's own process.</summary>
public sealed class InProcessNode : IServerNode
{
    private readonly ServerHost _host;

    private InProcessNode(ServerHost host, NodeLog log) => (_host, Log) = (host, log);

    public Uri Address => _host.Addresses[0];

    public IServiceProvider Services => _host.Services;

    /// <summary>Its errors.</summary>
    public NodeLog Log { get; }

    /// <exception cref="InvalidOperationException">It does not start; the message is the sentence for the operator.</exception>
    public static async Task<InProcessNode> StartAsync(string[] args, TimeProvider clock, CancellationToken ct)
    {
        var started = await ServerHost.StartAsync(args, clock, ct, Quieten);
        if (!started.TryGet(out var host, out var failure))
            throw new InvalidOperationException(failure.Sentence);
        var log = new NodeLog();
        host.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        return new InProcessNode(host, log);
    }

    /// <summary>Between the lines of a test runner only errors are worth a line.</summary>
    private static void Quieten(WebApplicationBuilder builder) =>
        builder.Services.PostConfigure<LoggerFilterOptions>(filters =>
        {
            filters.Rules.Clear();
            filters.MinLevel = LogLevel.Error;
        });

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
