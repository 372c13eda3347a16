using System.Net;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>The guides' steps up to "copy the value", in Entra's words (entra-oidc.md §8.1), by forms alone.</summary>
public sealed partial class PortalTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;

    private string Root => $"/portal/{_stage.TenantId}";

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    [Trait("Capability", "HEL-01")]
    [Trait("Capability", "IMP-01")]
    [Trait("Capability", "IMP-02")]
    [Trait("Capability", "HEL-04")]
    [Trait("Capability", "HEL-05")]
    [Trait("Capability", "HEC-28")]
    public async Task An_administrator_registers_an_application_and_copies_its_values()
    {
        using var browser = _stage.NewBrowser();
        var list = await browser.OpenAsync($"{Root}/app-registrations");
        Assert.Equal("App registrations", list.Heading);
        Assert.Contains("New registration", list.Text, StringComparison.Ordinal);

        var form = await browser.OpenAsync($"{Root}/app-registrations/new");
        Assert.Contains("Supported account types", form.Text, StringComparison.Ordinal);
        Assert.Contains(
            "Accounts in this organizational directory only (Contoso only - Single tenant)",
            form.Text,
            StringComparison.Ordinal
        );
        var made = await browser.SubmitAsync(
            form,
            ("name", "Guide application"),
            ("audience", "AzureADMyOrg"),
            ("platform", "Web"),
            ("uri", "https://auth.example/v1/callback")
        );
        Assert.Equal(HttpStatusCode.SeeOther, made.Status);

        var overview = await browser.OpenAsync(made.Location!);
        Assert.Contains("Application (client) ID", overview.Text, StringComparison.Ordinal);
        Assert.Contains("Directory (tenant) ID", overview.Text, StringComparison.Ordinal);
        var clientId = Value(overview, "id=\"client-id\"");
        Assert.Equal(_stage.TenantId, Value(overview, "id=\"tenant-id\""));
        Assert.NotEqual(clientId, Value(overview, "id=\"object-id\"")); // the Object ID is another one

        var secrets = await browser.OpenAsync($"{made.Location}/secrets");
        Assert.Contains("New client secret", secrets.Text, StringComparison.Ordinal);
        var withValue = await browser.SubmitAsync(secrets, ("description", "guide"), ("months", "24"));
        var (value, secretId) = (Value(withValue, "class=\"value\""), Value(withValue, "class=\"secret-id\""));
        Assert.Matches("^.{3}\\dQ~.{34}$", value);
        Assert.True(Guid.TryParse(secretId, out _));
        Assert.DoesNotContain(value, (await browser.OpenAsync($"{made.Location}/secrets")).Text, StringComparison.Ordinal); // shown this once

        // The copied value works, the ID beside it does not.
        Assert.Equal(HttpStatusCode.OK, (await CredentialsAsync(clientId, value)).Status);
        Assert.Equal(7000215, (await CredentialsAsync(clientId, secretId)).Code);
    }

    [Fact]
    [Trait("Capability", "HEC-29")]
    public async Task The_authentication_page_takes_the_logout_address_and_both_boxes()
    {
        using var browser = _stage.NewBrowser();
        var path = $"{Root}/app-registrations/{_stage.AppId}/authentication";
        var page = await browser.OpenAsync(path);
        foreach (
            var words in new[]
            {
                "Front-channel logout URL",
                "Select the tokens you would like to be issued by the authorization endpoint:",
                "Access tokens (used for implicit flows)",
                "ID tokens (used for implicit and hybrid flows)",
                "Single-page application (SPA)",
            }
        )
            Assert.Contains(words, page.Text, StringComparison.Ordinal);

        var saved = await browser.PostAsync(
            path,
            ("token", Token(page)),
            ("logout", "https://rp.example/bye"),
            ("access", "on"),
            ("id", "on")
        );
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var application = await _stage.ControlAsync(HttpMethod.Get, $"/applications/{_stage.AppId}");
        Assert.Equal("https://rp.example/bye", (string?)application["web"]!["logoutUrl"]);
        Assert.True((bool)application["web"]!["implicitGrantSettings"]!["enableIdTokenIssuance"]!);
        Assert.True((bool)application["web"]!["implicitGrantSettings"]!["enableAccessTokenIssuance"]!);
    }

    [Theory] // §2.2
    [InlineData("http://rp.example/cb", "https")]
    [InlineData("https://rp.example/cb#x", "fragment")]
    [InlineData("https://rp.example/(cb)", "must not contain")]
    public async Task A_forbidden_redirect_uri_is_refused_with_the_reason(string uri, string reason)
    {
        using var browser = _stage.NewBrowser();
        var path = $"{Root}/app-registrations/{_stage.AppId}/authentication";
        var answer = await browser.PostAsync(
            $"{path}/add-uri",
            ("token", Token(await browser.OpenAsync(path))),
            ("platform", "Web"),
            ("uri", uri)
        );
        Assert.Contains("role=\"alert\"", answer.Html, StringComparison.Ordinal);
        Assert.Contains(reason, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Optional_claims_and_groups_are_configured_by_boxes()
    {
        using var browser = _stage.NewBrowser();
        var path = $"{Root}/app-registrations/{_stage.AppId}/token-configuration";
        var page = await browser.OpenAsync(path);
        await browser.PostAsync($"{path}/claims", ("token", Token(page)), ("type", "id"), ("claim", "sid"), ("claim", "upn"));
        await browser.PostAsync($"{path}/groups", ("token", Token(page)), ("kind", "SecurityGroup"));
        var application = await _stage.ControlAsync(HttpMethod.Get, $"/applications/{_stage.AppId}");
        Assert.Equal(
            ["sid", "upn", "groups"],
            ((System.Text.Json.Nodes.JsonArray)application["optionalClaims"]!["idToken"]!).Select(claim => (string)claim!["name"]!)
        );
        Assert.Equal("SecurityGroup", (string?)application["groupMembershipClaims"]);
    }

    [Fact]
    [Trait("Capability", "HEL-06")]
    [Trait("Capability", "HEL-07")]
    public async Task Assignment_is_required_and_given_in_the_enterprise_application()
    {
        using var browser = _stage.NewBrowser();
        var overview = await browser.OpenAsync($"{Root}/app-registrations/{_stage.AppId}");
        Assert.Contains("Managed application in local directory", overview.Text, StringComparison.Ordinal);
        var path = $"{Root}/enterprise-applications/{_stage.AppId}";
        var properties = await browser.OpenAsync(path);
        Assert.Contains("Assignment required?", properties.Text, StringComparison.Ordinal);
        await browser.PostAsync(path, ("token", Token(properties)), ("enabled", "yes"), ("required", "yes"));
        var refused = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        Assert.StartsWith("AADSTS50105", refused.Reply()["error_description"], StringComparison.Ordinal);

        var users = await browser.OpenAsync($"{path}/users-and-groups");
        await browser.PostAsync($"{path}/users-and-groups", ("token", Token(users)), ("principal", "mira@contoso.example"));
        Assert.NotEmpty(await _stage.CodeAsync());
    }

    [Fact]
    public async Task A_user_is_made_disabled_and_given_a_password()
    {
        using var browser = _stage.NewBrowser();
        var form = await browser.OpenAsync($"{Root}/users/new");
        var made = await browser.PostAsync(
            $"{Root}/users/new",
            ("token", Token(form)),
            ("upn", "new@contoso.example"),
            ("name", "New Person"),
            ("mail", "anything at all"),
            ("enabled", "on")
        );
        var password = Value(made, "role=\"status\"");
        var page = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "new@contoso.example", password);
        Assert.Contains("code", page.Reply().Keys);

        var id = UserAddress().Match(made.Html).Groups[1].Value;
        var saved = await browser.PostAsync($"{Root}/users/{id}", ("token", Token(form)), ("name", "New Person"));
        Assert.Equal(HttpStatusCode.SeeOther, saved.Status);
        var refused = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "new@contoso.example", password);
        Assert.Contains("AADSTS50057", refused.Text, StringComparison.Ordinal);
    }

    [Fact] // antiforgery
    public async Task A_form_without_its_token_changes_nothing()
    {
        using var browser = _stage.NewBrowser();
        await browser.OpenAsync(Root);
        var answer = await browser.PostAsync($"{Root}/app-registrations/{_stage.AppId}/delete");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(_stage.AppId, (string?)(await _stage.ControlAsync(HttpMethod.Get, $"/applications/{_stage.AppId}"))["appId"]);
    }

    [Theory] // every page renders, with policy and banner
    [InlineData("/portal")]
    [InlineData("/portal/{t}/app-registrations")]
    [InlineData("/portal/{t}/app-registrations/new")]
    [InlineData("/portal/{t}/app-registrations/{a}")]
    [InlineData("/portal/{t}/app-registrations/{a}/authentication")]
    [InlineData("/portal/{t}/app-registrations/{a}/secrets")]
    [InlineData("/portal/{t}/app-registrations/{a}/token-configuration")]
    [InlineData("/portal/{t}/app-registrations/{a}/api-permissions")]
    [InlineData("/portal/{t}/enterprise-applications")]
    [InlineData("/portal/{t}/enterprise-applications/{a}")]
    [InlineData("/portal/{t}/enterprise-applications/{a}/users-and-groups")]
    [InlineData("/portal/{t}/users")]
    [InlineData("/portal/{t}/users/new")]
    [InlineData("/portal/{t}/users/{u}")]
    [InlineData("/portal/{t}/users/deleted")]
    [InlineData("/portal/{t}/groups")]
    [InlineData("/portal/{t}/search?for=mira")]
    [InlineData("/portal/{t}/app-registrations/deleted")]
    [InlineData("/portal/{t}/app-registrations/{a}/branding")]
    [InlineData("/portal/{t}/app-registrations/{a}/secrets/certificates")]
    [InlineData("/portal/{t}/app-registrations/{a}/secrets/federated")]
    [InlineData("/portal/{t}/app-registrations/{a}/token-configuration?type=access")]
    [InlineData("/portal/{t}/app-registrations/{a}/token-configuration?type=saml")]
    [InlineData("/portal/{t}/app-registrations/{a}/token-configuration?type=id")]
    [InlineData("/portal/{t}/app-registrations/{a}/api-permissions/add")]
    [InlineData("/portal/{t}/app-registrations/{a}/api-permissions/add/00000003-0000-0000-c000-000000000000")]
    [InlineData("/portal/{t}/app-registrations/{a}/api-permissions/add/00000003-0000-0000-c000-000000000000?type=application&q=user")]
    [InlineData("/portal/{t}/app-registrations/{a}/expose-an-api")]
    [InlineData("/portal/{t}/app-registrations/{a}/app-roles")]
    [InlineData("/portal/{t}/app-registrations/{a}/manifest")]
    [InlineData("/portal/{t}/enterprise-applications/{a}/overview")]
    [InlineData("/portal/{t}/enterprise-applications/{a}/permissions")]
    [InlineData("/portal/{t}/enterprise-applications/{a}/sign-in-logs?status=failure&code=50126&after=1_x")]
    [InlineData("/portal/{t}/conditional-access")]
    [InlineData("/portal/{t}/conditional-access/new")]
    [InlineData("/portal/{t}/conditional-access/named-locations")]
    [InlineData("/portal/{t}/domains")]
    [InlineData("/portal/faults")]
    [InlineData("/portal/keys")]
    public async Task Every_page_renders_with_policy_and_banner(string path)
    {
        var page = await _stage
            .NewBrowser()
            .OpenAsync(path.Replace("{t}", _stage.TenantId).Replace("{a}", _stage.AppId).Replace("{u}", _stage.UserId));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("<strong>Emulator</strong>", page.Html, StringComparison.Ordinal);
        Assert.Contains("form-action 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.DoesNotContain("style=\"", page.Html, StringComparison.Ordinal);
        Assert.NotEmpty(page.Heading);
        Assert.DoesNotMatch("<script(?![^>]*src=)", page.Html); // nothing inline
        Assert.DoesNotContain("javascript:", page.Html, StringComparison.Ordinal);
    }

    [Fact] // hostile input: names come from anybody who may register
    public async Task Hostile_names_are_shown_as_text_everywhere()
    {
        const string Hostile = "<img src=x onerror=alert(1)>\"'&amp;";
        using var visit = new PortalVisit(_stage);
        await visit.SaveAsync($"{visit.Registration}/branding", ("name", Hostile), ("notes", Hostile));
        await visit.SaveAsync($"{visit.Root}/users/{_stage.UserId}", ("name", Hostile), ("mail", Hostile), ("enabled", "on"));
        await visit.SaveAsync($"{visit.Root}/groups", ("name", Hostile), ("description", Hostile));
        await visit.SaveAsync($"{visit.Registration}/app-roles", ("name", Hostile), ("value", "x"), ("description", Hostile));
        foreach (
            var path in new[]
            {
                $"{visit.Root}/app-registrations",
                visit.Registration,
                $"{visit.Registration}/manifest",
                $"{visit.Registration}/app-roles",
                $"{visit.Enterprise}/users-and-groups",
                $"{visit.Root}/users",
                $"{visit.Root}/users/{_stage.UserId}",
                $"{visit.Root}/groups",
                $"{visit.Root}/search?for={Uri.EscapeDataString("<img")}",
            }
        )
        {
            var page = await visit.OpenAsync(path);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.DoesNotContain("<img src=x", page.Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_search_finds_people_and_applications_by_the_beginning_of_a_word()
    {
        using var visit = new PortalVisit(_stage);
        var people = await visit.OpenAsync($"{visit.Root}/search?for=koch");
        Assert.Contains($"/users/{_stage.UserId}\"", people.Html, StringComparison.Ordinal);
        var applications = await visit.OpenAsync($"{visit.Root}/search?for=ante");
        Assert.Contains($"/app-registrations/{_stage.AppId}\"", applications.Html, StringComparison.Ordinal);
        Assert.Contains($"/enterprise-applications/{_stage.AppId}\"", applications.Html, StringComparison.Ordinal);
        Assert.Contains("Nothing matches.", (await visit.OpenAsync($"{visit.Root}/search?for=nteroom")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/portal/6f0c2b1e-1111-4000-8000-1a2b3c4d5e6f/users")]
    [InlineData("/portal/nowhere")]
    public async Task An_unknown_address_is_told_on_a_page(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _stage.NewBrowser().OpenAsync(path)).Status);

    private Task<TokenReply> CredentialsAsync(string clientId, string secret) =>
        _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", clientId),
            ("client_secret", secret),
            ("scope", "https://graph.microsoft.com/.default")
        );

    private static string Token(EmulatorBrowser.Page page) => TokenField().Match(page.Html).Groups[1].Value;

    /// <summary>The first value that can be copied after a marker.</summary>
    private static string Value(EmulatorBrowser.Page page, string marker)
    {
        var at = page.Html.IndexOf(marker, StringComparison.Ordinal);
        Assert.True(at >= 0, $"No {marker} in {page.Html}");
        return WebUtility.HtmlDecode(CopyValue().Match(page.Html[at..]).Groups[1].Value);
    }

    [GeneratedRegex("name=\"token\" value=\"([^\"]*)\"")]
    private static partial Regex TokenField();

    [GeneratedRegex("<code data-copy[^>]*>([^<]*)</code>")]
    private static partial Regex CopyValue();

    [GeneratedRegex("/users/([0-9a-f-]{36})\"")]
    private static partial Regex UserAddress();
}
