using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Anteroom.Tests.Entra;

internal sealed record ScriptedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A server on loopback that answers byte by byte as a test says: it can stall, truncate and lie as no framework would.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ScriptedRequest, Stream, CancellationToken, Task> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public ScriptedServer(Func<ScriptedRequest, Stream, CancellationToken, Task> answer, X509Certificate2? certificate = null)
    {
        (_answer, _certificate) = (answer, certificate);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public static ScriptedServer Replying(Func<ScriptedRequest, byte[]> reply, X509Certificate2? certificate = null) =>
        new((request, stream, ct) => stream.WriteAsync(reply(request), ct).AsTask(), certificate);

    public int Port { get; }

    public string Origin => $"{(_certificate is null ? "http" : "https")}://localhost:{Port}";

    public ConcurrentQueue<ScriptedRequest> Requests { get; } = [];

    public ConcurrentQueue<string> ServerNames { get; } = [];

    public int CountOf(string pathSuffix) => Requests.Count(request => request.Path.EndsWith(pathSuffix, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception exception)
            when (_stop.IsCancellationRequested && exception is OperationCanceledException or SocketException or InvalidOperationException)
        { }
        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
            try
            {
                await using var stream = await OpenAsync(client.GetStream());
                while (await ReadAsync(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    await _answer(request, stream, _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                    if (!request.Path.StartsWith("/keep", StringComparison.Ordinal))
                        return;
                }
            }
            catch (Exception exception)
                when (exception is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
            {
                // The client left, or the test is over.
            }
    }

    private async Task<Stream> OpenAsync(NetworkStream plain)
    {
        if (_certificate is null)
            return plain;
        var tls = new SslStream(plain);
        await tls.AuthenticateAsServerAsync(
            (_, hello, _, _) =>
            {
                ServerNames.Enqueue(hello.ServerName);
                return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
            },
            null,
            _stop.Token
        );
        return tls;
    }

    private async Task<ScriptedRequest?> ReadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines
            .Skip(1)
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0], pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length) ? int.Parse(length, CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, _stop.Token);
        var requestLine = lines[0].Split(' ');
        return new ScriptedRequest(requestLine[0], requestLine[1], headers, Encoding.UTF8.GetString(body));
    }
}

/// <summary>Whole HTTP answers as bytes.</summary>
internal static class Reply
{
    public static byte[] Json(string json, int status = 200, params string[] headers) =>
        Raw(Encoding.UTF8.GetBytes(json), status, "application/json", headers);

    public static byte[] Raw(byte[] body, int status = 200, string contentType = "application/json", params string[] headers)
    {
        var head = new StringBuilder(
            $"HTTP/1.1 {status} X\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n"
        );
        foreach (var header in headers)
            head.Append(header).Append("\r\n");
        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}
