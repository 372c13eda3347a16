using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Anteroom.Harness;
using Anteroom.Server.Platform.Web;
using Anteroom.Tests.Entra.Outbound;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Platform.Web;

/// <summary>Each limit of SEC-360 as a client meets it.</summary>
public sealed class KestrelLimitsTests : IAsyncLifetime
{
    private TestDatabase _database = null!;
    private GroundHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _host = await GroundHost.StartAsync(
            _database.Source,
            app =>
            {
                app.MapGet("/", () => "here");
                app.MapPost("/read", (Delegate)ReadAsync);
                app.MapPost("/saml/read", (Delegate)ReadAsync);
                app.MapPost("/form", async (HttpContext http) => $"{(await http.Request.ReadFormAsync()).Count} fields")
                    .DisableAntiforgery();
                app.MapPost("/saml/form", async (HttpContext http) => $"{(await http.Request.ReadFormAsync()).Count} fields")
                    .DisableAntiforgery();
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Theory]
    [InlineData(8_000, 200)]
    [InlineData(8_300, 414)]
    [Trait("Security", "SEC-360")]
    public async Task Bounds_the_request_line_to_8_KB(int length, int status) =>
        Assert.Equal(status, (await GetAsync("/?" + new string('a', length - "GET /? HTTP/1.1\r\n".Length))).Status);

    [Theory]
    [InlineData(31_000, 200)]
    [InlineData(33_000, 431)]
    [Trait("Security", "SEC-360")]
    public async Task Bounds_the_headers_to_32_KB(int length, int status) =>
        Assert.Equal(
            status,
            (await GetAsync("/", [.. Enumerable.Range(0, 10).Select(i => $"X-{i}: {new string('a', length / 10 - 8)}")])).Status
        );

    [Theory]
    [InlineData(97, 200)] // with Host, Connection and one to spare
    [InlineData(101, 431)]
    [Trait("Security", "SEC-360")]
    public async Task Bounds_the_headers_to_100(int count, int status) =>
        Assert.Equal(status, (await GetAsync("/", [.. Enumerable.Range(0, count).Select(i => $"X-{i}: a")])).Status);

    [Fact]
    [Trait("Security", "SEC-360")]
    public async Task Gives_headers_ten_seconds_and_a_slow_body_five()
    {
        var headers = SlowHeadersAsync();
        var body = SlowBodyAsync();
        var late = await headers;
        Assert.True(late.Closed);
        Assert.Equal(408, late.Status);
        Assert.InRange(late.Took, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(20));
        var slow = await body;
        Assert.True(slow.Closed);
        Assert.Equal(408, slow.Status);
        Assert.InRange(slow.Took, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20));
    }

    [Fact] // waiting two minutes would prove the same as reading the setting
    [Trait("Security", "SEC-360")]
    public void Closes_an_idle_connection_after_two_minutes()
    {
        var limits = Configured().Limits;
        Assert.Equal(TimeSpan.FromSeconds(120), limits.KeepAliveTimeout);
        Assert.Equal(240, limits.MinRequestBodyDataRate!.BytesPerSecond);
    }

    [Theory]
    [InlineData("/form", 64_000, 200)]
    [InlineData("/form", 66_000, 413)]
    [InlineData("/saml/form", 500_000, 200)]
    [InlineData("/saml/form", 530_000, 413)]
    [Trait("Security", "SEC-360")]
    public async Task Bounds_a_form_to_64_KB_and_assertions_to_512(string path, int length, int status) =>
        Assert.Equal(status, await PostAsync(path, "a=" + new string('b', length - 2)));

