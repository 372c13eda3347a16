using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>Each form of a registration changes what the control API shows, and keeps what was typed when it is refused.</summary>
public sealed class RegistrationTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;
    private PortalVisit _visit = null!;

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        _visit = new PortalVisit(_stage);
    }

    public async ValueTask DisposeAsync()
    {
        _visit.Dispose();
        await _stage.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_registration_keeps_what_was_typed()
    {
        await _visit.RefusesAsync(
            $"{_visit.Root}/app-registrations/new",
            "uri",
            "must start with https",
            ("name", "Half done"),
            ("audience", "AzureADMultipleOrgs"),
            ("platform", "Spa"),
            ("uri", "http://spa.example/x")
        );
        var again = await _visit.PostAsync(
            $"{_visit.Root}/app-registrations/new",
            ("name", "Half done"),
            ("audience", "AzureADMultipleOrgs"),
            ("platform", "Spa"),
            ("uri", "http://spa.example/x")
        );
        Assert.Contains("value=\"Half done\"", again.Html, StringComparison.Ordinal);
        Assert.Matches("value=\"AzureADMultipleOrgs\" checked", again.Html);
        Assert.Matches("value=\"Spa\" selected", again.Html);
    }

    [Fact] // the real form does the same
    public async Task A_new_registration_asks_for_User_Read()
    {
        var made = await _visit.PostAsync($"{_visit.Root}/app-registrations/new", ("name", "Fresh"), ("audience", "AzureADMyOrg"));
        var permissions = await _visit.OpenAsync($"{made.Location}/api-permissions");
        Assert.Contains("<code>User.Read</code>", permissions.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Branding_changes_the_name_and_the_home_page()
    {
        await _visit.SaveAsync($"{_visit.Registration}/branding", ("name", "Renamed"), ("homepage", "https://rp.example/"));
        var application = await _visit.ApplicationAsync();
        Assert.Equal("Renamed", (string?)application["displayName"]);
        Assert.Equal("https://rp.example/", (string?)application["web"]!["homePageUrl"]);
        await _visit.RefusesAsync(
            $"{_visit.Registration}/branding",
            "homepage",
            "absolute",
            ("name", "Renamed"),
            ("homepage", "rp.example")
        );
        await _visit.RefusesAsync($"{_visit.Registration}/branding", "name", "needs a name", ("name", " "));
    }

    [Fact]
    public async Task Authentication_takes_account_types_and_public_client_flows()
    {
        await _visit.SaveAsync($"{_visit.Registration}/authentication", ("audience", "AzureADMultipleOrgs"), ("public", "yes"));
        var application = await _visit.ApplicationAsync();
        Assert.Equal("AzureADMultipleOrgs", (string?)application["signInAudience"]);
        Assert.True((bool)application["isFallbackPublicClient"]!);
        Assert.False((bool)application["web"]!["implicitGrantSettings"]!["enableIdTokenIssuance"]!);
    }

    [Fact]
    public async Task A_redirect_uri_is_added_and_removed()
    {
        var path = $"{_visit.Registration}/authentication";
        await _visit.SaveAsync($"{path}/add-uri", ("platform", "Spa"), ("uri", "https://spa.example/two"));
        Assert.Equal(2, ((JsonArray)(await _visit.ApplicationAsync())["spa"]!["redirectUris"]!).Count);
        await _visit.SaveAsync($"{path}/remove-uri", ("platform", "Spa"), ("uri", "https://spa.example/two"));
        Assert.Single((JsonArray)(await _visit.ApplicationAsync())["spa"]!["redirectUris"]!);
    }

    [Fact]
    public async Task Deleted_applications_are_restored_or_purged()
    {
        var id = (string)(await _visit.ApplicationAsync())["id"]!;
        await _visit.SaveAsync($"{_visit.Registration}/delete");
        Assert.Equal(HttpStatusCode.NotFound, (await _visit.OpenAsync(_visit.Registration)).Status);
        var list = await _visit.OpenAsync($"{_visit.Root}/app-registrations/deleted");
        Assert.Contains(_stage.AppId, list.Html, StringComparison.Ordinal);

        var restored = await _visit.SaveAsync($"{_visit.Root}/app-registrations/deleted/{id}/restore");
        Assert.Equal("Anteroom", restored.Heading);
        await _visit.SaveAsync($"{_visit.Registration}/delete");
        await _visit.SaveAsync($"{_visit.Root}/app-registrations/deleted/{id}/purge");
        var gone = await _visit.PostAsync($"{_visit.Root}/app-registrations/deleted/{id}/restore");
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
    }

    [Fact]
    public async Task Scopes_get_an_address_and_are_disabled_before_they_go()
    {
        var path = $"{_visit.Registration}/expose-an-api";
        await _visit.RefusesAsync($"{path}/scopes", "value", "no spaces", ("value", "two words"), ("admin-name", "Read"));
        await _visit.SaveAsync($"{path}/scopes", ("value", "Files.Read"), ("who", "User"), ("admin-name", "Read files"));
        var api = await _visit.ApplicationAsync();
        Assert.Equal($"api://{_stage.AppId}", (string?)api["identifierUris"]![0]);
        var scope = (string)api["api"]!["oauth2PermissionScopes"]![0]!["id"]!;
        await _visit.RefusesAsync($"{path}/scopes", "value", "already", ("value", "Files.Read"), ("admin-name", "Read"));
        await _visit.RefusesAsync($"{path}/scopes/remove", "", "Disable the scope", ("scope", scope));
        await _visit.SaveAsync($"{path}/scopes/toggle", ("scope", scope));
        await _visit.SaveAsync($"{path}/scopes/remove", ("scope", scope));
        Assert.Empty((JsonArray)(await _visit.ApplicationAsync())["api"]!["oauth2PermissionScopes"]!);

        await _visit.SaveAsync($"{path}/uri", ("uri", "https://contoso.example/api"));
        await _visit.RefusesAsync($"{path}/uri", "uri", "not an Application ID URI", ("uri", "files"));
        await _visit.RefusesAsync($"{path}/uri", "uri", "does not end with a slash", ("uri", "api://x/"));
    }

    [Fact]
    public async Task App_roles_are_made_and_assigned_and_come_in_the_token()
    {
        var path = $"{_visit.Registration}/app-roles";
        await _visit.RefusesAsync(path, "description", "description", ("name", "Editor"), ("value", "Editor"));
        await _visit.SaveAsync(
            path,
            ("name", "Editor"),
            ("value", "Editor"),
            ("description", "Edits"),
            ("members", "User"),
            ("enabled", "on")
        );
        var role = (string)(await _visit.ApplicationAsync())["appRoles"]![0]!["id"]!;
        await _visit.RefusesAsync($"{path}/remove", "", "Disable the role", ("role", role));
        var users = await _visit.SaveAsync($"{_visit.Enterprise}/users-and-groups", ("principal", "mira@contoso.example"), ("role", role));
        Assert.Contains("Editor", users.Text, StringComparison.Ordinal);
        Assert.Equal("Editor", (string?)(await _stage.IdTokenAsync())["roles"]![0]);
    }
}
