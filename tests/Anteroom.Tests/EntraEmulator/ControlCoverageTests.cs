using System.Net;
using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>What the portal's forms change, the control API changes too: the table of <c>docs/emulator.md</c>, row by row.</summary>
public sealed class ControlCoverageTests : IAsyncLifetime
{
    private const string UserReadAll = "df021288-bdef-4463-88db-98f22de89214";

    private EmulatorStage _stage = null!;

    private string Tenant => $"/tenants/{_stage.TenantId}";
    private string Application => $"/applications/{_stage.AppId}";
    private string Principal => $"{Tenant}/service-principals/{_stage.AppId}";

    public async ValueTask InitializeAsync() => _stage = await EmulatorStage.StartAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_registration_from_beginning_to_recycle_bin()
    {
        var made = await _stage.PostAsync($"{Tenant}/applications", new { displayName = "Made by control" });
        var path = $"/applications/{made["appId"]}";
        await _stage.PatchAsync(
            path,
            new
            {
                displayName = "Renamed",
                notes = "n",
                isFallbackPublicClient = true,
                web = new { logoutUrl = "https://rp.example/bye", implicitGrantSettings = new { enableIdTokenIssuance = true } },
                groupMembershipClaims = "SecurityGroup",
                optionalClaims = new { idToken = new[] { new { name = "sid" } } },
                identifierUris = new[] { $"api://{made["appId"]}" },
                appRoles = new[]
                {
                    new
                    {
                        id = "7f2a4c1e-0000-4000-8000-000000000001",
                        displayName = "Editor",
                        value = "Editor",
                    },
                },
            }
        );
        await _stage.PostAsync($"{path}/redirect-uris", new { platform = "spa", uri = "https://spa.example/a" });
        var changed = await _stage.ControlAsync(HttpMethod.Get, path);
        Assert.Equal("Renamed", (string?)changed["displayName"]);
        Assert.Equal("https://spa.example/a", (string?)changed["spa"]!["redirectUris"]![0]);
        Assert.Equal("sid", (string?)changed["optionalClaims"]!["idToken"]![0]!["name"]);
        Assert.Equal("Editor", (string?)changed["appRoles"]![0]!["value"]);

        await _stage.ControlAsync(HttpMethod.Delete, path);
        var bin = await _stage.ControlAsync(HttpMethod.Get, $"{Tenant}/deleted-items");
        Assert.Equal((string?)made["id"], (string?)bin["applications"]![0]!["id"]);
        await _stage.ControlAsync(HttpMethod.Post, $"/deleted-items/{made["id"]}/restore");
        Assert.Equal("Renamed", (string?)(await _stage.ControlAsync(HttpMethod.Get, path))["displayName"]);
    }

    [Fact]
    public async Task Federated_credentials_are_added_checked_and_removed()
    {
        var made = await _stage.PostAsync(
            $"{Application}/federated-credentials",
            new
            {
                issuer = "https://token.example",
                subject = "repo:x",
                name = "ci-main",
            }
        );
        Assert.Equal("api://AzureADTokenExchange", (string?)made["audiences"]![0]);
        await RefusesAsync(
            HttpMethod.Post,
            $"{Application}/federated-credentials",
            "ci-main",
            new
            {
                issuer = "https://other.example",
                subject = "s",
                name = "ci-main",
            }
        );
        await _stage.ControlAsync(HttpMethod.Delete, $"{Application}/federated-credentials/{made["id"]}");
        Assert.Empty((JsonArray)(await _stage.ControlAsync(HttpMethod.Get, Application))["federatedIdentityCredentials"]!);
    }

    [Fact]
    public async Task An_enterprise_application_is_changed_assigned_and_deleted()
    {
        var changed = await _stage.ControlAsync(
            HttpMethod.Put,
            Principal,
            new
            {
                accountEnabled = false,
                appRoleAssignmentRequired = true,
                tags = new[] { "HideApp" },
                notes = "hidden",
            }
        );
        Assert.False((bool)changed["accountEnabled"]!);
        Assert.Equal(("HideApp", "hidden"), ((string?)changed["tags"]![0], (string?)changed["notes"]));
        var assigned = await _stage.PostAsync($"{Principal}/assignments", new { principalId = _stage.UserId });
        await _stage.ControlAsync(HttpMethod.Delete, $"{Principal}/assignments/{assigned["id"]}");
        await RefusesAsync(HttpMethod.Delete, $"{Principal}/assignments/{assigned["id"]}", "no assignment");
        await _stage.ControlAsync(HttpMethod.Delete, Principal);
        await RefusesAsync(HttpMethod.Get, Principal, "no service principal");
    }

