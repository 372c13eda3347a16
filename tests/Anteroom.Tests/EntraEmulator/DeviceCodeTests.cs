using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1 (device code), RFC 8628, with the names that Microsoft's page "device authorization grant" gives the errors.</summary>
public sealed class DeviceCodeTests : IAsyncLifetime
{
    private const string GrantType = "urn:ietf:params:oauth:grant-type:device_code";
    private const string Mira = "mira@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_elsewhere_and_the_device_gets_the_tokens_once()
    {
        var begun = await BeginAsync();
        Assert.Equal(900, (int)begun.Body["expires_in"]!);
        Assert.Equal(5, (int)begun.Body["interval"]!);
        var userCode = (string)begun.Body["user_code"]!;
        Assert.Contains(userCode, (string?)begun.Body["message"], StringComparison.Ordinal);
        Assert.False(begun.Body.ContainsKey("verification_uri_complete"));
        AssertRefused(await PollAsync(begun), "authorization_pending", 70016);

        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(new Uri((string)begun.Body["verification_uri"]!).PathAndQuery);
        Assert.Equal("Enter code", page.Heading);
        page = await browser.SubmitAsync(page, ("otc", userCode.ToLowerInvariant()));
        page = await browser.PasswordAsync(await browser.UserNameAsync(page, Mira), EmulatorStage.Password);
        Assert.Equal("Are you trying to sign in to Anteroom?", page.Heading);
        page = await browser.SubmitAsync(page, ("answer", "continue"));
        Assert.Equal("You have signed in", page.Heading);

        _stage.Clock.Advance(TimeSpan.FromSeconds(5));
        var tokens = await PollAsync(begun);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal(_stage.UserId, (string?)Jwt.Payload((string)tokens.Body["id_token"]!)["oid"]);
        Assert.True(tokens.Body.ContainsKey("refresh_token"));
        Assert.Equal(54005, (await PollAsync(begun)).Code);

        // A public client's refresh token: no credential.
        var refreshed = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("refresh_token", (string)tokens.Body["refresh_token"]!)
        );
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
    }

    [Fact] // approved once, redeemed once
    public async Task Of_many_polls_at_once_one_gets_the_tokens()
    {
        var begun = await BeginAsync();
        using var browser = _stage.NewBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync("/devicelogin"), ("otc", (string)begun.Body["user_code"]!));
        page = await browser.PasswordAsync(await browser.UserNameAsync(page, Mira), EmulatorStage.Password);
        await browser.SubmitAsync(page, ("answer", "continue"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PollAsync(begun)));
        Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(replies.Where(reply => reply.Status != HttpStatusCode.OK), reply => Assert.Equal(54005, reply.Code));
    }

    [Fact] // RFC 8628 §3.5
    public async Task Polling_faster_than_the_interval_is_slow_down()
    {
        var begun = await BeginAsync();
        AssertRefused(await PollAsync(begun), "authorization_pending", 70016);
        _stage.Clock.Advance(TimeSpan.FromSeconds(2));
        AssertRefused(await PollAsync(begun), "slow_down", 70016);
        _stage.Clock.Advance(TimeSpan.FromSeconds(5));
        AssertRefused(await PollAsync(begun), "authorization_pending", 70016);
    }

    [Fact] // the minute after the fifteenth is too late
    public async Task A_code_ends_after_fifteen_minutes()
    {
        var begun = await BeginAsync();
        _stage.Clock.Advance(TimeSpan.FromMinutes(15));
        AssertRefused(await PollAsync(begun), "expired_token", 70019);
        using var browser = _stage.NewBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync("/devicelogin"), ("otc", (string)begun.Body["user_code"]!));
        Assert.Contains("That code did not work.", page.Text, StringComparison.Ordinal);
    }

    [Fact] // the person says no
    public async Task A_declined_device_hears_of_it()
    {
        var begun = await BeginAsync();
        using var browser = _stage.NewBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync("/devicelogin"), ("otc", (string)begun.Body["user_code"]!));
        page = await browser.PasswordAsync(await browser.UserNameAsync(page, Mira), EmulatorStage.Password);
        page = await browser.SubmitAsync(page, ("answer", "cancel"));
        Assert.Equal("You have not signed in", page.Heading);
        AssertRefused(await PollAsync(begun), "authorization_declined", 70020);
    }

    [Fact] // Microsoft's own libraries send the short name of the grant
    public async Task The_grant_has_a_short_name_too() =>
        AssertRefused(await PollAsync(await BeginAsync(), ("grant_type", "device_code")), "authorization_pending", 70016);

    [Fact]
    public async Task Unknown_codes_and_other_clients_are_bad_verification_codes()
    {
        var begun = await BeginAsync();
        AssertRefused(await PollAsync(begun, ("device_code", "D1.nonsense")), "bad_verification_code", 70018);

        var other = await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/applications",
            new { displayName = "Other", isFallbackPublicClient = true }
        );
        AssertRefused(await PollAsync(begun, ("client_id", (string)other["appId"]!)), "bad_verification_code", 70018);
    }

    [Fact] // §2.6 row 7000218: "Allow public client flows" is off and no redirect URI is of that kind
    public async Task A_confidential_application_needs_its_credential()
    {
        _stage.Change((Anteroom.EntraEmulator.Objects.Application application) => application with { PublicClient = new() });
        AssertRefused(await PollAsync(await BeginAsync()), "invalid_client", 7000218);
    }

    [Theory]
    [InlineData("client_id", null, 900144)]
    [InlineData("client_id", "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f", 700016)]
    [InlineData("scope", null, 900144)]
    [InlineData("scope", "Nonsense.Read", 650053)]
    public async Task A_malformed_beginning_is_refused(string name, string? value, int code)
    {
        Assert.Equal(code, (await BeginAsync((name, value))).Code);
    }

    private Task<TokenReply> BeginAsync(params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?> { ["client_id"] = _stage.AppId, ["scope"] = "openid profile offline_access" };
        foreach (var (name, value) in changes)
            form[name] = value;
        return _stage.PostTokenAsync($"/{_stage.TenantId}/oauth2/v2.0/devicecode", [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    private Task<TokenReply> PollAsync(TokenReply begun, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = GrantType,
            ["client_id"] = _stage.AppId,
            ["device_code"] = (string)begun.Body["device_code"]!,
        };
        foreach (var (name, value) in changes)
            form[name] = value;
        return _stage.TokenAsync(null, null, [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    private static void AssertRefused(TokenReply reply, string error, int code)
    {
        Assert.Equal(error, reply.Error);
        Assert.Equal(code, reply.Code);
        Assert.Equal(error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, reply.Status);
    }
}
