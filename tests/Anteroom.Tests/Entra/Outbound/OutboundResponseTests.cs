using System.IO.Compression;
using System.Text;

namespace Anteroom.Tests.Entra.Outbound;

/// <summary>What may come back (SEC-301, SEC-302, SEC-304).</summary>
public sealed class OutboundResponseTests
{
    private static byte[] Gzip(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(body);
        return packed.ToArray();
    }

    private static async Task<string?> CodeAsync(byte[] answer)
    {
        await using var scenario = new OutboundScenario(_ => answer);
        return (await scenario.FailureAsync())?.Code;
    }

    private static string Deep(int depth) => new string('[', depth) + new string(']', depth);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/jwk-set+json")]
    public async Task A_json_document_is_returned(string contentType)
    {
        await using var scenario = new OutboundScenario(_ => Reply.Raw("""{"a":1}"""u8.ToArray(), 200, contentType));
        var response = await scenario.ResponseAsync();
        Assert.Equal("""{"a":1}""", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public async Task A_compressed_document_is_returned()
    {
        var body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 20_000))}]");
        await using var scenario = new OutboundScenario(_ => Reply.Raw(Gzip(body), 200, "application/json", "Content-Encoding: gzip"));
        Assert.Equal(body, (await scenario.ResponseAsync()).Body.ToArray());
    }

    [Theory, Trait("Security", "SEC-304")]
    [InlineData("text/html", "<html><body>Service unavailable</body></html>")]
    [InlineData("text/html", "{}")] // a JSON body under another name is not trusted either
    [InlineData("application/json", "<html></html>")]
    [InlineData("application/json", "")]
    [InlineData("application/json", """{"issuer":"https://idp.exam""")]
    [InlineData("application/json", """{} {}""")]
    [InlineData("application/json", """{"a":1,}""")]
    public async Task What_is_not_one_json_document_is_unavailable(string contentType, string body) =>
        Assert.Equal("outbound_not_json", await CodeAsync(Reply.Raw(Encoding.UTF8.GetBytes(body), 200, contentType)));

    [Theory, Trait("Security", "SEC-302")]
    [InlineData(32, null)]
    [InlineData(33, "outbound_not_json")]
    public async Task Json_is_at_most_32_levels_deep(int depth, string? code) =>
        Assert.Equal(code, await CodeAsync(Reply.Json(Deep(depth))));

    [Theory, Trait("Security", "SEC-304")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"a\":1}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Ty")]
    [InlineData("")]
    public async Task An_answer_that_ends_early_is_truncated(string answer) =>
        Assert.Equal("outbound_truncated", await CodeAsync(Encoding.ASCII.GetBytes(answer)));

    [Fact, Trait("Security", "SEC-302")]
    public async Task A_body_over_its_limit_is_refused_by_its_announced_length() =>
        Assert.Equal("outbound_too_large", await CodeAsync(Reply.Json($"\"{new string('x', 256 * 1024)}\"")));

    [Fact, Trait("Security", "SEC-302")]
    public async Task A_body_over_its_limit_is_refused_when_it_announces_none()
    {
        var body = $"\"{new string('x', 256 * 1024)}\"";
        Assert.Equal(
            "outbound_too_large",
            await CodeAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}")
            )
        );
    }

    [Fact, Trait("Security", "SEC-302")]
    public async Task A_body_of_exactly_its_limit_is_returned() =>
        Assert.Null(await CodeAsync(Reply.Json($"\"{new string('x', 256 * 1024 - 2)}\"")));

    [Theory, Trait("Security", "SEC-302")]
    [InlineData(100 * 1024 * 1024)] // beyond the limit
    [InlineData(200 * 1024)] // within the limit, but compressed a hundred times
    public async Task A_compression_bomb_is_refused(int size) =>
        Assert.Equal(
            "outbound_too_large",
            await CodeAsync(
                Reply.Raw(Gzip(Encoding.ASCII.GetBytes($"[{new string(' ', size)}]")), 200, "application/json", "Content-Encoding: gzip")
            )
        );

    [Theory, Trait("Security", "SEC-304")]
    [InlineData("gzip")] // and is not
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task An_encoding_that_cannot_be_read_is_unavailable(string encoding) =>
        Assert.Equal("outbound_not_json", await CodeAsync(Reply.Json("{}", 200, $"Content-Encoding: {encoding}")));

    [Theory, Trait("Security", "SEC-301")]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var target = ScriptedServer.Replying(_ => Reply.Json("{}"));
        await using var scenario = new OutboundScenario(_ => Reply.Json("{}", status, $"Location: {target.Origin}/", $"Location: /other"));
        var failure = await scenario.FailureAsync();
        Assert.Equal(("outbound_status", status), (failure?.Code, failure?.Status));
        Assert.Empty(target.Requests);
        Assert.Single(scenario.Server.Requests);
    }

    [Fact, Trait("Security", "SEC-301")]
    public async Task Cookies_are_not_kept_and_nothing_of_ours_is_told()
    {
        await using var scenario = new OutboundScenario(_ => Reply.Json("{}", 200, "Set-Cookie: fpc=1; Path=/"));
        using var activity = new System.Diagnostics.Activity("sign-in").Start();
        await scenario.ResponseAsync();
        await scenario.ResponseAsync();
        Assert.Equal(2, scenario.Server.Requests.Count);
        Assert.All(
            scenario.Server.Requests,
            request => Assert.Equal(["Accept", "Accept-Encoding", "Host", "User-Agent"], request.Headers.Keys.Order(StringComparer.Ordinal))
        );
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task An_error_body_is_returned_to_whoever_reads_it(int status)
    {
        await using var scenario = new OutboundScenario(_ => Reply.Json("""{"error":"invalid_client"}""", status));
        Assert.Equal("outbound_status", (await scenario.FailureAsync())?.Code);
        var response = await scenario.ResponseAsync(scenario.Get() with { ReadsErrorBody = true });
        Assert.Equal((status, false), (response.Status, response.IsSuccess));
    }

    [Theory]
    [InlineData(400, "text/html")]
    [InlineData(500, "application/json")]
    public async Task An_error_that_is_not_the_protocols_is_only_its_status(int status, string contentType)
    {
        await using var scenario = new OutboundScenario(_ => Reply.Raw("{}"u8.ToArray(), status, contentType));
        var failure = await scenario.FailureAsync(scenario.Get() with { ReadsErrorBody = true });
        Assert.Equal(("outbound_status", status), (failure?.Code, failure?.Status));
    }

    [Fact]
    public async Task A_post_is_never_sent_twice()
    {
        var answered = 0;
        await using var scenario = new OutboundScenario(
            new ScriptedServer(
                (_, stream, ct) =>
                {
                    if (Interlocked.Increment(ref answered) == 1)
                        return stream
                            .WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray(), ct)
                            .AsTask();
                    stream.Dispose(); // reads the second request on the kept connection and hangs up
                    return Task.CompletedTask;
                }
            )
        );
        var post = scenario.Get("/keep") with { Method = HttpMethod.Post, Form = [new("code", "c")] };
        await scenario.ResponseAsync(post);
        Assert.Equal("outbound_truncated", (await scenario.FailureAsync(post))?.Code);
        Assert.Equal(2, scenario.Server.Requests.Count); // a code redeemed again may kill the first redemption (AADSTS54005)
    }
}
