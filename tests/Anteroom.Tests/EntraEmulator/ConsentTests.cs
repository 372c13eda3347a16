using System.Net;
using Anteroom.EntraEmulator.Objects;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §6: who may consent to what, the admin-consent endpoint, withdrawn consent.</summary>
public sealed class ConsentTests : IAsyncLifetime
{
    private const string Mira = "mira@contoso.example";
    private const string Dana = "dana@fabrikam.onmicrosoft.com";
    private const string Graph = "https://graph.microsoft.com";

    private EmulatorStage _stage = null!;
    private string _fabrikam = "";

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        await _stage.PatchAsync($"/applications/{_stage.AppId}", new { signInAudience = "AzureADMultipleOrgs" });
        _fabrikam = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        await AddAsync(Dana, isAdministrator: true);
        await AddAsync("sam@fabrikam.onmicrosoft.com", isAdministrator: false);
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact] // §6.3: the box decides whether the next person is asked
    [Trait("Capability", "IMP-03")]
    public async Task Without_the_box_only_the_administrator_has_consented()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(Url(), Dana, EmulatorStage.Password);
        Assert.Contains("code", (await browser.SubmitAsync(page, ("answer", "accept"))).Reply().Keys);
        Assert.Equal("Permissions requested", (await SamAsync(Url())).Heading);

        var again = await browser.OpenAsync(Url(("prompt", "consent")));
        Assert.Equal("Permissions requested", again.Heading);
        await browser.SubmitAsync(again, ("answer", "accept"), ("organization", "on"));
        Assert.Contains("code", (await SamAsync(Url())).Reply().Keys);
    }

    [Fact] // §6.4: an ordinary person sees no box and may consent to what is harmless
    public async Task An_ordinary_person_consents_for_himself()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(Url(), "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        Assert.Equal("Permissions requested", page.Heading);
        Assert.DoesNotContain("Consent on behalf of your organization", page.Text, StringComparison.Ordinal);

        // A forged box does nothing.
        await browser.SubmitAsync(page, ("answer", "accept"), ("organization", "on"));
        await AddAsync("pia@fabrikam.onmicrosoft.com", isAdministrator: false);
        using var other = _stage.NewBrowser();
        Assert.Equal(
            "Permissions requested",
            (await other.EnterAsync(Url(), "pia@fabrikam.onmicrosoft.com", EmulatorStage.Password)).Heading
        );
    }

    [Theory] // §6.4 rows 2, 4 and 5
    [InlineData("openid User.Read.All", "allowed", false, 90094)]
    [InlineData("openid", "none", false, 90094)]
    [InlineData("openid", "allowed", true, 90094)]
    [InlineData("openid User.ReadBasic.All", "allowed", false, 900941)]
    [InlineData("openid User.ReadBasic.All", "lowRisk", false, 90094)]
    public async Task Some_consents_need_an_administrator(string scope, string policy, bool isAssignmentRequired, int code)
    {
        var tenant = _stage.Directory.Tenants.Find(Guid.Parse(_fabrikam))!;
        _stage.Directory.Write(changes =>
            changes.Put(_stage.Directory.Tenants, tenant with { Policies = tenant.Policies with { UserConsent = policy } })
        );
        if (isAssignmentRequired)
        {
            await _stage.ControlAsync(
                HttpMethod.Put,
                $"/tenants/{_fabrikam}/service-principals/{_stage.AppId}",
                new { appRoleAssignmentRequired = true }
            );
            var sam = _stage.Directory.UsersByName.First("sam@fabrikam.onmicrosoft.com")!;
            await _stage.PostAsync($"/tenants/{_fabrikam}/service-principals/{_stage.AppId}/assignments", new { principalId = sam.Id });
        }
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(Url(("scope", scope)), "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        Assert.Equal("Need admin approval", page.Heading);
        Assert.Contains($"AADSTS{code}: ", page.Text, StringComparison.Ordinal);

        // Back to the application, as Entra does.
        var reply = (await browser.SubmitAsync(page, ("answer", "back"))).Reply();
        Assert.Equal("access_denied", reply["error"]);
        Assert.StartsWith("AADSTS90094: ", reply["error_description"], StringComparison.Ordinal);

        // §2.5 D
        var silent = (await browser.OpenAsync(Url(("scope", scope), ("prompt", "none")))).Reply();
        Assert.Equal("consent_required", silent["error"]);
    }

    [Fact] // §6.4: the page offers another account, and an administrator goes on from there
    public async Task The_page_lets_an_administrator_take_over()
    {
        var url = Url(("scope", "openid User.Read.All"));
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(url, "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        page = await browser.SubmitAsync(page, ("answer", "switch"));
        Assert.Equal("Sign in", page.Heading);
        page = await browser.PasswordAsync(await browser.UserNameAsync(page, Dana), EmulatorStage.Password);
        Assert.Contains("Consent on behalf of your organization", page.Text, StringComparison.Ordinal);
        Assert.Contains("code", (await browser.SubmitAsync(page, ("answer", "accept"))).Reply().Keys);
    }

    [Fact] // §6.4 row 3 and §2.6 row 90095
    public async Task With_the_workflow_on_approval_can_be_requested()
    {
        var tenant = _stage.Directory.Tenants.Find(Guid.Parse(_fabrikam))!;
        _stage.Directory.Write(changes =>
            changes.Put(_stage.Directory.Tenants, tenant with { Policies = tenant.Policies with { AdminConsentRequestsEnabled = true } })
        );
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(Url(("scope", "User.Read.All")), "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        Assert.Equal("Approval required", page.Heading);
        var reply = (await browser.SubmitAsync(page, ("justification", "I need it"), ("answer", "request"))).Reply();
        Assert.StartsWith("AADSTS90095: ", reply["error_description"], StringComparison.Ordinal);
    }

    [Fact] // §2.6 row 65001: at the refresh, with its suberror; and the next sign-in asks anew
    public async Task Withdrawn_consent_ends_refreshes_and_asks_again()
    {
        var tokens = await _stage.RedeemAsync(await _stage.CodeAsync(("scope", "openid offline_access")));
        var principal = _stage.Directory.FindServicePrincipal(_stage.Tenant.Id, _stage.Application.AppId)!;
        _stage.Server.Get<ConsentRegister>().Withdraw(principal);

        var refused = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "refresh_token"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("refresh_token", (string)tokens.Body["refresh_token"]!)
        );
        Assert.Equal((65001, "invalid_grant", "consent_required"), (refused.Code, refused.Error, (string?)refused.Body["suberror"]));
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), Mira, EmulatorStage.Password);
        Assert.Equal("Permissions requested", page.Heading);
    }

    [Fact] // §6.2: success by query, no code, no token; application permissions come with .default
    public async Task The_admin_consent_endpoint_consents_for_everybody()
    {
        var role = MicrosoftGraph.FindRole("User.Read.All")!;
        var scope = MicrosoftGraph.FindScope("User.Read")!;
        _stage.Change(
            (Application application) =>
                application with
                {
                    RequiredResourceAccess =
                    [
                        new RequiredResourceAccess(
                            MicrosoftGraph.AppId,
                            [new ResourceAccess(role.Id, ResourceAccess.Role), new ResourceAccess(scope.Id, ResourceAccess.Scope)]
                        ),
                    ],
                }
        );
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(AdminConsentUrl("organizations"), Dana, EmulatorStage.Password);
        Assert.Contains("Review for your organization", page.Text, StringComparison.Ordinal);
        Assert.Contains("User.Read.All", page.Text, StringComparison.Ordinal);

        page = await browser.SubmitAsync(page, ("answer", "accept"));
        Assert.StartsWith(EmulatorStage.RedirectUri + "?admin_consent=True&tenant=", page.Location, StringComparison.Ordinal);
        var reply = page.Reply();
        Assert.Equal(_fabrikam, reply["tenant"]);
        Assert.Equal("s1", reply["state"]);
        Assert.Equal($"{Graph}/.default", reply["scope"]);
        Assert.DoesNotContain("code", reply.Keys);

        // The application can act as itself there now, and nobody is asked any more.
        var token = await _stage.TokenAsync(
            _fabrikam,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", $"{Graph}/.default")
        );
        Assert.Equal("User.Read.All", (string?)Jwt.Payload((string)token.Body["access_token"]!)["roles"]![0]);
        Assert.Contains("code", (await SamAsync(Url(("scope", $"{Graph}/User.Read")))).Reply().Keys);
    }

    [Fact] // §6.2: version 1 has no scope, allows common, and answers without scope
    public async Task Version_1_of_the_endpoint_needs_no_scope()
    {
        using var browser = _stage.NewBrowser();
        var url = $"/common/adminconsent?client_id={_stage.AppId}&redirect_uri={Uri.EscapeDataString(EmulatorStage.RedirectUri)}&state=s1";
        var page = await browser.EnterAsync(url, Dana, EmulatorStage.Password);
        var reply = (await browser.SubmitAsync(page, ("answer", "accept"))).Reply();
        Assert.Equal("True", reply["admin_consent"]);
        Assert.DoesNotContain("scope", reply.Keys);
    }

    [Theory] // §6.2: three forms of a declined admin consent are reported
    [InlineData("consentRequired", "consent_required")]
    [InlineData("permissionDenied", "permission_denied")]
    [InlineData("accessDenied", "access_denied")]
    public async Task A_declined_admin_consent_comes_back_in_the_form_that_is_set(string form, string error)
    {
        await _stage.PatchAsync("/settings", new { adminConsentRefusal = form });
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(AdminConsentUrl(_fabrikam), Dana, EmulatorStage.Password);
        var reply = (await browser.SubmitAsync(page, ("answer", "cancel"))).Reply();
        Assert.Equal("True", reply["admin_consent"]);
        Assert.Equal(error, reply["error"]);
        Assert.Equal("s1", reply["state"]);
    }

    [Fact] // §6.4: who is no administrator cannot
    public async Task Who_is_no_administrator_needs_one()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(AdminConsentUrl(_fabrikam), "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        Assert.Equal("Need admin approval", page.Heading);
        // A forged acceptance is refused.
        Assert.Contains(
            "AADSTS165000: ",
            (await browser.SubmitAsync(page, ("step", "consent"), ("answer", "accept"))).Text,
            StringComparison.Ordinal
        );
    }

    [Theory] // §2.6 row 9002328, §6.2
    [InlineData("common", 9002328)]
    [InlineData("consumers", 9002328)]
    public async Task The_endpoint_is_not_for_personal_accounts(string tenant, int code)
    {
        Assert.Contains($"AADSTS{code}: ", (await _stage.NewBrowser().OpenAsync(AdminConsentUrl(tenant))).Text, StringComparison.Ordinal);
    }

    [Fact] // §4.2: consent may be for several resources, a token is for one
    public async Task Several_resources_are_consented_to_and_the_first_ones_token_is_issued()
    {
        var api = await _stage.AddApiAsync(2, "Orders.Read");
        using var browser = _stage.NewBrowser();
        var url = _stage.AuthorizeUrl(null, ("scope", $"openid offline_access api://{api.AppId}/Orders.Read User.Read"));
        var page = await browser.EnterAsync(url, Mira, EmulatorStage.Password);
        Assert.Equal("Permissions requested", page.Heading);
        var reply = (await browser.SubmitAsync(page, ("answer", "accept"))).Reply();
        var tokens = await _stage.RedeemAsync(reply["code"]);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal(api.AppId.ToString(), (string?)Jwt.Payload((string)tokens.Body["access_token"]!)["aud"]);
    }

    private string Url(params (string Name, string? Value)[] changes) => _stage.AuthorizeUrl(_fabrikam, changes);

    private string AdminConsentUrl(string tenant) =>
        $"/{tenant}/v2.0/adminconsent?client_id={_stage.AppId}&redirect_uri={Uri.EscapeDataString(EmulatorStage.RedirectUri)}"
        + $"&state=s1&scope={Uri.EscapeDataString($"{Graph}/.default")}";

    private async Task<EmulatorBrowser.Page> SamAsync(string url) =>
        await _stage.NewBrowser().EnterAsync(url, "sam@fabrikam.onmicrosoft.com", EmulatorStage.Password);

    private Task<System.Text.Json.Nodes.JsonObject> AddAsync(string name, bool isAdministrator) =>
        _stage.PostAsync(
            $"/tenants/{_fabrikam}/users",
            new
            {
                userPrincipalName = name,
                displayName = name.Split('@')[0],
                password = EmulatorStage.Password,
                isAdministrator,
            }
        );
}
