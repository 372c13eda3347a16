using Anteroom.Harness;

namespace Anteroom.Tests.Platform.Web;

/// <summary>Requests whose end two readers could see in two places: refused, and the connection is over (SEC-019, CVE-2025-55315).</summary>
public sealed class FramingTests : IAsyncLifetime
{
    private const string Chunked = "POST /read HTTP/1.1\r\nHost: localhost:{port}\r\nTransfer-Encoding: chunked\r\n";

    private TestDatabase _database = null!;
    private GroundHost _host = null!;
    private int _read;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _host = await GroundHost.StartAsync(
            _database.Source,
            app =>
            {
                app.MapPost(
                    "/read",
                    async (HttpContext http) =>
                    {
                        using var body = new MemoryStream();
                        await http.Request.Body.CopyToAsync(body);
                        Interlocked.Increment(ref _read);
                        return $"read {body.Length}";
                    }
                );
                app.MapGet("/smuggled", () => "smuggled");
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    [Trait("Security", "SEC-019")]
    public async Task Reads_well_made_chunks()
    {
        var answer = await SendAsync(Chunked + "Connection: close\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n");
        Assert.Equal(200, answer.Status);
        Assert.Contains("read 5", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("both lengths", "Content-Length: 4\r\n\r\n0\r\n\r\n")]
    [InlineData("both lengths, the other order", "Content-Length: 100\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("bare line feed after the size", "\r\n5\nhello\r\n0\r\n\r\n")]
    [InlineData("bare line feed in an extension", "\r\n5;a\nb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("bare carriage return in an extension", "\r\n5;a\rb\r\nhello\r\n0\r\n\r\n")]
    [InlineData("no line end after the chunk", "\r\n5\r\nhello0\r\n\r\n")]
    [InlineData("a size that is none", "\r\nxyz\r\nhello\r\n0\r\n\r\n")]
    [InlineData("a negative size", "\r\n-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("a size beyond all bounds", "\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [Trait("Security", "SEC-019")]
    public async Task Ends_the_connection_at_an_ambiguous_body(string what, string rest)
    {
        // What follows is what an attacker would smuggle: it must never be taken for a request of its own.
        var answer = await SendAsync(Chunked + rest + "GET /smuggled HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
        Assert.True(answer.Status == 400, $"{what}: {answer.Text}");
        Assert.True(answer.Closed, what);
        Assert.DoesNotContain("smuggled", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, _read);
    }

    [Theory]
    [InlineData("Content-Length: 4\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("Content-Length: 4, 5\r\n\r\nhello")]
    [InlineData("Content-Length: 0x5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Content-Length : 5\r\n\r\nhello")]
    [InlineData(" folded: yes\r\nContent-Length: 5\r\n\r\nhello")]
    [Trait("Security", "SEC-019")]
    public async Task Ends_the_connection_at_a_length_that_can_be_read_in_two_ways(string headers)
    {
        var answer = await SendAsync(
            "POST /read HTTP/1.1\r\nHost: localhost:{port}\r\n" + headers + "GET /smuggled HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"
        );
        Assert.InRange(answer.Status, 400, 501);
        Assert.True(answer.Closed);
        Assert.DoesNotContain("smuggled", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, _read);
    }

    [Theory]
    [InlineData("TRACE /read HTTP/1.1", 405)]
    [InlineData("CONNECT localhost:1 HTTP/1.1", 400)]
    [InlineData("BREW /read HTTP/1.1", 405)]
    [InlineData("GET /read HTTP/1.1\r\nX-HTTP-Method-Override: POST", 405)]
    [InlineData("GET /read HTTP/1.1\r\nX-HTTP-Method: POST", 405)]
    [InlineData("GET /read?_method=POST HTTP/1.1", 405)]
    [Trait("Security", "SEC-016")]
    public async Task Takes_the_method_from_the_request_line_alone(string line, int status)
    {
        var answer = await SendAsync(line + "\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
        Assert.True(answer.Status == status || (status == 400 && answer.Status is 404 or 405), answer.Text);
        Assert.Equal(0, _read);
    }

    private Task<Exchange> SendAsync(string request) =>
        RawHttp.ExchangeAsync(
            _host.Address,
            request.Replace(
                "{port}",
                _host.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            )
        );
}
