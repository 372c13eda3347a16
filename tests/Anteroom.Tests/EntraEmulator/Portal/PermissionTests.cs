using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>API permissions, consent and the manifest.</summary>
public sealed class PermissionTests : IAsyncLifetime
{
    private const string Graph = "00000003-0000-0000-c000-000000000000";
    private const string UserReadAll = "df021288-bdef-4463-88db-98f22de89214"; // application permission, entra-oidc.md §8.3

    private EmulatorStage _stage = null!;
    private PortalVisit _visit = null!;

    private string Path => $"{_visit.Registration}/api-permissions";

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

    [Fact] // the guides: Add a permission, Microsoft Graph, Application permissions, Grant admin consent
    public async Task An_application_permission_is_added_granted_and_revoked()
    {
        await _visit.RefusesAsync($"{Path}/add/{Graph}", "", "at least one permission", ("type", "application"));
        var added = await _visit.SaveAsync($"{Path}/add/{Graph}", ("type", "application"), ("permission", UserReadAll));
        Assert.Contains("Not granted for Contoso", added.Text, StringComparison.Ordinal);
        var granted = await _visit.SaveAsync($"{Path}/grant");
        Assert.Contains("Granted for Contoso", granted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Not granted for Contoso", granted.Text, StringComparison.Ordinal);
        Assert.Equal("User.Read.All", (string?)(await AppTokenAsync())["roles"]![0]);

        await _visit.SaveAsync($"{_visit.Enterprise}/permissions/revoke", ("permission", $"Role//{UserReadAll}"));
        Assert.Null((await AppTokenAsync())["roles"]);
    }

    [Fact]
    public async Task A_removed_permission_stays_granted_until_it_is_revoked()
    {
        await _visit.SaveAsync($"{Path}/add/{Graph}", ("type", "application"), ("permission", UserReadAll));
        await _visit.SaveAsync($"{Path}/grant");
        var page = await _visit.SaveAsync($"{Path}/remove", ("permission", $"{Graph}/Role/{UserReadAll}"));
        Assert.Contains("Other permissions granted for Contoso", page.Text, StringComparison.Ordinal);
        Assert.Empty((JsonArray)(await _visit.ApplicationAsync())["requiredResourceAccess"]!);
        await _visit.SaveAsync($"{_visit.Enterprise}/permissions/withdraw");
        Assert.DoesNotContain("Other permissions granted", (await _visit.OpenAsync(Path)).Text, StringComparison.Ordinal);
    }

    [Fact] // what the picker does not offer cannot be asked for
    public async Task A_permission_of_the_other_kind_is_not_taken() =>
        await _visit.RefusesAsync($"{Path}/add/{Graph}", "", "at least one permission", ("type", "delegated"), ("permission", UserReadAll));

    [Fact] // §8.2
    public async Task The_manifest_is_written_back_and_keeps_the_secret()
    {
        var manifest = Manifest(await _visit.OpenAsync($"{_visit.Registration}/manifest"));
        Assert.DoesNotContain("hash", manifest.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        manifest["displayName"] = "By manifest";
        manifest["api"]!["requestedAccessTokenVersion"] = 2;
        manifest["optionalClaims"]!["idToken"] = new JsonArray(new JsonObject { ["name"] = "sid" });
        await _visit.SaveAsync($"{_visit.Registration}/manifest", ("manifest", manifest.ToJsonString()));
        var application = await _visit.ApplicationAsync();
        Assert.Equal("By manifest", (string?)application["displayName"]);
        Assert.Equal(2, (int?)application["api"]!["requestedAccessTokenVersion"]);
        Assert.NotNull((await _stage.IdTokenAsync())["sid"]); // and the old secret still redeems

        manifest["passwordCredentials"] = new JsonArray();
        await _visit.SaveAsync($"{_visit.Registration}/manifest", ("manifest", manifest.ToJsonString()));
        Assert.Equal(7000215, (await _stage.RedeemAsync(await _stage.CodeAsync())).Code);
    }

    [Theory]
    [InlineData("{", "This is not JSON")]
    [InlineData("[]", "one JSON object")]
    [InlineData("""{"displayName":"a","displayName":"b"}""", "not JSON")]
    [InlineData("""{"replyUrls":[]}""", "no member 'replyUrls'")]
    [InlineData("""{"redirectUris":[]}""", "no member 'redirectUris'")]
    [InlineData("""{"web":{"replyUrl":"https://rp.example"}}""", "no member 'web.replyUrl'")]
    [InlineData(
        """{"appRoles":[{"id":"7f2a4c1e-0000-4000-8000-000000000001","displayName":"a","value":"A","kind":1}]}""",
        "no member 'appRoles[0].kind'"
    )]
    [InlineData(
        """{"appRoles":[{"id":"7f2a4c1e-0000-4000-8000-000000000001","displayName":"a","value":"A"},{"id":"7f2a4c1e-0000-4000-8000-000000000001","displayName":"b","value":"B"}]}""",
        "'appRoles' holds two entries"
    )]
    [InlineData(
        """{"api":{"oauth2PermissionScopes":[{"id":"7f2a4c1e-0000-4000-8000-000000000001","value":"A"},{"id":"7f2a4c1e-0000-4000-8000-000000000002","value":"A"}]}}""",
        "'api.oauth2PermissionScopes' holds two entries"
    )]
    [InlineData("""{"web":null}""", "Nothing was saved")]
    [InlineData("""{"web":{"redirectUris":[null]}}""", "'web.redirectUris'")]
    [InlineData("""{"appId":"00000003-0000-0000-c000-000000000000"}""", "'appId' cannot be changed")]
    [InlineData("""{"tenantId":"00000003-0000-0000-c000-000000000000"}""", "no member 'tenantId'")]
    [InlineData("""{"passwordCredentials":[{"keyId":"00000003-0000-0000-c000-000000000000"}]}""", "Certificates & secrets")]
    [InlineData("""{"signInAudience":"Everybody"}""", "'Everybody' is not a supported account type")]
    [InlineData("""{"web":{"redirectUris":["http://rp.example/"]}}""", "must start with https")]
    public async Task A_broken_manifest_is_refused_with_the_place(string manifest, string reason)
    {
        await _visit.RefusesAsync($"{_visit.Registration}/manifest", "manifest", reason, ("manifest", manifest));
        Assert.Equal("Anteroom", (string?)(await _visit.ApplicationAsync())["displayName"]);
    }

    [Fact] // §4.3, §4.4
    public async Task Claims_of_each_token_type_and_forms_of_groups_are_kept_apart()
    {
        var path = $"{_visit.Registration}/token-configuration";
        await _visit.SaveAsync($"{path}/claims", ("type", "access"), ("claim", "idtyp"), ("claim", "nonsense"));
        await _visit.SaveAsync($"{path}/claims", ("type", "id"), ("claim", "upn"), ("external", "on"), ("graph", "on"));
        await _visit.SaveAsync(
            $"{path}/groups",
            ("kind", "SecurityGroup"),
            ("kind", "ApplicationGroup"),
            ("form-id", "sam_account_name"),
            ("roles-access", "on")
        );
        var application = await _visit.ApplicationAsync();
        Assert.Equal("SecurityGroup, ApplicationGroup", (string?)application["groupMembershipClaims"]);
        var (id, access) = (application["optionalClaims"]!["idToken"]!, application["optionalClaims"]!["accessToken"]!);
        Assert.Equal(["upn", "groups"], ((JsonArray)id).Select(claim => (string)claim!["name"]!));
        Assert.Equal("include_externally_authenticated_upn", (string?)id[0]!["additionalProperties"]![0]);
        Assert.Equal("sam_account_name", (string?)id[1]!["additionalProperties"]![0]);
        Assert.Equal(["idtyp", "groups"], ((JsonArray)access).Select(claim => (string)claim!["name"]!));
        Assert.Equal("emit_as_roles", (string?)access[1]!["additionalProperties"]![0]);
        Assert.Equal(
            "14dad69e-099b-42c9-810b-d002981feec1",
            (string?)application["requiredResourceAccess"]![0]!["resourceAccess"]![0]!["id"]
        );

        await _visit.RefusesAsync($"{path}/claims", "", "at least one claim", ("type", "id"), ("claim", "nonsense"));
        await _visit.SaveAsync($"{path}/claims/remove", ("type", "id"), ("claim", "upn"));
        Assert.Single((JsonArray)(await _visit.ApplicationAsync())["optionalClaims"]!["idToken"]!);
    }

    private async Task<JsonObject> AppTokenAsync()
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        return Jwt.Payload((string)reply.Body["access_token"]!);
    }

    private static JsonObject Manifest(EmulatorBrowser.Page page)
    {
        var (start, end) = (
            page.Html.IndexOf("<textarea", StringComparison.Ordinal),
            page.Html.IndexOf("</textarea>", StringComparison.Ordinal)
        );
        var text = page.Html[start..end];
        return (JsonObject)JsonNode.Parse(System.Net.WebUtility.HtmlDecode(text[(text.IndexOf('>', StringComparison.Ordinal) + 1)..]))!;
    }
}
