using System.Net;
using Anteroom.Protocols.Dns;

namespace Anteroom.Server.Platform.Dns;

internal static partial class DnsLog
{
    [LoggerMessage(
        EventId = 1151,
        Level = LogLevel.Warning,
        Message = "DNS server {Server} has not answered the question for {Name}: {Why}"
    )]
    public static partial void DnsNotAnswered(this ILogger log, IPEndPoint server, DnsName name, string why);

    [LoggerMessage(EventId = 1152, Level = LogLevel.Error, Message = "There is no DNS server to ask: set Anteroom:Dns:Servers")]
    public static partial void DnsHasNoServer(this ILogger log);
}
