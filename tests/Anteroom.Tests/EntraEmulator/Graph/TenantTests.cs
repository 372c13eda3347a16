using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Organization, domains, roles, policies, invitations, logs (graph.md §4.1, §10, §11).</summary>
[Collection(GraphCollection.Name)]
public sealed class TenantTests(GraphStage stage)
{
    [Fact]
    public async Task The_organization_is_a_list_of_one_and_domains_do_not_page()
    {
        var tenant = await stage.NewTenantAsync();
        await stage.Emulator.PostAsync($"/tenants/{tenant.Id}/domains", new { name = "pending.example", isVerified = false });
        var caller = await tenant.CallerAsync("Organization.Read.All", "Domain.Read.All");
        var organization = Assert.Single((await caller.GetAsync("organization")).Succeeds().Values);
        Assert.Equal(tenant.Id, (string)organization["id"]!);
        Assert.Equal(
            [tenant.Domain.Replace("example", "onmicrosoft.com", StringComparison.Ordinal), tenant.Domain],
            organization["verifiedDomains"]!.AsArray().Select(domain => (string)domain!["name"]!)
        );

        var domains = (await caller.GetAsync("domains?$top=1")).Succeeds().Values.ToDictionary(domain => (string)domain["id"]!);
        Assert.Equal(3, domains.Count);
        Assert.True((bool)domains[tenant.Domain]["isDefault"]!);
        Assert.False((bool)domains["pending.example"]["isVerified"]!);
        Assert.Equal("Managed", (string)(await caller.GetAsync($"domains/{tenant.Domain}")).Succeeds().Json["authenticationType"]!);
    }

    [Fact] // graph.md §4.1: added, proven, used, removed
    public async Task A_domain_is_added_verified_and_removed()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("Domain.ReadWrite.All", "User.ReadWrite.All");
        var name = $"new.{tenant.Domain}";
        var added = (await caller.PostAsync("domains", new { id = name })).Succeeds(201);
        Assert.False((bool)added.Json["isVerified"]!);
        (await caller.PostAsync("domains", new { id = name })).Refuses(400, "Request_BadRequest");
        (await caller.PostAsync("domains", new { id = "no domain" })).Refuses(400, "Request_BadRequest");
        var record = (await caller.GetAsync($"domains/{name}/verificationDnsRecords")).Succeeds().Values.Single();
        Assert.StartsWith("MS=ms", (string)record["text"]!, StringComparison.Ordinal);

        Assert.True((bool)(await caller.PostAsync($"domains/{name}/verify")).Succeeds().Json["isVerified"]!);
        Assert.True((bool)(await caller.GetAsync($"domains/{name}")).Succeeds().Json["isVerified"]!);
        await tenant.AddUserAsync("ada", new { userPrincipalName = $"ada@{name}" });
        (await caller.DeleteAsync($"domains/{name}")).Refuses(400, "Request_BadRequest");
        (await caller.DeleteAsync($"users/ada@{name}")).Succeeds(204);
        (await caller.DeleteAsync($"domains/{name}")).Succeeds(204);

