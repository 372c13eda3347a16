using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §1.2 (paths of v1.0), §1.3 last paragraph, §3.2 last points, §4.2 column v1.</summary>
public sealed class Version1Tests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §1.3: the issuer's trailing slash matters
    public async Task Discovery_names_the_old_issuer_and_endpoints()
    {
        var document = await _stage.JsonAsync($"/{_stage.TenantId}/.well-known/openid-configuration");
        Assert.Equal($"https://sts.windows.net/{_stage.TenantId}/", (string?)document["issuer"]);
        Assert.Equal($"{_stage.Url}/{_stage.TenantId}/oauth2/token", (string?)document["token_endpoint"]);
        var shared = await _stage.JsonAsync("/common/.well-known/openid-configuration");
        Assert.Equal("https://sts.windows.net/{tenantid}/", (string?)shared["issuer"]);

        // §1.4: keys of version 1 have no issuer.
        var keys = (JsonArray)(await _stage.JsonAsync($"/{_stage.TenantId}/discovery/keys"))["keys"]!;
        Assert.True(keys.Count >= 2);
        Assert.All(keys, key => Assert.False(((JsonObject)key!).ContainsKey("issuer")));
    }

    [Fact] // §3.2, §4.2
    public async Task A_sign_in_brings_version_1_tokens_and_a_refresh_an_unsigned_one()
    {
        var reply = await _stage
            .NewBrowser()
            .SignInAsync(Url(("resource", "https://graph.microsoft.com")), "mira@contoso.example", EmulatorStage.Password);
        var tokens = await RedeemAsync(("grant_type", "authorization_code"), ("code", reply["code"]));
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        // Numbers are strings, the resource is named, and a refresh token comes without being asked for.
        Assert.Equal(System.Text.Json.JsonValueKind.String, tokens.Body["expires_in"]!.GetValueKind());
        Assert.Equal("https://graph.microsoft.com", (string?)tokens.Body["resource"]);

        var idToken = (string)tokens.Body["id_token"]!;
        Assert.True(Jwt.Verifies(idToken, await _stage.JsonAsync($"/{_stage.TenantId}/discovery/keys")));
        var claims = Jwt.Payload(idToken);
        Assert.Equal($"https://sts.windows.net/{_stage.TenantId}/", (string?)claims["iss"]);
        Assert.Equal("1.0", (string?)claims["ver"]);
        Assert.Equal("pwd", (string?)claims["amr"]![0]);
        Assert.Equal("mira@contoso.example", (string?)claims["unique_name"]);
        Assert.Equal("mira@contoso.example", (string?)claims["upn"]);
        Assert.Equal("nonce-1", (string?)claims["nonce"]);
        Assert.False(claims.ContainsKey("preferred_username"));

        var refreshed = await RedeemAsync(("grant_type", "refresh_token"), ("refresh_token", (string)tokens.Body["refresh_token"]!));
        Assert.Equal("none", (string?)Jwt.Header((string)refreshed.Body["id_token"]!)["alg"]);
        Assert.EndsWith(".", (string)refreshed.Body["id_token"]!, StringComparison.Ordinal);
    }

    [Fact] // §2.1 resource; §2.6 rows 650057, 500011, 90009
    public async Task The_resource_must_be_in_the_registration()
    {
        var api = await _stage.AddApiAsync(1, "Orders.Read");
        Assert.Equal("650057", Code(await OpenAsync(("resource", $"api://{api.AppId}"))));
        Assert.Equal("500011", Code(await OpenAsync(("resource", "api://nobody"))));

        var scope = api.Api.Oauth2PermissionScopes[0].Id;
        _stage.Change(
            (Application application) =>
                application with
                {
                    RequiredResourceAccess = [new RequiredResourceAccess(api.AppId, [new ResourceAccess(scope, ResourceAccess.Scope)])],
                    IdentifierUris = [$"api://{application.AppId}"],
                }
        );
        Assert.Equal("90009", Code(await OpenAsync(("resource", $"api://{_stage.AppId}"))));

        _stage.Consent(_stage.AppId, $"api://{api.AppId}/Orders.Read");
        var reply = await _stage
            .NewBrowser()
            .SignInAsync(Url(("resource", $"api://{api.AppId}")), "mira@contoso.example", EmulatorStage.Password);
        var tokens = await RedeemAsync(("grant_type", "authorization_code"), ("code", reply["code"]));
        var claims = Jwt.Payload((string)tokens.Body["access_token"]!);
        Assert.Equal($"api://{api.AppId}", (string?)claims["aud"]);
        Assert.Equal("Orders.Read", (string?)claims["scp"]);
        Assert.Equal("1.0", (string?)claims["ver"]);
        Assert.Equal("1", (string?)claims["appidacr"]);
    }

    [Fact] // §3.1 by resource
    public async Task Client_credentials_name_a_resource()
    {
        var reply = await RedeemAsync(("grant_type", "client_credentials"), ("resource", "https://graph.microsoft.com"));
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("https://graph.microsoft.com", (string?)reply.Body["resource"]);
        Assert.Equal(900144, (await RedeemAsync(("grant_type", "client_credentials"))).Code);
    }

    [Fact] // §1.2 device code: older names, numbers as strings, a resource in place of scopes
    public async Task A_device_signs_in_at_version_1()
    {
        var begun = await BeginAsync(("resource", "https://graph.microsoft.com"));
        Assert.Equal(HttpStatusCode.OK, begun.Status);
        Assert.Equal(
            ["user_code", "device_code", "verification_url", "expires_in", "interval", "message"],
            begun.Body.Select(member => member.Key)
        );
        Assert.Equal(("900", "5"), ((string?)begun.Body["expires_in"], (string?)begun.Body["interval"]));
        Assert.Equal("authorization_pending", (await PollAsync(begun)).Error);

        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(new Uri((string)begun.Body["verification_url"]!).PathAndQuery);
        page = await browser.SubmitAsync(page, ("otc", (string)begun.Body["user_code"]!));
        page = await browser.PasswordAsync(await browser.UserNameAsync(page, "mira@contoso.example"), EmulatorStage.Password);
        Assert.Equal("You have signed in", (await browser.SubmitAsync(page, ("answer", "continue"))).Heading);

        _stage.Clock.Advance(TimeSpan.FromSeconds(5));
        var tokens = await PollAsync(begun);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal("https://graph.microsoft.com", (string?)tokens.Body["resource"]);
        Assert.Equal("1.0", (string?)Jwt.Payload((string)tokens.Body["id_token"]!)["ver"]);
        var refreshed = await _stage.PostTokenAsync(
            $"/{_stage.TenantId}/oauth2/token",
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("refresh_token", (string)tokens.Body["refresh_token"]!)
        );
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
    }

    [Theory]
    [InlineData(null, 900144)]
    [InlineData("api://nobody", 500011)]
    public async Task A_device_names_a_resource(string? resource, int code) =>
        Assert.Equal(code, (await BeginAsync(("resource", resource))).Code);

    [Fact] // version 1 serves no personal accounts
    public async Task Personal_accounts_need_version_2()
    {
        _stage.Change((Application application) => application with { SignInAudience = Application.MultiTenantAndPersonal });
        var page = await _stage.NewBrowser().OpenAsync(Url().Replace(_stage.TenantId, "consumers", StringComparison.Ordinal));
        Assert.Contains("AADSTS90027: ", page.Text, StringComparison.Ordinal);
    }

    private Task<TokenReply> BeginAsync((string Name, string? Value) resource) =>
        _stage.PostTokenAsync($"/{_stage.TenantId}/oauth2/devicecode", ("client_id", _stage.AppId), resource);

    /// <summary>As version 1 documents it: the short name of the grant, and <c>code</c>.</summary>
    private Task<TokenReply> PollAsync(TokenReply begun) =>
        _stage.PostTokenAsync(
            $"/{_stage.TenantId}/oauth2/token",
            ("grant_type", "device_code"),
            ("client_id", _stage.AppId),
            ("resource", "https://graph.microsoft.com"),
            ("code", (string)begun.Body["device_code"]!)
        );

    private string Url(params (string Name, string? Value)[] changes) =>
        _stage.AuthorizeUrl(null, changes).Replace("/oauth2/v2.0/", "/oauth2/", StringComparison.Ordinal);

    private Task<EmulatorBrowser.Page> OpenAsync(params (string Name, string? Value)[] changes) =>
        _stage.NewBrowser().OpenAsync(Url(changes));

    private static string Code(EmulatorBrowser.Page page) => page.Reply()["error_description"].Split(':')[0]["AADSTS".Length..];

    private Task<TokenReply> RedeemAsync(params (string Name, string? Value)[] form) =>
        _stage.PostTokenAsync(
            $"/{_stage.TenantId}/oauth2/token",
            [("client_id", _stage.AppId), ("client_secret", _stage.Secret), ("redirect_uri", EmulatorStage.RedirectUri), .. form]
        );
}
