using System.IO.Compression;
using System.Net;
using Anteroom.Server.Platform.Web;

namespace Anteroom.Tests.Platform.Web;

[Trait("Security", "SEC-007")]
public sealed class AssetsTests : IAsyncLifetime
{
    private readonly Assets _assets = new();
    private PageHost _host = null!;

    public async ValueTask InitializeAsync() =>
        _host = await PageHost.StartAsync(
            "http://localhost",
            http =>
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("anteroom/sign-in.css", "text/css")]
    [InlineData("anteroom/submit.js", "text/javascript")]
    [InlineData("anteroom/passkey.js", "text/javascript")]
    [InlineData("anteroom/favicon.svg", "image/svg+xml")]
    public async Task Serves_a_file_at_the_address_that_carries_its_hash(string name, string contentType)
    {
        Assert.Matches(@"^/anteroom/[a-z-]+\.[0-9a-f]{16}\.(css|js|svg)$", _assets[name]);

        using var response = await _host.Client.GetAsync(_assets[name], TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answers_not_found_at_another_hash()
    {
        using var response = await _host.Client.GetAsync("/anteroom/sign-in.0000000000000000.css", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("br", true)]
    [InlineData("gzip, br;q=0.5", true)]
    [InlineData("gzip", false)]
    [InlineData("br;q=0", false)]
    [InlineData("", false)]
    [InlineData("\"", false)]
    public async Task Compresses_for_browsers_that_ask(string acceptEncoding, bool compressed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _assets["anteroom/sign-in.css"]);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        using var response = await _host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Contains("br"));
        using var plain = new MemoryStream();
        if (compressed)
            await new BrotliStream(new MemoryStream(body), CompressionMode.Decompress).CopyToAsync(
                plain,
                TestContext.Current.CancellationToken
            );
        else
            plain.Write(body);
        Assert.Equal(
            await _host.Client.GetByteArrayAsync(_assets["anteroom/sign-in.css"], TestContext.Current.CancellationToken),
            plain.ToArray()
        );
    }
}
