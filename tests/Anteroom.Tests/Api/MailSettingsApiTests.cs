using Anteroom.Harness;

namespace Anteroom.Tests.Api;

public sealed class MailSettingsApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string Password = "planted-canary-mail-password-w9Zx";

    static MailSettingsApiTests() => SmtpServer.TrustInThisProcess();

    private static string Body(int port, string password = Password) =>
        $$$"""{"transport":"smtp","senderAddress":"sign-in@example.org","senderName":"Contoso","smtp":{"host":"localhost","port":{{{port}}},"userName":"anteroom","password":"{{{password}}}"}}""";

    [Fact]
    [Trait("Security", "SEC-267")]
    public async Task Settings_are_saved_tested_and_never_tell_their_password()
    {
        await using var server = new SmtpServer { Account = ("anteroom", Password) };
        var saved = await scenario.SendAsync(HttpMethod.Put, "mail-settings", Body(server.Port));
        Assert.True(saved.Status == 200, saved.Text);
        var read = await scenario.SendAsync(HttpMethod.Get, "mail-settings");
        Assert.Equal(saved.Text, read.Text);
        Assert.Equal(("smtp", "w9Zx"), ((string?)read.Json["transport"], (string?)read.Json["smtp"]!["password"]!["last4"]));
        Assert.False((bool)read.Json["deliversToFolder"]!);

        var tested = await scenario.SendAsync(HttpMethod.Post, "mail-settings/test", """{"to":"ada@example.com"}""");
        Assert.True(tested.Status == 200, tested.Text);
        Assert.All(tested.Json["steps"]!.AsArray(), step => Assert.Equal("passed", (string?)step!["result"]));
        Assert.Equal(["ada@example.com"], Assert.Single(server.Mails).To);
        foreach (var answer in (Answer[])[saved, read, tested, await scenario.SendAsync(HttpMethod.Put, "mail-settings", Body(465))])
            Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"port\":587", "\"port\":465", "587")]
    [InlineData("\"transport\":\"smtp\"", "\"transport\":\"folder\"", "transport")] // a folder is the operator's, at start
    [InlineData("sign-in@example.org", "sign-in@example.org\\r\\nBcc: eve@evil.example", "senderAddress")]
    [InlineData("\"host\":\"localhost\"", "\"host\":\"mail.example.com\",\"startTls\":false", "startTls")]
    public async Task What_cannot_work_is_refused_by_its_name(string right, string wrong, string named)
    {
        var refused = await scenario.SendAsync(HttpMethod.Put, "mail-settings", Body(587).Replace(right, wrong, StringComparison.Ordinal));
        Assert.Equal((400, "validation_failed"), (refused.Status, refused.Code));
        Assert.Contains(named, (string?)refused.Json["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@example.com\\r\\nBcc: eve@evil.example")]
    [InlineData("ada@example.com,eve@evil.example")]
    [InlineData("")]
    [Trait("Security", "SEC-306")]
    public async Task A_test_goes_to_one_address(string to) =>
        Assert.Equal(400, (await scenario.SendAsync(HttpMethod.Post, "mail-settings/test", $$"""{"to":"{{to}}"}""")).Status);
}
