using System.Net;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §3.1 (on behalf of), and access tokens for an API of one's own (§4.2, §4.3).</summary>
public sealed class OnBehalfOfTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;
    private Application _api = null!;
    private string _apiSecret = "";

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        _api = await _stage.AddApiAsync(2, "Orders.Read", "Orders.Write");
        _apiSecret = (string)(await _stage.PostAsync($"/applications/{_api.AppId}/secrets", new { }))["secretText"]!;
        _stage.Consent(_stage.AppId, $"api://{_api.AppId}/Orders.Read");
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task An_api_calls_the_next_one_for_the_same_person()
    {
        var reply = await ExchangeAsync(await ApiTokenAsync());
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        var claims = Jwt.Payload((string)reply.Body["access_token"]!);
        Assert.Equal("00000003-0000-0000-c000-000000000000", (string?)claims["aud"]);
        Assert.Equal(_stage.UserId, (string?)claims["oid"]);
        Assert.Equal(_api.AppId.ToString(), (string?)claims["appid"]);
        Assert.Equal("User.Read", (string?)claims["scp"]);
    }

    [Fact] // §2.6 row 65001 for the API itself; 50076 with a challenge that the API hands on
    public async Task Missing_consent_and_a_second_factor_come_back_to_the_api()
    {
        var token = await ApiTokenAsync();
        var reply = await ExchangeAsync(token, ("scope", "https://graph.microsoft.com/User.ReadBasic.All"));
        Assert.Equal((65001, "invalid_grant", "consent_required"), (reply.Code, reply.Error, (string?)reply.Body["suberror"]));
        _stage.Change((User user) => user with { IsMfaRegistered = true });
        _stage.Change((Tenant tenant) => tenant with { Policies = tenant.Policies with { SecurityDefaultsEnabled = true } });
        Assert.Equal((50076, "invalid_grant"), ((await ExchangeAsync(token)).Code, (await ExchangeAsync(token)).Error));
    }

    [Fact]
    public async Task Only_a_live_token_of_a_person_for_this_api_is_taken()
    {
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync());
        Assert.Equal(50013, (await ExchangeAsync((string)tokens.Body["access_token"]!)).Code); // Graph's: nobody else can use it
        Assert.Equal(50013, (await ExchangeAsync("nonsense")).Code);
        Assert.Equal(500131, (await ExchangeAsync((string)tokens.Body["id_token"]!)).Code);

        var own = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", $"api://{_api.AppId}/.default")
        );
        Assert.Equal(7000114, (await ExchangeAsync((string)own.Body["access_token"]!)).Code);

        var token = await ApiTokenAsync();
        Assert.Equal(50013, (await ExchangeAsync(token[..^4] + "AAAA")).Code);
        _stage.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(500133, (await ExchangeAsync(token)).Code);
    }

    [Theory]
    [InlineData("assertion", null, 900144)]
    [InlineData("requested_token_use", null, 900144)]
    [InlineData("requested_token_use", "other", 90023)]
    [InlineData("scope", null, 900144)]
    [InlineData("client_secret", null, 7000218)]
    public async Task A_malformed_exchange_is_refused(string name, string? value, int code) =>
        Assert.Equal(code, (await ExchangeAsync(await ApiTokenAsync(), (name, value))).Code);

    [Fact] // §4.2, §4.3: version by the resource, optional claims by the resource
    public async Task The_resource_decides_what_its_tokens_carry()
    {
        var claims = Jwt.Payload(await ApiTokenAsync());
        Assert.Equal(_api.AppId.ToString(), (string?)claims["aud"]);
        Assert.Equal("2.0", (string?)claims["ver"]);
        Assert.Equal("Orders.Read", (string?)claims["scp"]);
        Assert.Equal((_stage.AppId, "1"), ((string?)claims["azp"], (string?)claims["azpacr"]));
        Assert.Equal("mira@contoso.example", (string?)claims["preferred_username"]);
        Assert.DoesNotContain(claims, claim => claim.Key is "idtyp" or "xms_cc" or "email" or "acct");

        var changed = _api with
        {
            Api = _api.Api with { RequestedAccessTokenVersion = null },
            OptionalClaims = new OptionalClaims
            {
                AccessToken =
                [
                    new OptionalClaim("aud") { AdditionalProperties = ["use_guid"] },
                    new OptionalClaim("idtyp") { AdditionalProperties = ["include_user_token"] },
                    new OptionalClaim("xms_cc"),
                    new OptionalClaim("email"),
                    new OptionalClaim("acct"),
                ],
            },
            AppRoles = [new AppRole(Guid.CreateVersion7(), "Clerks", "Clerk")],
        };
        _stage.Directory.Write(changes => changes.Put(_stage.Directory.Applications, changed));
        await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/service-principals/{_api.AppId}/assignments",
            new { principalId = _stage.UserId, appRoleId = changed.AppRoles[0].Id }
        );
        claims = Jwt.Payload(await ApiTokenAsync(("claims", """{"access_token":{"xms_cc":{"values":["cp1"]}}}""")));
        Assert.Equal("1.0", (string?)claims["ver"]);
        Assert.Equal($"https://sts.windows.net/{_stage.TenantId}/", (string?)claims["iss"]);
        Assert.Equal(_api.AppId.ToString(), (string?)claims["aud"]);
        Assert.Equal("user", (string?)claims["idtyp"]);
        Assert.Equal("cp1", (string?)claims["xms_cc"]![0]);
        Assert.Equal("mira@contoso.example", (string?)claims["email"]);
        Assert.Equal(0, (int)claims["acct"]!);
        Assert.Equal("Clerk", (string?)claims["roles"]![0]);
    }

    [Fact] // §2.6 row 650053: a scope that the API does not have
    public async Task An_unknown_scope_of_an_api_is_650053()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("scope", $"openid api://{_api.AppId}/Nonsense")));
        Assert.StartsWith("AADSTS650053: ", page.Reply()["error_description"], StringComparison.Ordinal);
    }

    private async Task<string> ApiTokenAsync(params (string Name, string? Value)[] changes)
    {
        var code = await _stage.CodeAsync([("scope", $"openid api://{_api.AppId}/Orders.Read"), .. changes]);
        return (string)(await _stage.RedeemAsync(code)).Body["access_token"]!;
    }

    private Task<TokenReply> ExchangeAsync(string assertion, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer",
            ["client_id"] = _api.AppId.ToString(),
            ["client_secret"] = _apiSecret,
            ["assertion"] = assertion,
            ["requested_token_use"] = "on_behalf_of",
            ["scope"] = "https://graph.microsoft.com/User.Read",
        };
        foreach (var (name, value) in changes)
            form[name] = value;
        return _stage.TokenAsync(null, null, [.. form.Select(pair => (pair.Key, pair.Value))]);
    }
}
