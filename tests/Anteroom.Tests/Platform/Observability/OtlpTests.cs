using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Anteroom.Harness;

namespace Anteroom.Tests.Platform.Observability;

/// <summary>Traces and metrics reach a collector by OTLP over HTTP, in protobuf, and hold no secret (SEC-322).</summary>
public sealed class OtlpTests
{
    [Fact]
    [Trait("Security", "SEC-322")]
    public async Task Sends_spans_and_metrics_of_a_sign_in_without_its_secrets()
    {
        await using var collector = await Collector.StartAsync();
        var secrets = new CanarySearch();
        await using (
            var rig = await AnteroomRig.StartAsync(
                new() { Settings = new Dictionary<string, string> { ["Anteroom:OtlpEndpoint"] = collector.Address.AbsoluteUri } }
            )
        )
        {
            var application = await RelyingParty.RegisterAsync(rig);
            var contoso = await Contoso.CreateAsync(rig);
            var mira = await contoso.AddPersonAsync();
            using var browser = rig.NewBrowser();
            var attempt = application.Begin(("organization", contoso.Slug));
            var page = await Contoso.SignInAsync(browser, attempt, mira);
            var tokens = await application.RedeemAsync(attempt, page);
            Assert.True((await application.RefreshAsync(tokens.RefreshToken)).IsSuccess);

            secrets.Plant("our code", page.Answer["code"]);
            secrets.Plant("the state", attempt.State);
            secrets.Plant("the nonce", attempt.Nonce);
            secrets.Plant("the verifier", attempt.Verifier);
            secrets.Plant("the application's secret", application.ClientSecret);
            secrets.Plant("the access token", tokens.AccessToken);
            secrets.Plant("the id_token", tokens.IdToken);
            secrets.Plant("the refresh token", tokens.RefreshToken);
            secrets.Plant("the person's password", mira.Password);
            foreach (var visited in browser.Visited.Where(visited => visited.AbsolutePath.StartsWith("/sso/", StringComparison.Ordinal)))
            foreach (var (name, value) in Queries.Read(visited).Where(pair => pair.Value.Length >= 12))
                secrets.Plant($"Entra's {name}", value);
            foreach (var (cookie, value) in browser.Cookies.Where(cookie => cookie.Value.Length >= 12))
                secrets.Plant("the cookie " + cookie.Name, value);
        } // a stopping server sends what it still holds

        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Received.Keys.Order(StringComparer.Ordinal));
        Assert.All(collector.ContentTypes, type => Assert.Equal("application/x-protobuf", type));
        var traces = collector.Text("/v1/traces");
        Assert.Contains("GET /connect/authorize", traces, StringComparison.Ordinal);
        Assert.Contains("GET /sso/{key}/callback", traces, StringComparison.Ordinal);
        Assert.Contains("POST /connect/token", traces, StringComparison.Ordinal);
        var metrics = collector.Text("/v1/metrics");
        Assert.Contains("anteroom.sign_ins", metrics, StringComparison.Ordinal);
        Assert.Contains("anteroom.tokens_issued", metrics, StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", metrics, StringComparison.Ordinal);
        Assert.Empty(secrets.FindIn("the traces", traces).Concat(secrets.FindIn("the metrics", metrics)));
    }

    [Fact] // a stranger's "not sampled" (00) would hide what the stranger does here
    [Trait("Security", "SEC-322")]
    public async Task Sends_spans_of_a_caller_who_says_that_nobody_should_keep_them()
    {
        await using var collector = await Collector.StartAsync();
        var trace = ActivityTraceId.CreateRandom();
        await using (
            var rig = await AnteroomRig.StartAsync(
                new() { Settings = new Dictionary<string, string> { ["Anteroom:OtlpEndpoint"] = collector.Address.AbsoluteUri } }
            )
        )
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
            using var request = new HttpRequestMessage(HttpMethod.Get, rig.Address + "/.well-known/openid-configuration");
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-00f067aa0ba902b7-00");
            using var answer = await http.SendAsync(request);
        }
        var id = new byte[16];
        trace.CopyTo(id);
        Assert.Contains(Encoding.Latin1.GetString(id), collector.Text("/v1/traces"), StringComparison.Ordinal);
    }

    /// <summary>Takes what is sent, as a collector does: protobuf keeps texts readable, which is all that the search needs.</summary>
    private sealed class Collector(WebApplication application) : IAsyncDisposable
    {
        public ConcurrentDictionary<string, ConcurrentQueue<byte[]>> Received { get; } = new();

        public ConcurrentQueue<string?> ContentTypes { get; } = new();

        public Uri Address => new(application.Urls.First());

        public string Text(string path) => string.Concat(Received[path].Select(Encoding.Latin1.GetString));

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var application = builder.Build();
            var collector = new Collector(application);
            application.MapPost("/{**path}", (Delegate)collector.TakeAsync);
            await application.StartAsync();
            return collector;
        }

        private async Task<IResult> TakeAsync(HttpContext http)
        {
            using var body = new MemoryStream();
            await using var plain =
                http.Request.Headers.ContentEncoding == "gzip"
                    ? new GZipStream(http.Request.Body, CompressionMode.Decompress)
                    : http.Request.Body;
            await plain.CopyToAsync(body);
            Received.GetOrAdd(http.Request.Path, _ => new()).Enqueue(body.ToArray());
            ContentTypes.Enqueue(http.Request.ContentType);
            return Results.Bytes([], "application/x-protobuf");
        }

        public async ValueTask DisposeAsync()
        {
            await application.StopAsync();
            await application.DisposeAsync();
        }
    }
}
