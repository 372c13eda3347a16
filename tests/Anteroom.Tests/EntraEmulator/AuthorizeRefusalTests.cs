using System.Net;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §2.5 (where an error shows up) and §2.6 (the catalogue), at the authorize endpoint.</summary>
public sealed class AuthorizeRefusalTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory] // §2.6 row 50011: scheme, host, slash and case all count
    [Trait("Capability", "HEC-28")]
    [InlineData("http://rp.example/callback")]
    [InlineData("https://www.rp.example/callback")]
    [InlineData("https://rp.example/callback/")]
    [InlineData("https://rp.example/Callback")]
    [InlineData("https://rp.example/callback?x=1")]
    public async Task An_unregistered_redirect_uri_stays_on_the_page_with_50011(string uri)
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("redirect_uri", uri)));
        AssertPage(page, 50011, $"The redirect URI '{uri}' specified in the request does not match");
    }

    [Fact] // §2.6 row 700016
    public async Task An_unknown_application_stays_on_the_page_with_700016()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("client_id", "6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f")));
        AssertPage(
            page,
            700016,
            "Application with identifier '6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f' was not found in the directory 'Contoso'"
        );
    }

    [Fact] // §2.6 row 700016: the application exists, but in another tenant
    public async Task A_single_tenant_application_is_unknown_elsewhere()
    {
        var fabrikam = await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" });
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl((string)fabrikam["id"]!));
        AssertPage(page, 700016, "was not found in the directory 'Fabrikam'");
    }

    [Theory] // §2.6 row 90002
    [InlineData("00000000-1111-4000-8000-1a2b3c4d5e6f")]
    [InlineData("nobody.example")]
    public async Task An_unknown_tenant_stays_on_the_page_with_90002(string tenant)
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(tenant));
        AssertPage(page, 90002, $"Tenant '{tenant}' not found.");
    }

    [Theory] // §2.6 row 50194
    [InlineData("common")]
    [InlineData("organizations")]
    public async Task A_single_tenant_application_is_refused_at_shared_endpoints(string tenant)
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(tenant));
        AssertPage(page, 50194, "is not configured as a multi-tenant application");
    }

    [Theory] // §2.3 and §2.6 row 700054: a redirect, by fragment because a token was asked
    [InlineData("id_token")]
    [InlineData("code id_token")]
    public async Task An_id_token_without_the_box_is_redirected_with_700054(string type)
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("response_type", type)));
        AssertRedirect(page, "unsupported_response_type", "AADSTS700054: response_type 'id_token' is not enabled for the application.");
        Assert.StartsWith(EmulatorStage.RedirectUri + "#", page.Location, StringComparison.Ordinal);
    }

    [Fact] // §3.4 and §2.6 row 9002325
    public async Task A_single_page_application_must_send_a_challenge()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("redirect_uri", EmulatorStage.SpaRedirectUri)));
        AssertRedirect(page, "invalid_request", "AADSTS9002325: Proof Key for Code Exchange is required");
    }

    [Theory] // §2.6: shape of the request, after the redirect URI is trusted
    [InlineData("response_type", null, "invalid_request", 900144)]
    [InlineData("response_type", "magic", "unsupported_response_type", 70005)]
    [InlineData("response_mode", "pigeon", "invalid_request", 90023)]
    [InlineData("scope", null, "invalid_request", 900144)]
    [InlineData("scope", "openid Nonsense.Read", "invalid_client", 650053)]
    [InlineData("scope", "openid api://not-registered/x", "invalid_resource", 500011)]
    [InlineData("scope", "openid https://graph.microsoft.com/.default User.Read", "invalid_scope", 70011)]
    [InlineData("prompt", "whatever", "invalid_request", 90023)]
    [InlineData("code_challenge", "short", "invalid_request", 501491)]
    [InlineData("resource", "https://graph.microsoft.com", "invalid_request", 901002)]
    public async Task A_malformed_request_is_told_to_the_application(string name, string? value, string error, int code)
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, (name, value)));
        AssertRedirect(page, error, $"AADSTS{code}: ");
    }

    [Fact] // §2.5 D and §2.6 row 50058
    public async Task A_silent_request_without_a_session_is_login_required()
    {
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl(null, ("prompt", "none")));
        AssertRedirect(page, "login_required", "AADSTS50058: A silent sign-in request was sent but no user is signed in.");
    }

    [Fact] // §2.6 row 50034: inline
    public async Task An_unknown_user_is_told_inline_with_50034()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.UserNameAsync(await browser.OpenAsync(_stage.AuthorizeUrl()), "nobody@contoso.example");
        Assert.Equal("Sign in", page.Heading);
        Assert.Contains(
            "AADSTS50034: The user account nobody@contoso.example does not exist in the Contoso directory.",
            page.Text,
            StringComparison.Ordinal
        );
    }

    [Fact] // §2.6 row 50126: inline
    public async Task A_wrong_password_is_told_inline_with_50126()
    {
        using var browser = _stage.NewBrowser();
        var page = await browser.EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", "wrong");
        Assert.Equal("Enter password", page.Heading);
        Assert.Contains(
            "AADSTS50126: Error validating credentials due to invalid username or password.",
            page.Text,
            StringComparison.Ordinal
        );

        // The page goes on working.
        Assert.Contains("code", (await browser.PasswordAsync(page, EmulatorStage.Password)).Reply().Keys);
    }

    [Fact] // §2.6 row 50057
    public async Task A_disabled_user_stays_on_the_page_with_50057()
    {
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}/users/{_stage.UserId}", new { accountEnabled = false });
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        AssertPage(page, 50057, "The user account is disabled.");
    }

    [Fact] // §2.6 row 50020
    public async Task A_stranger_stays_on_the_page_with_50020()
    {
        await AddStrangerAsync();
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "dana@fabrikam.onmicrosoft.com", EmulatorStage.Password);
        AssertPage(page, 50020, "User account 'dana@fabrikam.onmicrosoft.com' from identity provider 'https://sts.windows.net/");
        Assert.Contains("does not exist in tenant 'Contoso'", page.Text, StringComparison.Ordinal);
    }

    [Fact] // §2.6 row 50105: by default back to the application
    [Trait("Capability", "HEL-06")]
    public async Task An_unassigned_user_is_redirected_with_50105()
    {
        await RequireAssignmentAsync();
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        AssertRedirect(page, "access_denied", "AADSTS50105: Your administrator has configured the application Anteroom");
    }

    [Fact] // §2.5 C: or it stays on the page; both are reported, so it is a switch
    [Trait("Capability", "HEL-06")]
    public async Task An_unassigned_user_can_be_kept_on_the_page()
    {
        await RequireAssignmentAsync();
        await _stage.PatchAsync("/settings", new { assignmentErrorStaysOnPage = true });
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        AssertPage(page, 50105, "are not a direct member of a group with access");
    }

    [Fact] // §2.6 row 50105: groups count, nested ones do not
    [Trait("Capability", "HEL-07")]
    public async Task A_direct_member_of_an_assigned_group_comes_in_and_a_nested_one_does_not()
    {
        await RequireAssignmentAsync();
        var inner = await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/groups",
            new { displayName = "Inner", members = new[] { _stage.UserId } }
        );
        var outer = await _stage.PostAsync(
            $"/tenants/{_stage.TenantId}/groups",
            new { displayName = "Outer", members = new[] { (string)inner["id"]! } }
        );
        var assignments = $"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}/assignments";

        await _stage.PostAsync(assignments, new { principalId = (string)outer["id"]! });
        var nested = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        Assert.Equal("access_denied", nested.Reply()["error"]);

        await _stage.PostAsync(assignments, new { principalId = (string)inner["id"]! });
        Assert.NotEmpty(await _stage.CodeAsync());
    }

    [Fact] // §2.6, text above the table: request id, correlation id and timestamp
    public async Task The_page_tells_the_ids_that_support_asks_for()
    {
        const string correlation = "0788aaaa-0000-4000-8000-1a2b3c4d5e6f";
        var page = await _stage.NewBrowser().OpenAsync(_stage.AuthorizeUrl("nobody.example", ("client-request-id", correlation)));
        Assert.Contains(correlation, page.Html, StringComparison.Ordinal);
        Assert.Contains(page.Headers["x-ms-request-id"], page.Html, StringComparison.Ordinal);
        Assert.Contains("2026-05-04 10:11:12Z", page.Html, StringComparison.Ordinal);
    }

    private Task<System.Text.Json.Nodes.JsonObject> RequireAssignmentAsync() =>
        _stage.ControlAsync(
            HttpMethod.Put,
            $"/tenants/{_stage.TenantId}/service-principals/{_stage.AppId}",
            new { appRoleAssignmentRequired = true }
        );

    private async Task AddStrangerAsync()
    {
        var fabrikam = await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" });
        await _stage.PostAsync(
            $"/tenants/{(string)fabrikam["id"]!}/users",
            new
            {
                userPrincipalName = "dana@fabrikam.onmicrosoft.com",
                displayName = "Dana Reyes",
                password = EmulatorStage.Password,
            }
        );
    }

    private static void AssertPage(EmulatorBrowser.Page page, int code, string message)
    {
        Assert.Null(page.Location);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains($"AADSTS{code}: ", page.Text, StringComparison.Ordinal);
        Assert.Contains(message, page.Text, StringComparison.Ordinal);
    }

    private static void AssertRedirect(EmulatorBrowser.Page page, string error, string description)
    {
        var reply = page.Reply();
        Assert.Equal(error, reply["error"]);
        Assert.StartsWith(description, reply["error_description"], StringComparison.Ordinal);
        Assert.Contains("error_uri", reply.Keys);
        Assert.Equal("state-1", reply["state"]);
    }
}
