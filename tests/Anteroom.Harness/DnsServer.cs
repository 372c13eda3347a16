using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Harness;

/// <summary>What a DNS server does wrong.</summary>
public enum DnsFault
{
    None,

    /// <summary>It never answers.</summary>
    Silence,
    ServerFailure,
    Refused,

    /// <summary>The answer has another id.</summary>
    WrongId,

    /// <summary>First an answer with another id and a lie, then the true one.</summary>
    ForgedFirst,

    /// <summary>The answer is to another question.</summary>
    WrongQuestion,

    /// <summary>Datagrams hold no more than the question; the whole answer is to be had by TCP.</summary>
    Truncated,

    /// <summary>As before, and the TCP answer breaks off.</summary>
    TruncatedTwice,

    /// <summary>The records are not those that the header counts.</summary>
    Malformed,

    /// <summary>It neither answers for the zone nor asks others.</summary>
    Unknowing,
}

/// <summary>A DNS server on loopback, by UDP and TCP, for TXT records and aliases. What it does not know does not exist.</summary>
public sealed class DnsServer : IAsyncDisposable
{
    private const int Txt = 16;
    private const int Cname = 5;
    private const int NameError = 3;

    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<string[]>> _texts = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, DnsFault> _faults = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentQueue<(string Name, bool ByStream, int Port, int Id)> _questions = new();
    private readonly Task _serving;

    public DnsServer()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort.Next();
            try
            {
                _datagrams.Bind(new IPEndPoint(IPAddress.Loopback, port));
                _listener = new TcpListener(IPAddress.Loopback, port);
                _listener.Start();
                Port = port;
                break;
            }
            catch (SocketException) when (attempt < 5)
            {
                _datagrams.Dispose(); // one of the two is taken
                _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            }
        }
        _serving = Task.WhenAll(ReceiveAsync(), AcceptAsync());
    }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>What goes wrong with every question; for one name alone see <see cref="Break"/>.</summary>
    public DnsFault Fault { get; set; }

    /// <summary>What was asked, in order; also what was not answered.</summary>
    public IReadOnlyList<(string Name, bool ByStream, int Port, int Id)> Questions => [.. _questions];

    public int CountOf(string name) => _questions.Count(question => question.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>TXT records of a name, each of one string; none makes a name without TXT records.</summary>
    public void Set(string name, params string[] texts) => _texts[name] = [.. texts.Select(text => (string[])[text])];

    /// <summary>One TXT record of several strings (RFC 1035 §3.3.14).</summary>
    public void SetParts(string name, params string[] parts) => _texts[name] = [parts];

    public void SetAlias(string name, string target) => _aliases[name] = target;

    public void Break(string name, DnsFault fault) => _faults[name] = fault;

    public void Remove(string name)
    {
        _texts.TryRemove(name, out _);
        _aliases.TryRemove(name, out _);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _datagrams.Dispose();
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var from = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                var client = (IPEndPoint)from.RemoteEndPoint;
                var question = Take(buffer.AsSpan(0, from.ReceivedBytes), byStream: false, client.Port, out var name);
                var fault = FaultOf(name);
                if (fault == DnsFault.Silence)
                    continue;
                if (fault == DnsFault.ForgedFirst)
                    await _datagrams.SendToAsync(Forged(question), client, _stop.Token);
                await _datagrams.SendToAsync(Answer(question, name, fault), client, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptSocketAsync(_stop.Token);
                await ConverseAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // stopped, perhaps between two clients
        }
    }

    private async Task ConverseAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client);
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, _stop.Token);
            var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(message, _stop.Token);
            var question = Take(message, byStream: true, ((IPEndPoint)client.RemoteEndPoint!).Port, out var name);
            var answer = Answer(question, name, DnsFault.None);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
            await stream.WriteAsync(
                (byte[])[.. length, .. answer[..(FaultOf(name) == DnsFault.TruncatedTwice ? 5 : answer.Length)]],
                _stop.Token
            );
        }
        catch (IOException)
        {
            // the other side left
        }
    }

    private DnsFault FaultOf(string name) => _faults.GetValueOrDefault(name, Fault);

    private byte[] Take(ReadOnlySpan<byte> message, bool byStream, int port, out string name)
    {
        name = NameIn(message, out var end);
        _questions.Enqueue((name, byStream, port, BinaryPrimitives.ReadUInt16BigEndian(message)));
        return message[..end].ToArray();
    }

    private byte[] Answer(byte[] question, string name, DnsFault fault)
    {
        List<byte[]> records = [];
        var known = true;
        var asked = name;
        while (_aliases.TryGetValue(asked, out var target) && records.Count < 50)
        {
            records.Add(Record(asked, Cname, Wire(target)));
            asked = target;
        }
        if (_texts.TryGetValue(asked, out var texts))
            records.AddRange(texts.Select(parts => Record(asked, Txt, [.. parts.SelectMany(Text)])));
        else
            known = false;

        byte[] message = [.. question, .. records.SelectMany(record => record)];
        var flags = 0x8180; // an answer, recursion desired and available
        var count = records.Count;
        switch (fault)
        {
            case DnsFault.ServerFailure or DnsFault.Refused:
                (message, count) = (question, 0);
                flags |= fault == DnsFault.Refused ? 5 : 2;
                break;
            case DnsFault.Truncated or DnsFault.TruncatedTwice:
                (message, count) = (question, 0);
                flags |= 0x0200;
                break;
            case DnsFault.Unknowing:
                (message, count) = (question, 0);
                flags &= ~0x0080;
                break;
            case DnsFault.WrongQuestion:
                message = [.. message];
                message[13] ^= 1;
                break;
            case DnsFault.Malformed:
                count++;
                break;
            default:
                flags |= known ? 0 : NameError;
                break;
        }
        message = [.. message];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)flags);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)count);
        if (fault == DnsFault.WrongId)
            message[0] ^= 1;
        return message;
    }

    private static byte[] Forged(byte[] question)
    {
        byte[] message = [.. question, .. Record(NameIn(question, out _), Txt, [4, .. "lies"u8])];
        message[1] ^= 1;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), 0x8180);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), 1);
        return message;
    }

    private static byte[] Record(string owner, int type, byte[] data)
    {
        byte[] name = Wire(owner);
        return [.. name, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data];
    }

    private static byte[] Text(string part) => [(byte)part.Length, .. Encoding.Latin1.GetBytes(part)];

    private static byte[] Wire(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    /// <param name="end">Where the question ends.</param>
    private static string NameIn(ReadOnlySpan<byte> message, out int end)
    {
        List<string> labels = [];
        var at = 12;
        for (; message[at] > 0; at += 1 + message[at])
            labels.Add(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
        end = at + 5;
        return string.Join('.', labels);
    }
}