    [Theory]
    [InlineData(200, 10, 200)]
    [InlineData(201, 10, 400)]
    [InlineData(1, 256, 200)]
    [InlineData(1, 257, 400)]
    [Trait("Security", "SEC-360")]
    public async Task Bounds_a_form_to_200_keys_of_256_bytes(int keys, int length, int status) =>
        Assert.Equal(
            status,
            await PostAsync(
                "/form",
                string.Join(
                    '&',
                    Enumerable
                        .Range(0, keys)
                        .Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(length, 'k') + "=1")
                )
            )
        );

    [Fact] // the server's SETTINGS frame says so (RFC 9113 §6.5.2)
    [Trait("Security", "SEC-360")]
    public async Task Allows_100_streams_on_one_connection()
    {
        await using var server = await HttpsAsync(_ => Task.CompletedTask);
        using var raw = await server.ConnectAsync();
        var settings = await Http2.OpenAsync(raw.Stream);
        Assert.Equal(100u, settings[3]); // SETTINGS_MAX_CONCURRENT_STREAMS
        Assert.Equal(32u * 1024, settings[6]); // SETTINGS_MAX_HEADER_LIST_SIZE
    }

    [Fact] // CVE-2023-44487
    [Trait("Security", "SEC-360")]
    public async Task Ends_a_connection_that_opens_streams_and_resets_them_at_once()
    {
        var release = new TaskCompletionSource();
        await using var server = await HttpsAsync(_ => release.Task); // work that does not notice the reset
        using var raw = await server.ConnectAsync();
        await Http2.OpenAsync(raw.Stream);
        var goAway = Http2.WaitForGoAwayAsync(raw.Stream);
        try
        {
            for (var stream = 1; stream < 20_000 && !goAway.IsCompleted; stream += 2)
                await Http2.OpenAndResetAsync(raw.Stream, stream);
        }
        catch (IOException)
        {
            // The server has hung up.
        }
        // ENHANCE_YOUR_CALM, unless the queue of what is to be written was full first (INTERNAL_ERROR), or the reset that follows was quicker.
        Assert.Contains(await goAway.WaitAsync(TimeSpan.FromSeconds(20)), (uint?[])[11u, 2u, null]);
        release.SetResult();
    }

    private static async Task<string> ReadAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return $"read {body.Length}";
    }

    private Task<Exchange> GetAsync(string target, params string[] headers) =>
        RawHttp.ExchangeAsync(
            _host.Address,
            $"GET {target} HTTP/1.1\r\nHost: {_host.Address.Authority}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n"
        );

    private async Task<int> PostAsync(string path, string form)
    {
        using var client = _host.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded");
        request.Headers.ExpectContinue = true; // a server that refuses the length closes; without asking, the client may still be sending
        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<Exchange> SlowHeadersAsync()
    {
        using var raw = await RawHttp.ConnectAsync(_host.Address);
        await raw.SendAsync("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        return await raw.ReadToEndAsync(TimeSpan.FromSeconds(30));
    }

    private async Task<Exchange> SlowBodyAsync()
    {
        using var raw = await RawHttp.ConnectAsync(_host.Address);
        await raw.SendAsync($"POST /read HTTP/1.1\r\nHost: {_host.Address.Authority}\r\nContent-Length: 100000\r\n\r\n");
        using var stop = new CancellationTokenSource();
        var dripping = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await raw.SendAsync(new string('x', 100)); // 100 bytes a second
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        });
        var answer = await raw.ReadToEndAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await dripping;
        return answer;
    }

    private static KestrelServerOptions Configured() =>
        new ServiceCollection().AddKestrelLimits().BuildServiceProvider().GetRequiredService<IOptions<KestrelServerOptions>>().Value;

    private static async Task<HttpsServer> HttpsAsync(RequestDelegate answer)
    {
        var certificates = new TestCertificates("localhost");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddKestrelLimits();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificates.Server)));
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync();
        return new(application, certificates);
    }

    private sealed class HttpsServer(WebApplication application, TestCertificates certificates) : IAsyncDisposable
    {
        public Task<RawHttp> ConnectAsync()
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPem(certificates.AuthorityPem);
            return RawHttp.ConnectAsync(
                new Uri(application.Urls.First()),
                new()
                {
                    TargetHost = "localhost",
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = trust,
                }
            );
        }

        public async ValueTask DisposeAsync()
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await application.StopAsync(soon.Token);
            await application.DisposeAsync();
            certificates.Dispose();
        }
    }

    /// <summary>As much of RFC 9113 as these tests say.</summary>
    private static class Http2
    {
        public static async Task<Dictionary<int, uint>> OpenAsync(Stream stream)
        {
            await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
            await stream.WriteAsync(Frame(4, 0, 0, []));
            Dictionary<int, uint> settings = [];
            while (settings.Count == 0)
            {
                var (type, flags, payload) = await ReadAsync(stream);
                if (type != 4 || (flags & 1) != 0)
                    continue;
                for (var at = 0; at + 6 <= payload.Length; at += 6)
                    settings[(payload[at] << 8) | payload[at + 1]] = Number(payload.AsSpan(at + 2));
            }
            await stream.WriteAsync(Frame(4, 1, 0, []));
            return settings;
        }

        public static async Task OpenAndResetAsync(Stream stream, int id)
        {
            // Indexed :method GET, :scheme https, :path /, literal :authority localhost (RFC 7541).
            byte[] headers = [0x82, 0x87, 0x84, 0x41, 9, .. "localhost"u8];
            await stream.WriteAsync((byte[])[.. Frame(1, 5, id, headers), .. Frame(3, 0, id, [0, 0, 0, 8])]);
        }

        public static async Task<uint?> WaitForGoAwayAsync(Stream stream)
        {
            try
            {
                while (true)
                {
                    var (type, _, payload) = await ReadAsync(stream);
                    if (type == 7)
                        return Number(payload.AsSpan(4));
                }
            }
            catch (IOException)
            {
                return null; // the connection is over
            }
        }

        private static byte[] Frame(byte type, byte flags, int stream, byte[] payload) =>
            [
                (byte)(payload.Length >> 16),
                (byte)(payload.Length >> 8),
                (byte)payload.Length,
                type,
                flags,
                (byte)(stream >> 24),
                (byte)(stream >> 16),
                (byte)(stream >> 8),
                (byte)stream,
                .. payload,
            ];

        private static async Task<(int Type, int Flags, byte[] Payload)> ReadAsync(Stream stream)
        {
            var head = new byte[9];
            await stream.ReadExactlyAsync(head);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload);
            return (head[3], head[4], payload);
        }

        private static uint Number(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
