using System.Net;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1 (password) and §2.6 rows 50126 to 50057; the same states on the pages.</summary>
public sealed class PasswordGrantTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_password_buys_tokens()
    {
        var reply = await AskAsync(EmulatorStage.Password);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(_stage.UserId, (string?)Jwt.Payload((string)reply.Body["id_token"]!)["oid"]);
        Assert.True(reply.Body.ContainsKey("refresh_token"));
    }

    [Fact] // §3.1: blocked by MFA
    public async Task It_ends_where_a_second_factor_begins()
    {
        _stage.Change((Tenant tenant) => tenant with { Policies = tenant.Policies with { SecurityDefaultsEnabled = true } });
        var reply = await AskAsync(EmulatorStage.Password);
        Assert.Equal((50079, "invalid_grant", "basic_action"), (reply.Code, reply.Error, (string?)reply.Body["suberror"]));
        _stage.Change((User user) => user with { IsMfaRegistered = true });
        Assert.Equal(50076, (await AskAsync(EmulatorStage.Password)).Code);
    }

    [Fact] // §2.6 rows 50126, 50034, 50056, 50057, 50053
    public async Task Wrong_accounts_and_passwords_have_their_codes()
    {
        Assert.Equal(50126, (await AskAsync("wrong")).Code);
        Assert.Equal(50034, (await AskAsync("x", ("username", "nobody@contoso.example"))).Code);
        var hash = _stage.User.PasswordHash;
        _stage.Change((User user) => user with { PasswordHash = null });
        Assert.Equal(50056, (await AskAsync("x")).Code);
        _stage.Change((User user) => user with { PasswordHash = hash, AccountEnabled = false });
        Assert.Equal(50057, (await AskAsync(EmulatorStage.Password)).Code);
    }

    [Fact] // §2.6 row 50053: smart lock-out, over after a minute
    public async Task Ten_failures_lock_the_account_for_a_minute()
    {
        for (var i = 0; i < 9; i++)
            Assert.Equal(50126, (await AskAsync("wrong")).Code);
        Assert.Equal(50053, (await AskAsync("wrong")).Code);
        Assert.Equal(50053, (await AskAsync(EmulatorStage.Password)).Code);
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Contains("AADSTS50053: ", page.Text, StringComparison.Ordinal);
        _stage.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(EmulatorStage.Password)).Status);
    }

    [Fact] // §2.6 row 50055: 401, error and suberror, and where to change it; on the pages it is changed at once
    public async Task An_expired_password_is_told_and_can_be_changed()
    {
        _stage.Change((User user) => user with { ForceChangePasswordNextSignIn = true });
        var reply = await AskAsync(EmulatorStage.Password);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Equal("user_password_expired", reply.Error);
        Assert.Equal("user_password_expired", (string?)reply.Body["suberror"]);
        Assert.True(reply.Body.ContainsKey("password_change_url"));

        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("Update your password", page.Heading);
        var weak = await browser.SubmitAsync(page, Form("short", "short"));
        Assert.Contains("AADSTS120002: ", weak.Text, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(page, Form("a new long password", "a new long password"));
        Assert.Contains("code", done.Reply().Keys);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync("a new long password")).Status);

        static (string, string)[] Form(string wanted, string repeated) =>
            [("current", EmulatorStage.Password), ("wanted", wanted), ("repeated", repeated), ("step", "change")];
    }

    [Fact] // a domain's password validity
    public async Task A_password_older_than_the_domain_allows_has_expired()
    {
        _stage.Change(
            (Tenant tenant) =>
                tenant with
                {
                    Domains = [.. tenant.Domains.Select(domain => domain with { PasswordValidityPeriodInDays = 90 })],
                }
        );
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(EmulatorStage.Password)).Status);
        _stage.Clock.Advance(TimeSpan.FromDays(90));
        Assert.Equal(50055, (await AskAsync(EmulatorStage.Password)).Code);
        _stage.Change((User user) => user with { PasswordPolicies = "DisablePasswordExpiration" });
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(EmulatorStage.Password)).Status);
    }

    [Theory] // §2.6 row 9001023; §3.4: never across origins
    [InlineData("common", 50194)]
    [InlineData("consumers", 9002332)]
    public async Task Shared_paths_are_refused(string tenant, int code)
    {
        var reply = await _stage.TokenAsync(tenant, null, Form(EmulatorStage.Password));
        Assert.Contains(reply.Code, new[] { code, 9001023 });
    }

    private Task<TokenReply> AskAsync(string password, params (string Name, string? Value)[] changes)
    {
        var form = Form(password).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        foreach (var (name, value) in changes)
            form[name] = value;
        return _stage.TokenAsync(null, null, [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    private (string, string?)[] Form(string password) =>
        [
            ("grant_type", "password"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("username", Mira),
            ("password", password),
            ("scope", "openid profile offline_access"),
        ];
}
