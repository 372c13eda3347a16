using System.Net;
using Anteroom.DevHost.Mailbox;
using Anteroom.Harness;
using Anteroom.Server.Platform.Mail;
using Anteroom.Tests.Platform.Mail;

namespace Anteroom.Tests.DevHost.Mailbox;

/// <summary>The page of the demo's mails: what it shows, and that a mail can do nothing there.</summary>
public sealed class MailboxServerTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom-mailbox-").FullName;
    private readonly int _port = FreePort.Next();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync() => _app = await MailboxServer.StartAsync(_port, _folder, default);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri($"http://localhost:{_port}{path}"));

    private async Task SendAsync(string subject, string html = "<p>Hello</p>", int id = 1) =>
        await new FolderTransport(_folder, TimeProvider.System).SendAsync(
            MailMessages.Sender,
            new(new Guid(id, 0, 0, new byte[8]), MailMessages.Ada, subject, "https://login.example.com/x?a=1&b=2\n<plain>", html),
            default
        );

    private async Task<string> OnlyNameAsync()
    {
        await Task.CompletedTask;
        return Path.GetFileNameWithoutExtension(Assert.Single(Directory.EnumerateFiles(_folder, "*.eml")));
    }

    [Fact]
    public async Task The_list_shows_the_newest_first_and_says_that_nothing_leaves()
    {
        Assert.Contains("No mail yet", await (await GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await SendAsync("First", id: 1);
        await Task.Delay(20);
        await SendAsync("Second <b>", id: 2);
        var page = await (await GetAsync("/")).Content.ReadAsStringAsync();
        Assert.Contains("Demo mailbox: nothing leaves this machine", page, StringComparison.Ordinal);
        Assert.Contains("Second &lt;b&gt;", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("Second", StringComparison.Ordinal) < page.IndexOf("First", StringComparison.Ordinal));
        Assert.Contains("ada@example.com", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_is_shown_with_its_text_and_its_html_in_a_frame_without_scripts()
    {
        await SendAsync("Hello", "<p>Hi</p><script>alert(1)</script>");
        var name = await OnlyNameAsync();
        using var page = await GetAsync($"/mails/{name}");
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\"", html, StringComparison.Ordinal);
        Assert.Contains("&lt;plain&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://login.example.com/x?a=1&amp;b=2\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        using var frame = await GetAsync($"/mails/{name}/html");
        var framePolicy = Assert.Single(frame.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("sandbox allow-popups", framePolicy, StringComparison.Ordinal);
        Assert.DoesNotContain("script", framePolicy, StringComparison.Ordinal);
        Assert.DoesNotContain("allow-same-origin", framePolicy, StringComparison.Ordinal);
        Assert.Contains("<p>Hi</p>", await frame.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/mails/nothing")]
    [InlineData("/mails/..%2F..%2Fetc%2Fpasswd")]
    [InlineData("/mails/nothing/html")]
    [InlineData("/other")]
    public async Task What_is_not_there_is_not_found(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path)).StatusCode);

    [Fact] // a name of somebody's own that points to this machine reads nothing
    public async Task Only_names_of_this_machine_lead_here()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{_port}/");
        request.Headers.Host = $"evil.example:{_port}";
        using var answer = await Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_file_that_is_no_mail_does_not_break_the_list()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "20260101T000000.000-x.eml"), [0, 255, 254, 10, 13]);
        await SendAsync("Hello");
        var page = await (await GetAsync("/")).Content.ReadAsStringAsync();
        Assert.Contains("Hello", page, StringComparison.Ordinal);
        Assert.Contains("(no subject)", page, StringComparison.Ordinal);
    }
}