        // Who has verified it first keeps it.
        var other = await stage.NewTenantAsync();
        var stranger = await other.CallerAsync("Domain.ReadWrite.All");
        (await stranger.PostAsync("domains", new { id = tenant.Domain })).Succeeds(201);
        (await stranger.PostAsync($"domains/{tenant.Domain}/verify")).Refuses(400, "Request_BadRequest");
    }

    [Fact]
    public async Task Directory_roles_are_activated_held_and_counted_in_wids()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("RoleManagement.ReadWrite.Directory", "User.Read.All");
        const string Helpdesk = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
        var role = (await caller.PostAsync("directoryRoles", new { roleTemplateId = Helpdesk })).Succeeds(201).Id;
        (await caller.PostAsync($"directoryRoles/{role}/members/$ref", new JsonObject { ["@odata.id"] = $"x/{ada}" })).Succeeds(204);
        Assert.Equal(["ada"], (await caller.GetAsync($"directoryRoles(roleTemplateId='{Helpdesk}')/members")).Names());
        var assignments = (await caller.GetAsync($"roleManagement/directory/roleAssignments?$filter=principalId eq '{ada}'")).Succeeds();
        Assert.Equal([Helpdesk], assignments.Names("roleDefinitionId"));
        (await caller.DeleteAsync($"roleManagement/directory/roleAssignments/{assignments.Names("id").Single()}")).Succeeds(204);
        Assert.Empty((await caller.GetAsync($"directoryRoles/{role}/members")).Values);
    }

    [Theory]
    [InlineData("{\"TokenLifetimePolicy\":{\"Version\":1,\"AccessTokenLifetime\":\"8:00:00\"}}", true)]
    [InlineData("{\"TokenLifetimePolicy\":{\"Version\":1,\"AccessTokenLifetime\":\"0:09:59\"}}", false)]
    [InlineData("{\"TokenLifetimePolicy\":{\"Version\":1,\"AccessTokenLifetime\":\"1.00:00:01\"}}", false)]
    [InlineData("{\"Nonsense\":1}", false)]
    [InlineData("{", false)]
    public async Task A_token_lifetime_is_ten_minutes_to_a_day(string definition, bool allowed)
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("Policy.ReadWrite.ApplicationConfiguration", "Application.ReadWrite.All");
        var made = await caller.PostAsync("policies/tokenLifetimePolicies", new { displayName = "p", definition = new[] { definition } });
        Assert.Equal(allowed ? 201 : 400, (int)made.Status);
        if (!allowed)
            return;
        var app = (await caller.PostAsync("applications", new { displayName = "a" })).Succeeds(201).Id;
        var reference = new JsonObject { ["@odata.id"] = $"https://graph.microsoft.com/v1.0/policies/tokenLifetimePolicies/{made.Id}" };
        (await caller.PostAsync($"applications/{app}/tokenLifetimePolicies/$ref", reference)).Succeeds(204);
        Assert.Equal(["p"], (await caller.GetAsync($"applications/{app}/tokenLifetimePolicies")).Names());
        (await caller.DeleteAsync($"applications/{app}/tokenLifetimePolicies/{made.Id}/$ref")).Succeeds(204);
        Assert.Empty((await caller.GetAsync($"applications/{app}/tokenLifetimePolicies")).Values);
    }

    [Fact] // entra-oidc.md §5, guests
    public async Task An_invited_guest_is_pending_until_the_invitation_is_redeemed()
    {
        var (tenant, home) = (await stage.NewTenantAsync(), await stage.NewTenantAsync());
        var account = await home.UserIdAsync("lena");
        var caller = await tenant.CallerAsync("User.Invite.All", "User.Read.All");
        var invitation = (
            await caller.PostAsync(
                "invitations",
                new { invitedUserEmailAddress = $"lena@{home.Domain}", inviteRedirectUrl = "https://app.example/" }
            )
        ).Succeeds(201);
        Assert.Equal("PendingAcceptance", (string)invitation.Json["status"]!);
        var guest = (string)invitation.Json["invitedUser"]!["id"]!;
        var path = $"users/{guest}?$select=userPrincipalName,userType,externalUserState,creationType,identities";
        var before = (await caller.GetAsync(path)).Succeeds().Json;
        Assert.StartsWith($"lena_{home.Domain}#EXT#@", (string)before["userPrincipalName"]!, StringComparison.Ordinal);
        Assert.Equal(
            ("Guest", "PendingAcceptance", "Invitation"),
            ((string)before["userType"]!, (string)before["externalUserState"]!, (string)before["creationType"]!)
        );
        Assert.NotEqual(account, guest);

        var ticket = ((string)invitation.Json["inviteRedeemUrl"]!).Split("ticket=")[1].Split('&')[0];
        await stage.Emulator.PostAsync($"/invitations/{ticket}/redeem", new { });
        Assert.Equal("Accepted", (string)(await caller.GetAsync(path)).Json["externalUserState"]!);
        (
            await caller.PostAsync(
                "invitations",
                new { invitedUserEmailAddress = $"x@{tenant.Domain}", inviteRedirectUrl = "https://app.example/" }
            )
        ).Refuses(400, "Request_BadRequest");
        (
            await caller.PostAsync(
                "invitations",
                new { invitedUserEmailAddress = "x@y.example", inviteRedirectUrl = "javascript:alert(1)" }
            )
        ).Refuses(400, "Request_BadRequest");
    }

    [Fact] // graph.md §11: two permissions, and P1
    public async Task Logs_need_two_permissions_and_a_licence()
    {
        var tenant = await stage.NewTenantAsync();
        var half = await tenant.CallerAsync("AuditLog.Read.All");
        var whole = await tenant.CallerAsync("AuditLog.Read.All", "Directory.Read.All");
        (await half.GetAsync("auditLogs/signIns")).Refuses(403, "Authorization_RequestDenied");
        (
            await whole.GetAsync("auditLogs/signIns?$filter=createdDateTime ge 2026-03-01T00:00:00Z and status/errorCode ne 0&$top=5")
        ).Succeeds();
        await stage.Emulator.PatchAsync($"/tenants/{tenant.Id}", new { isPremium = false });
        (await whole.GetAsync("auditLogs/signIns")).Refuses(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant");
    }

    [Fact] // graph.md §11: 0 is success, otherwise the AADSTS number
    public async Task Sign_ins_are_logged_with_their_outcome_the_newest_first()
    {
        var tenant = await stage.NewTenantAsync();
        var ada = await tenant.UserIdAsync("ada");
        var (appId, _) = await tenant.RegisterAsync(new { web = new { redirectUris = new[] { EmulatorStage.RedirectUri } } });
        using var browser = stage.Emulator.NewBrowser();
        var wrong = await browser.EnterAsync(stage.Emulator.AuthorizeUrl(tenant.Id, ("client_id", appId)), $"ada@{tenant.Domain}", "wrong");
        stage.Emulator.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _ = (await browser.PasswordAsync(wrong, GraphTenant.Password)).Reply();

        var caller = await tenant.CallerAsync("AuditLog.Read.All", "Directory.Read.All");
        var rows = (await caller.GetAsync("auditLogs/signIns")).Succeeds().Values.ToList();
        Assert.Equal([0, 50126], rows.Select(row => (int)row["status"]!["errorCode"]!));
        Assert.All(rows, row => Assert.Equal((ada, appId), ((string)row["userId"]!, (string)row["appId"]!)));
        Assert.DoesNotContain("wrong", rows[1].ToJsonString(), StringComparison.Ordinal);
        var failed = (await caller.GetAsync($"auditLogs/signIns?$filter=userId eq '{ada}' and status/errorCode ne 0")).Succeeds();
        Assert.Single(failed.Values);
    }

    [Fact]
    public async Task Conditional_Access_policies_are_made_by_API()
    {
        var tenant = await stage.NewTenantAsync();
        var caller = await tenant.CallerAsync("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess");
        var policy = new
        {
            displayName = "MFA for all",
            state = "enabled",
            conditions = new
            {
                users = new { includeUsers = new[] { "All" } },
                applications = new { includeApplications = new[] { "All" } },
            },
            grantControls = new { @operator = "OR", builtInControls = new[] { "mfa" } },
        };
        var made = (await caller.PostAsync("identity/conditionalAccess/policies", policy)).Succeeds(201).Id;
        (await caller.PatchAsync($"identity/conditionalAccess/policies/{made}", new { state = "sometimes" })).Refuses(
            400,
            "Request_BadRequest"
        );
        (await caller.PatchAsync($"identity/conditionalAccess/policies/{made}", new { state = "disabled" })).Succeeds(204);
        var stored = (await stage.Emulator.ControlAsync(HttpMethod.Get, $"/conditional-access-policies/{made}"));
        Assert.Equal(("disabled", "mfa"), ((string)stored["state"]!, (string)stored["grantControls"]!["builtInControls"]![0]!));
    }
}
