using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Samples.CommandLine;

/// <summary>Waits for the answer at a port of this machine that is free just now (RFC 8252 §7.3). Nobody else can reach it.</summary>
public sealed class LoopbackReceiver : IDisposable
{
    private const int LongestRequest = 16 * 1024;
    private const string Path = "/callback";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public LoopbackReceiver() => _listener.Start();

    /// <summary>Registered without its port: <c>http://127.0.0.1/callback</c>.</summary>
    public string RedirectUri => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}{Path}";

    /// <summary>The answer's parameters. Browsers ask for other things too, such as an icon: those are not there.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReceiveAsync(CancellationToken ct)
    {
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync(ct);
            await using var stream = connection.GetStream();
            var target = await TargetAsync(stream, ct);
            var isAnswer = target?.StartsWith(Path + "?", StringComparison.Ordinal) is true;
            await AnswerAsync(stream, isAnswer ? "200 OK" : "404 Not Found", isAnswer ? "You can close this window." : "Nothing here.", ct);
            if (isAnswer)
                return Parameters(target![(Path.Length + 1)..]);
        }
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>What is asked for in the request's first line (RFC 9112 §3); null for what is no such request.</summary>
    private static async Task<string?> TargetAsync(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), ct);
            if (read == 0)
                return null;
            length += read;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                break;
        }
        var line = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n")[0].Split(' ');
        return line is ["GET", var target, _] ? target : null;
    }

    private static async Task AnswerAsync(NetworkStream stream, string status, string words, CancellationToken ct)
    {
        var answer =
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(words)}\r\n"
            + $"Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{words}";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), ct);
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (!parameters.TryAdd(Decode(parts[0]), parts.Length == 2 ? Decode(parts[1]) : ""))
                throw new SignInException("The answer has a parameter twice."); // RFC 6749 §3.1
        }
        return parameters;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
