using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Tests.Platform.Web;

/// <summary>Bytes to a server and back, without a client that would put them right.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };

    public Stream Stream { get; private set; } = Stream.Null;

    public static async Task<RawHttp> ConnectAsync(Uri address, SslClientAuthenticationOptions? tls = null)
    {
        var raw = new RawHttp();
        await raw._client.ConnectAsync("127.0.0.1", address.Port);
        raw.Stream = raw._client.GetStream();
        if (tls is null)
            return raw;
        var secured = new SslStream(raw.Stream);
        await secured.AuthenticateAsClientAsync(tls);
        raw.Stream = secured;
        return raw;
    }

    /// <summary>Sends text as Latin-1 and reads until the server closes.</summary>
    public static async Task<Exchange> ExchangeAsync(Uri address, string request, TimeSpan? patience = null)
    {
        using var raw = await ConnectAsync(address);
        await raw.SendAsync(request);
        return await raw.ReadToEndAsync(patience ?? TimeSpan.FromSeconds(10));
    }

    public async Task SendAsync(string text)
    {
        try
        {
            await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));
            await Stream.FlushAsync();
        }
        catch (IOException)
        {
            // The server has already hung up; what it said before is still to be read.
        }
    }

    public async Task<Exchange> ReadToEndAsync(TimeSpan patience)
    {
        var started = TimeProvider.System.GetTimestamp();
        var received = new MemoryStream();
        using var limit = new CancellationTokenSource(patience);
        var closed = false;
        try
        {
            await Stream.CopyToAsync(received, limit.Token);
            closed = true;
        }
        catch (IOException)
        {
            closed = true; // by a reset
        }
        catch (OperationCanceledException)
        {
            // Still open.
        }
        return new(Encoding.Latin1.GetString(received.ToArray()), closed, TimeProvider.System.GetElapsedTime(started));
    }

    public void Dispose()
    {
        Stream.Dispose();
        _client.Dispose();
    }
}

/// <param name="Closed">Whether the server ended the connection.</param>
internal sealed record Exchange(string Text, bool Closed, TimeSpan Took)
{
    /// <summary>Of the first answer; 0 where there is none.</summary>
    public int Status =>
        Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            ? int.Parse(Text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture)
            : 0;
}
