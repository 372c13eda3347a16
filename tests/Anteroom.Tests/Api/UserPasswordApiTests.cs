using Anteroom.Harness;

namespace Anteroom.Tests.Api;

/// <summary>What administrators' programs do about passwords: send a link, lift a stop, and never see or set one (SEC-228).</summary>
public sealed class UserPasswordApiTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private async Task<(string Slug, string User)> SetAsync(bool allowed, string? email = "mira@contoso.example")
    {
        var slug = "pw-" + Guid.CreateVersion7().ToString("N")[^12..];
        var made = await scenario.SendAsync(HttpMethod.Post, "organizations", $$"""{"slug":"{{slug}}","name":"Contoso"}""");
        Assert.True(made.Status == 201, made.Text);
        if (allowed)
        {
            var policy = $"organizations/{slug}/sign-in-policy";
            var put = await scenario.SendAsync(HttpMethod.Put, policy, """{"showLocalForm":true,"allowPasswords":true}""");
            Assert.True(put.Status == 200, put.Text);
            await Poll.UntilAsync(
                "the server has heard of its own change",
                TimeSpan.FromSeconds(15),
                async () => (bool)(await scenario.SendAsync(HttpMethod.Get, policy)).Json["allowPasswords"]!
            );
        }
        var body = email is null ? $$"""{"userName":"mira-{{slug}}"}""" : $$"""{"userName":"mira-{{slug}}","email":"{{email}}"}""";
        var user = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/users", body);
        Assert.True(user.Status == 201, user.Text);
        return (slug, (string)user.Json["id"]!);
    }

    [Fact]
    [Trait("Security", "SEC-228")]
    public async Task A_link_is_sent_and_not_told()
    {
        var (slug, user) = await SetAsync(allowed: true);
        var sent = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/users/{user}/password-link");
        Assert.True(sent.Status == 202, sent.Text);
        Assert.Equal(["expiresAt"], sent.Json.Select(member => member.Key));
    }

    [Theory]
    [InlineData(false, "mira@contoso.example", 403, "password_not_allowed")]
    [InlineData(true, null, 409, "password_address_missing")]
    [Trait("Security", "SEC-228")]
    [Trait("Security", "SEC-229")]
    public async Task Tells_why_no_link_is_sent(bool allowed, string? email, int status, string code)
    {
        var (slug, user) = await SetAsync(allowed, email);
        var refused = await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/users/{user}/password-link");
        Assert.Equal((status, code), (refused.Status, refused.Code));
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    [Trait("Security", "SEC-261")]
    public async Task A_stop_is_lifted_of_a_user_that_is_there()
    {
        var (slug, user) = await SetAsync(allowed: true);
        var (other, _) = await SetAsync(allowed: true);
        Assert.Equal(204, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{slug}/users/{user}/password-stop/lift")).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{other}/users/{user}/password-stop/lift")).Status);
        Assert.Equal(404, (await scenario.SendAsync(HttpMethod.Post, $"organizations/{other}/users/{user}/password-link")).Status);
    }
}
