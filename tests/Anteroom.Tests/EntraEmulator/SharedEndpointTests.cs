using System.Net;
using System.Text.Json.Nodes;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §1.2: who may come in at <c>common</c>, <c>organizations</c>, <c>consumers</c> and a named tenant.</summary>
public sealed class SharedEndpointTests : IAsyncLifetime
{
    private const string Consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";
    private const string Mira = "mira@contoso.example";
    private const string Personal = "pat@outlook.example";

    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        await _stage.PostAsync(
            "/tenants",
            new
            {
                displayName = "Microsoft account",
                tenantId = Consumers,
                initialDomain = "outlook.example",
            }
        );
        await _stage.PostAsync(
            $"/tenants/{Consumers}/users",
            new
            {
                userPrincipalName = Personal,
                displayName = "Pat",
                password = EmulatorStage.Password,
            }
        );
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // audience × path × account; a code, consent, or the refusal's number
    [InlineData("AzureADMyOrg", "common", Mira, 50194)]
    [InlineData("AzureADMyOrg", "consumers", Personal, 9002332)]
    [InlineData("AzureADMultipleOrgs", "common", Mira, 0)]
    [InlineData("AzureADMultipleOrgs", "organizations", Mira, 0)]
    [InlineData("AzureADMultipleOrgs", "common", Personal, 500200)]
    [InlineData("AzureADMultipleOrgs", "organizations", Personal, 500200)]
    [InlineData("AzureADMultipleOrgs", "consumers", Personal, 9002332)]
    [InlineData("AzureADandPersonalMicrosoftAccount", "common", Mira, 0)]
    [InlineData("AzureADandPersonalMicrosoftAccount", "common", Personal, 0)]
    [InlineData("AzureADandPersonalMicrosoftAccount", "organizations", Personal, 500200)]
    [InlineData("AzureADandPersonalMicrosoftAccount", "consumers", Personal, 0)]
    [InlineData("AzureADandPersonalMicrosoftAccount", Consumers, Personal, 0)]
    [InlineData("AzureADandPersonalMicrosoftAccount", "consumers", Mira, 500208)]
    [InlineData("PersonalMicrosoftAccount", "consumers", Personal, 0)]
    [InlineData("PersonalMicrosoftAccount", "organizations", Mira, 9002331)]
    [InlineData("PersonalMicrosoftAccount", "contoso.example", Mira, 9002331)]
    public async Task Audience_path_and_account_decide(string audience, string path, string account, int code)
    {
        _stage.Change((Application application) => application with { SignInAudience = audience });
        using var browser = _stage.NewBrowser();
        var page = await browser.OpenAsync(_stage.AuthorizeUrl(path));
        if (page.Heading == "Sign in" && page.Html.Contains("name=\"loginfmt\"", StringComparison.Ordinal))
            page = await browser.PasswordAsync(await browser.UserNameAsync(page, account), EmulatorStage.Password);
        if (page.Heading == "Permissions requested")
            page = await browser.SubmitAsync(page, ("answer", "accept"));
        if (code != 0)
        {
            Assert.Null(page.Location);
            Assert.Contains($"AADSTS{code}: ", page.Text, StringComparison.Ordinal);
            return;
        }
        var tokens = await _stage.TokenAsync(
            path,
            null,
            ("grant_type", "authorization_code"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("code", page.Reply()["code"]),
            ("redirect_uri", EmulatorStage.RedirectUri)
        );
        Assert.Equal(HttpStatusCode.OK, tokens.Status);

        // §1.6: the issuer names the account's tenant, and the key's issuer agrees after the replacement.
        var token = (string)tokens.Body["id_token"]!;
        var tid = account == Personal ? Consumers : _stage.TenantId;
        Assert.Equal($"{_stage.Url}/{tid}/v2.0", (string?)Jwt.Payload(token)["iss"]);
        var keys = (JsonArray)(await _stage.JsonAsync("/common/discovery/v2.0/keys"))["keys"]!;
        var key = keys.First(key => (string?)key!["kid"] == (string?)Jwt.Header(token)["kid"])!;
        Assert.Equal($"{_stage.Url}/{tid}/v2.0", ((string)key["issuer"]!).Replace("{tenantid}", tid, StringComparison.Ordinal));
    }

    [Fact] // §1.2, §1.3: consumers is interchangeable with its GUID
    public async Task Consumers_has_documents_of_its_own()
    {
        foreach (var path in new[] { "consumers", Consumers })
        {
            var document = await _stage.JsonAsync($"/{path}/v2.0/.well-known/openid-configuration");
            Assert.Equal($"{_stage.Url}/{Consumers}/v2.0", (string?)document["issuer"]);
            Assert.Equal($"{_stage.Url}/consumers/oauth2/v2.0/token", (string?)document["token_endpoint"]);
        }
        var keys = (JsonArray)(await _stage.JsonAsync("/consumers/discovery/v2.0/keys"))["keys"]!;
        Assert.Equal($"{_stage.Url}/{Consumers}/v2.0", (string?)Assert.Single(keys)!["issuer"]);
    }

    [Fact] // §1.2: a guest is signed in to a resource tenant only by naming it
    public async Task A_guest_comes_in_only_where_the_tenant_is_named()
    {
        _stage.Change((Application application) => application with { SignInAudience = Application.MultiTenant });
        var fabrikam = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        await _stage.PostAsync(
            $"/tenants/{fabrikam}/users",
            new
            {
                userPrincipalName = "dana@fabrikam.onmicrosoft.com",
                displayName = "Dana",
                password = EmulatorStage.Password,
                isAdministrator = true,
            }
        );
        await _stage.PostAsync($"/tenants/{_stage.TenantId}/users", new { homeUser = "dana@fabrikam.onmicrosoft.com" });

        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl("common"), "dana@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        var home = (await browser.SubmitAsync(page, ("answer", "accept"))).Reply()["code"];
        var tokens = await _stage.TokenAsync("common", null, Redeem(home));
        Assert.Equal(fabrikam, (string?)Jwt.Payload((string)tokens.Body["id_token"]!)["tid"]);

        var there = (await browser.OpenAsync(_stage.AuthorizeUrl())).Reply()["code"];
        Assert.Equal(_stage.TenantId, (string?)Jwt.Payload((string)(await _stage.RedeemAsync(there)).Body["id_token"]!)["tid"]);
    }

    private (string, string?)[] Redeem(string code) =>
        [
            ("grant_type", "authorization_code"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("code", code),
            ("redirect_uri", EmulatorStage.RedirectUri),
        ];
}
