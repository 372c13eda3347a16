using System.Net;
using Anteroom.Entra.Outbound;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>A client that may reach one scripted server, and the ways to ask it.</summary>
internal sealed class OutboundScenario : IAsyncDisposable
{
    public OutboundScenario(Func<ScriptedRequest, byte[]> reply)
        : this(ScriptedServer.Replying(reply)) { }

    public OutboundScenario(ScriptedServer server, OutboundOptions? options = null)
    {
        Server = server;
        Http = new OutboundHttp((options ?? new OutboundOptions()) with { Allowances = [Allow(server.Origin)] }, Clock);
    }

    public ManualClock Clock { get; } = new();
    public ScriptedServer Server { get; }
    public OutboundHttp Http { get; }

    public static OutboundAllowance Allow(string origin, string? certificates = null) =>
        OutboundAllowance.TryParse(origin, certificates, out var allowance, out var fault)
            ? allowance
            : throw new InvalidOperationException(fault);

    public static ResolveAddresses Resolving(params string[] addresses) =>
        (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    public OutboundRequest Get(string path = "/", string partition = "org") =>
        new(HttpMethod.Get, new Uri(Server.Origin + path), partition, "provider", OutboundLimits.Metadata);

    public async Task<OutboundFailure?> FailureAsync(OutboundRequest? request = null) =>
        (await Http.SendAsync(request ?? Get(), TestContext.Current.CancellationToken)).TryGet(out _, out var failure) ? null : failure;

    public async Task<OutboundResponse> ResponseAsync(OutboundRequest? request = null) =>
        (await Http.SendAsync(request ?? Get(), TestContext.Current.CancellationToken)).TryGet(out var response, out var failure)
            ? response
            : throw new InvalidOperationException(failure.Code);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }
}
