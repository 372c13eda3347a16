using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Anteroom.Protocols.Dns;

namespace Anteroom.Server.Platform.Dns;

/// <summary>One question and its answer, on a socket of its own (RFC 1035 §4.2).</summary>
internal static class DnsConversation
{
    private const int MostDatagramBytes = 4096; // 512 are allowed; what is longer is read, not cut
    private const int MostForeignDatagrams = 32; // somebody is guessing

    /// <returns>Null where what came is not to be read, or others talked into it.</returns>
    /// <exception cref="SocketException">Nobody is there.</exception>
    public static async Task<DnsAnswer?> ByDatagramAsync(IPEndPoint server, DnsQuery query, CancellationToken ct)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, ct); // from now on the system drops what others send
        await socket.SendAsync(query.ToBytes(), ct);
        var buffer = new byte[MostDatagramBytes];
        for (var foreign = 0; foreign < MostForeignDatagrams; foreign++)
        {
            var length = await socket.ReceiveAsync(buffer, ct);
            if (DnsAnswer.Parse(buffer.AsSpan(0, length), query).TryGet(out var answer, out var error))
                return answer;
            if (error == DnsError.Malformed)
                return null;
        }
        return null;
    }

    /// <summary>By TCP, each message behind its length (RFC 7766 §8).</summary>
    /// <returns>Null where what came is not to be read.</returns>
    /// <exception cref="SocketException">Nobody is there.</exception>
    /// <exception cref="IOException">The server left in the middle.</exception>
    public static async Task<DnsAnswer?> ByStreamAsync(IPEndPoint server, DnsQuery query, CancellationToken ct)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, ct);
        await using var stream = new NetworkStream(socket);
        var question = query.ToBytes();
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
        await stream.WriteAsync((byte[])[.. length, .. question], ct);
        await stream.ReadExactlyAsync(length, ct);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, ct);
        return DnsAnswer.Parse(message, query).TryGet(out var answer, out _) ? answer : null;
    }
}
