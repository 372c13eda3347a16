using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator;
using Anteroom.EntraEmulator.Objects;
using Anteroom.EntraEmulator.Signing;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §1.1 (clouds), §1.2 (user realm), §1.4 (keys of one application), §9.5 (token-lifetime policies).</summary>
public sealed class CloudAndRealmTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // §1.3, last table
    [InlineData("usGovernment", "microsoftonline.us", "USGov", "https://sts.windows.net/")]
    [InlineData("china", "partner.microsoftonline.cn", "CN", "https://sts.chinacloudapi.cn/")]
    public async Task Documents_have_the_shape_of_the_configured_cloud(string cloud, string instance, string region, string oldIssuer)
    {
        await _stage.PatchAsync("/settings", new { cloud });
        var document = await _stage.JsonAsync($"/{_stage.TenantId}/v2.0/.well-known/openid-configuration");
        Assert.Equal((instance, region), ((string?)document["cloud_instance_name"], (string?)document["tenant_region_scope"]));
        var keys = (JsonArray)(await _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys"))["keys"]!;
        Assert.All(keys, key => Assert.Equal(instance, (string?)key!["cloud_instance_name"]));
        Assert.Equal(
            $"{oldIssuer}{_stage.TenantId}/",
            (string?)(await _stage.JsonAsync($"/{_stage.TenantId}/.well-known/openid-configuration"))["issuer"]
        );
        Assert.Null((await _stage.JsonAsync("/common/v2.0/.well-known/openid-configuration"))["tenant_region_scope"]);
    }

    [Fact] // §1.1: in China the endpoint's host may be an alias, the issuer's is not; instance discovery lists both
    public async Task A_host_of_a_real_cloud_is_that_cloud()
    {
        await using var stage = await EmulatorStage.StartAsync(
            new EmulatorOptions { HttpsPort = null, PublicHosts = ["login.chinacloudapi.cn"] }
        );
        var port = stage.Server.Http!.Port;
        var document = await GetAsync(stage, "login.chinacloudapi.cn", $"/{stage.TenantId}/v2.0/.well-known/openid-configuration");
        Assert.Equal($"http://login.partner.microsoftonline.cn:{port}/{stage.TenantId}/v2.0", (string?)document["issuer"]);
        Assert.Equal($"http://login.chinacloudapi.cn:{port}/{stage.TenantId}/oauth2/v2.0/token", (string?)document["token_endpoint"]);
        Assert.Equal("microsoftgraph.chinacloudapi.cn", (string?)document["msgraph_host"]);

        var instance = await GetAsync(stage, "login.chinacloudapi.cn", "/common/discovery/instance?api-version=1.1");
        var aliases = ((JsonArray)instance["metadata"]![0]!["aliases"]!).Select(alias => (string?)alias);
        Assert.Equal(["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"], aliases);
    }

    [Fact] // §1.2: managed, federated, unknown
    public async Task The_user_realm_tells_whose_domain_it_is()
    {
        Assert.Equal("Managed", (string?)(await RealmAsync("mira@contoso.example"))["account_type"]);
        Assert.Equal("Unknown", (string?)(await RealmAsync("mira@nobody.example"))["account_type"]);
        var federation = new DomainFederation(Guid.CreateVersion7(), "ADFS", "https://adfs.example/trust", "https://adfs.example/ls")
        {
            MetadataExchangeUri = "https://adfs.example/mex",
        };
        _stage.Change(
            (Tenant tenant) =>
                tenant with
                {
                    Domains =
                    [
                        .. tenant.Domains.Select(domain =>
                            domain.IsInitial
                                ? domain
                                : domain with
                                {
                                    AuthenticationType = Domain.Federated,
                                    FederationConfiguration = federation,
                                }
                        ),
                    ],
                }
        );
        var realm = await RealmAsync("mira@contoso.example");
        Assert.Equal(("Federated", "WSTrust"), ((string?)realm["account_type"], (string?)realm["federation_protocol"]));
        Assert.Equal("https://adfs.example/mex", (string?)realm["federation_metadata_url"]);
    }

    [Fact] // §1.4, last point: "kid not found" for one customer only
    public async Task An_application_with_a_key_of_its_own_needs_the_appid()
    {
        var principal = _stage.Directory.FindServicePrincipal(_stage.Tenant.Id, _stage.Application.AppId)!;
        _stage.Server.Get<KeyRing>().AddOwn(principal);
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync());
        var token = (string)tokens.Body["id_token"]!;
        Assert.False(Jwt.Verifies(token, await _stage.JsonAsync($"/{_stage.TenantId}/discovery/v2.0/keys")));

        var document = await _stage.JsonAsync($"/{_stage.TenantId}/v2.0/.well-known/openid-configuration?appid={_stage.AppId}");
        var address = new Uri((string)document["jwks_uri"]!);
        Assert.Equal($"?appid={_stage.AppId}", address.Query);
        Assert.True(Jwt.Verifies(token, await _stage.JsonAsync(address.PathAndQuery)));

        // Everybody's keys may all go; this one stays.
        _stage.Server.Get<KeyRing>().Replace();
        Assert.True(Jwt.Verifies(token, await _stage.JsonAsync(address.PathAndQuery)));
    }

    [Fact] // §9.5: 10 minutes to a day, by tokenLifetimePolicy
    public async Task A_token_lifetime_policy_sets_the_life_of_tokens()
    {
        var policy = new StsPolicy(
            Guid.CreateVersion7(),
            _stage.Tenant.Id,
            StsPolicy.TokenLifetime,
            "Eight hours",
            ["""{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}"""]
        )
        {
            IsOrganizationDefault = true,
        };
        Save(policy);
        Assert.Equal(28_800, (int)(await _stage.RedeemAsync(await _stage.CodeAsync())).Body["expires_in"]!);

        // Out of range, or no JSON: as if there were none.
        foreach (var definition in new[] { "00:05:00", "1.00:00:01", "nonsense" })
        {
            Save(policy with { Definition = [$$$"""{"TokenLifetimePolicy":{"AccessTokenLifetime":"{{{definition}}}"}}"""] });
            Assert.InRange((int)(await _stage.RedeemAsync(await _stage.CodeAsync())).Body["expires_in"]!, 3600, 5400);
        }
    }

    [Fact] // §9.3: who handles challenges gets long Graph tokens
    public async Task The_capability_cp1_makes_graph_tokens_long()
    {
        const string claims = """{"access_token":{"xms_cc":{"values":["cp1"]}}}""";
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync(("claims", claims)));
        Assert.InRange((int)tokens.Body["expires_in"]!, 72_000, 100_800);
        var own = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "https://graph.microsoft.com/.default"),
            ("claims", claims)
        );
        Assert.Equal(86_399, (int)own.Body["expires_in"]!);
    }

    [Fact] // §5: an invited guest redeems once, and is sent where the invitation says
    public async Task A_guest_redeems_an_invitation()
    {
        var fabrikam = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        await _stage.PostAsync(
            $"/tenants/{fabrikam}/users",
            new
            {
                userPrincipalName = "dana@fabrikam.onmicrosoft.com",
                displayName = "Dana",
                password = EmulatorStage.Password,
            }
        );
        var made = await _stage.PostAsync($"/tenants/{_stage.TenantId}/users", new { homeUser = "dana@fabrikam.onmicrosoft.com" });
        var guest = _stage.Directory.Users.Find(Guid.Parse((string)made["id"]!))! with { ExternalUserState = User.PendingAcceptance };
        var invitation = new Invitation(
            Guid.CreateVersion7(),
            _stage.Tenant.Id,
            guest.Id,
            "dana@fabrikam.onmicrosoft.com",
            "https://apps.example/welcome",
            "ticket-1"
        );
        _stage.Directory.Write(changes =>
        {
            changes.Put(_stage.Directory.Users, guest);
            changes.Put(_stage.Directory.Invitations, invitation);
        });

        using var browser = _stage.NewBrowser();
        var page = await browser.PasswordAsync(await browser.OpenAsync("/redeem?ticket=ticket-1"), EmulatorStage.Password);
        Assert.Equal("Review permissions", page.Heading);
        Assert.Contains("Contoso would like to:", page.Text, StringComparison.Ordinal);

        // §2.6 row 50014: not yet
        var silent = (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply();
        Assert.StartsWith("AADSTS50014: ", silent["error_description"], StringComparison.Ordinal);

        Assert.Equal("https://apps.example/welcome", (await browser.SubmitAsync(page, ("answer", "accept"))).Location);
        Assert.Equal(User.Accepted, _stage.Directory.Users.Find(guest.Id)!.ExternalUserState);
        Assert.True(_stage.Directory.Invitations.Find(invitation.Id)!.IsRedeemed);
        Assert.Contains("code", (await browser.OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")))).Reply().Keys);
        Assert.Contains("AADSTS9002313: ", (await browser.OpenAsync("/redeem?ticket=nonsense")).Text, StringComparison.Ordinal);
    }

    private void Save(StsPolicy policy) => _stage.Directory.Write(changes => changes.Put(_stage.Directory.StsPolicies, policy));

    private Task<JsonObject> RealmAsync(string user) => _stage.JsonAsync($"/common/userrealm/{Uri.EscapeDataString(user)}?api-version=1.0");

    private static async Task<JsonObject> GetAsync(EmulatorStage stage, string host, string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, stage.Url + path);
        request.Headers.Host = $"{host}:{stage.Server.Http!.Port}";
        using var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