    [Fact] // entra-oidc.md §1.4, last point
    public async Task An_application_gets_a_signing_key_of_its_own()
    {
        var made = await _stage.ControlAsync(HttpMethod.Post, $"{Principal}/keys");
        var listed = (JsonArray)(await _stage.ControlAsync(HttpMethod.Get, "/keys"))["items"]!;
        Assert.Contains(listed, key => (string?)key!["kid"] == (string?)made["kid"] && key["servicePrincipalId"] is not null);
        var token = (string)(await _stage.RedeemAsync(await _stage.CodeAsync())).Body["id_token"]!;
        var header = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[0]))!;
        Assert.Equal((string?)made["kid"], (string?)header["kid"]);
    }

    [Fact] // §6.1
    public async Task Consent_is_given_and_taken_back_one_by_one()
    {
        await _stage.PostAsync($"{Principal}/permissions", new { graph = new[] { "User.Read.All", "Group.Read.All" } });
        Assert.Equal(["Group.Read.All", "User.Read.All"], await RolesAsync());
        await _stage.ControlAsync(HttpMethod.Delete, $"{Principal}/permissions/{UserReadAll}");
        await _stage.ControlAsync(HttpMethod.Delete, $"{Principal}/permissions/Group.Read.All");
        Assert.Empty(await RolesAsync());

        await _stage.PostAsync($"{Principal}/grants", new { scopes = new[] { "Mail.Read", "Calendars.Read" }, userId = _stage.UserId });
        await _stage.ControlAsync(HttpMethod.Delete, $"{Principal}/grants?scope=Mail.Read&userId={_stage.UserId}");
        var grants = (JsonArray)(await _stage.ControlAsync(HttpMethod.Get, $"{Principal}/grants"))["items"]!;
        var own = grants.Single(grant => (string?)grant!["principalId"] == _stage.UserId)!;
        Assert.Equal("Calendars.Read", (string?)own["scope"]);
        await _stage.ControlAsync(HttpMethod.Delete, $"{Principal}/grants");
        Assert.Empty((JsonArray)(await _stage.ControlAsync(HttpMethod.Get, $"{Principal}/grants"))["items"]!);
    }

    [Fact]
    public async Task Groups_are_changed()
    {
        var made = await _stage.PostAsync($"{Tenant}/groups", new { displayName = "Before" });
        await _stage.PatchAsync($"/groups/{made["id"]}", new { displayName = "After", description = "d" });
        await _stage.PostAsync($"/groups/{made["id"]}/members", new { members = new[] { _stage.UserId } });
        var read = await _stage.ControlAsync(HttpMethod.Get, $"/groups/{made["id"]}");
        Assert.Equal(("After", _stage.UserId), ((string?)read["displayName"], (string?)read["members"]![0]));
        await _stage.ControlAsync(HttpMethod.Delete, $"/groups/{made["id"]}/members/{_stage.UserId}");
        await RefusesAsync(HttpMethod.Patch, $"/groups/{made["id"]}", "cannot be set", new { tenantId = _stage.TenantId });
        await _stage.ControlAsync(HttpMethod.Delete, $"/groups/{made["id"]}");
        await RefusesAsync(HttpMethod.Get, $"/groups/{made["id"]}", "There is no group");
    }

    [Fact] // §5
    public async Task A_guest_is_invited_with_the_rules_of_the_portal()
    {
        var invited = await _stage.PostAsync($"{Tenant}/invitations", new { mail = "gia@guest.example" });
        Assert.Contains("/redeem?tenant=", (string)invited["inviteRedeemUrl"]!, StringComparison.Ordinal);
        await RefusesAsync(HttpMethod.Post, $"{Tenant}/invitations", "verified domain", new { mail = "x@contoso.example" });
        await RefusesAsync(HttpMethod.Post, $"{Tenant}/invitations", "email address", new { mail = "gia" });
    }

    private async Task<IEnumerable<string>> RolesAsync()
    {
        var reply = await _stage.TokenAsync(
            null,
            null,
            ("grant_type", "client_credentials"),
            ("client_id", _stage.AppId),
            ("client_secret", _stage.Secret),
            ("scope", "https://graph.microsoft.com/.default")
        );
        var roles = Jwt.Payload((string)reply.Body["access_token"]!)["roles"] as JsonArray ?? [];
        return roles.Select(role => (string)role!).Order(StringComparer.Ordinal);
    }

    private async Task RefusesAsync(HttpMethod method, string path, string reason, object? body = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, $"{_stage.Url}/_emulator{path}");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await client.SendAsync(request);
        Assert.InRange(answer.StatusCode, HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
