using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Anteroom.Protocols.Dns;

namespace Anteroom.Server.Platform.Dns;

/// <summary>Asks the operator's DNS servers for TXT records (docs/decisions/0019-domain-proof.md).</summary>
/// <remarks>
/// It follows nothing by itself: the servers do, as for every program of the machine. Each question has an id and a port of its own that
/// nobody can guess (RFC 5452 §9), and what answers another question is not heard.
/// </remarks>
public sealed class DnsResolver(DnsOptions options, TimeProvider clock, ILogger<DnsResolver> log)
{
    private const int MostSystemServers = 3; // as the machine's own resolver asks (resolv.conf(5))

    public async Task<TextLookup> FindTextsAsync(DnsName name, CancellationToken ct)
    {
        var servers = options.EndPoints is { Count: > 0 } own ? own : SystemServers();
        if (servers.Count == 0)
            log.DnsHasNoServer();
        for (var attempt = 0; attempt < options.Tries; attempt++)
            foreach (var server in servers)
                if (await AskAsync(server, name, ct) is { } lookup)
                    return lookup;
        return new TextLookup.Unanswered();
    }

    /// <returns>Null where this server says nothing about the name.</returns>
    private async Task<TextLookup?> AskAsync(IPEndPoint server, DnsName name, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            var query = DnsQuery.For(name);
            var answer = await DnsConversation.ByDatagramAsync(server, query, either.Token);
            if (answer is { IsTruncated: true })
                answer = await DnsConversation.ByStreamAsync(server, query, either.Token);
            if (answer is not null && Read(answer) is { } lookup)
                return lookup;
            log.DnsNotAnswered(server, name, answer?.Code.ToString() ?? "no answer that can be read");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            log.DnsNotAnswered(server, name, "silence");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            log.DnsNotAnswered(server, name, e.GetType().Name);
        }
        return null;
    }

    /// <summary>That something is not there is believed only of a server that would know.</summary>
    private static TextLookup? Read(DnsAnswer answer) =>
        answer switch
        {
            { IsTruncated: true } => null,
            { Code: DnsResponseCode.NoError, Texts.Count: > 0 } => new TextLookup.Answered(answer.Texts),
            { Code: DnsResponseCode.NoError, IsKnowing: true } => new TextLookup.Answered([]),
            { Code: DnsResponseCode.NameError, IsKnowing: true } => new TextLookup.NoSuchName(),
            _ => null,
        };

    // Read anew each time: a machine changes its servers without telling its programs.
    internal static IReadOnlyList<IPEndPoint> SystemServers() =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().DnsAddresses)
                .Distinct()
                .Take(MostSystemServers)
                .Select(address => new IPEndPoint(address, DnsOptions.StandardPort)),
        ];
}
