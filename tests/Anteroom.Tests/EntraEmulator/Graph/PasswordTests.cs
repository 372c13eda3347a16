namespace Anteroom.Tests.EntraEmulator.Graph;

/// <summary>Passwords set by an application (graph.md §6).</summary>
[Collection(GraphCollection.Name)]
public sealed class PasswordTests(GraphStage stage)
{
    private const string New = "xWwvJ]6NMw+bWH-d";
    private static readonly object Profile = new { passwordProfile = new { password = New, forceChangePasswordNextSignIn = false } };

    [Fact] // graph.md §6.1
    public async Task A_new_password_signs_in_and_ends_sessions_and_cannot_be_read()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await CallerAsync(tenant);
        (await caller.PatchAsync($"users/{id}", Profile)).Succeeds(204);
        Assert.Null((await caller.GetAsync($"users/{id}?$select=passwordProfile")).Succeeds().Json["passwordProfile"]);
        var user = await stage.Emulator.ControlAsync(HttpMethod.Get, $"/tenants/{tenant.Id}/users/{id}");
        Assert.Equal(stage.Emulator.Clock.GetUtcNow(), (DateTimeOffset)user["signInSessionsValidFromDateTime"]!);
        Assert.DoesNotContain(New, (await caller.GetAsync("auditLogs/directoryAudits")).Text, StringComparison.Ordinal);

        (await caller.PatchAsync($"users/{id}", new { passwordProfile = new { password = New + "1" } })).Succeeds(204);
        user = await stage.Emulator.ControlAsync(HttpMethod.Get, $"/tenants/{tenant.Id}/users/{id}");
        Assert.True((bool)user["forceChangePasswordNextSignIn"]!); // true unless it is sent
    }

    [Fact] // graph.md §6.2, §13: permission and role; field reports differ, so there is a switch
    public async Task The_permission_alone_is_not_enough_unless_switched()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("User-PasswordProfile.ReadWrite.All");
        (await caller.PatchAsync($"users/{id}", Profile)).Refuses(403, "Authorization_RequestDenied");
        await using var _ = await stage.SwitchAsync(new { requireDirectoryRoleForPassword = false });
        (await caller.PatchAsync($"users/{id}", Profile)).Succeeds(204);
    }

    [Fact] // graph.md §6.2: one PATCH with both fails as a whole
    public async Task Two_properties_need_two_permissions_and_fail_together()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync(["User.ReadWrite.All"], ["User Administrator"]);
        (await caller.PatchAsync($"users/{id}", new { accountEnabled = false, passwordProfile = new { password = New } })).Refuses(
            403,
            "Authorization_RequestDenied"
        );
        Assert.True((bool)(await caller.GetAsync($"users/{id}?$select=accountEnabled")).Json["accountEnabled"]!);
    }

    [Theory] // graph.md §6.2, "Who can reset whom"
    [InlineData("Helpdesk Administrator", "Reports Reader", true)]
    [InlineData("Password Administrator", "Reports Reader", false)]
    [InlineData("Password Administrator", "Guest Inviter", true)]
    [InlineData("User Administrator", "Helpdesk Administrator", true)]
    [InlineData("Authentication Administrator", "Helpdesk Administrator", false)]
    [InlineData("User Administrator", "Global Administrator", false)]
    [InlineData("User Administrator", "Exchange Administrator", false)]
    [InlineData("Privileged Authentication Administrator", "Global Administrator", true)]
    [InlineData("Directory Readers", null, false)]
    public async Task Who_may_reset_whom(string caller, string? target, bool allowed)
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada", new { roles = target is null ? [] : new[] { target } });
        var client = await tenant.CallerAsync(["User-PasswordProfile.ReadWrite.All"], [caller]);
        Assert.Equal(allowed ? 204 : 403, (int)(await client.PatchAsync($"users/{id}", Profile)).Status);
    }

    [Theory] // graph.md §6.3
    [InlineData("Short1!")]
    [InlineData("onlylowercaseletters")]
    [InlineData("My-P@ssw0rd-2026")]
    [InlineData("Adalovelace-2026!")]
    public async Task A_password_against_the_policy_is_refused(string password)
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("adalovelace");
        (await (await CallerAsync(tenant)).PatchAsync($"users/{id}", new { passwordProfile = new { password } })).Refuses(
            400,
            "Request_BadRequest",
            "The specified password does not comply with password complexity requirements. Please provide a different password."
        );
    }

    [Theory] // graph.md §6.4
    [InlineData("refused", 400)]
    [InlineData("cloudOnly", 204)]
    public async Task A_synced_user_is_refused_or_changed_in_the_cloud_only(string variant, int status)
    {
        await using var _ = await stage.SwitchAsync(new { syncedPasswordChange = variant });
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada", new { onPremises = new { syncEnabled = true } });
        var caller = await CallerAsync(tenant);
        Assert.Equal(status, (int)(await caller.PatchAsync($"users/{id}", Profile)).Status);
        (await caller.PatchAsync($"users/{id}", new { jobTitle = "x" })).Refuses(403, "Authorization_RequestDenied");
    }

    [Fact]
    public async Task A_federated_domain_holds_no_passwords()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        await stage.Emulator.PostAsync($"/tenants/{tenant.Id}/domains", new { name = tenant.Domain, authenticationType = "Federated" });
        (await (await CallerAsync(tenant)).PatchAsync($"users/{id}", Profile)).Refuses(400, "Request_BadRequest");
    }

    [Theory] // graph.md §6.4: resetPassword, also for synced users; 202 and an operation to ask for
    [InlineData(false, "xWwvJ]6NMw+bWH-d")]
    [InlineData(false, null)]
    [InlineData(true, "xWwvJ]6NMw+bWH-d")]
    public async Task An_administrator_resets_a_password_to_a_given_or_a_generated_one(bool isSynced, string? password)
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada", new { onPremises = new { syncEnabled = isSynced } });
        var caller = await AdministratorAsync(tenant);
        var answer = (await caller.PostAsync(ResetOf(id), password is null ? null : new { newPassword = password })).Succeeds(202);
        Assert.Equal(password is null, answer.Json.ContainsKey("newPassword"));
        Assert.Equal("succeeded", (string)(await caller.GetAsync(answer.Headers["Location"])).Succeeds().Json["status"]!);

        // To be changed at the next sign-in, where the new one is right.
        using var browser = stage.Emulator.NewBrowser();
        var page = await browser.EnterAsync(
            stage.Emulator.AuthorizeUrl(tenant.Id, ("client_id", caller.AppId)),
            $"ada@{tenant.Domain}",
            password ?? (string)answer.Json["newPassword"]!
        );
        Assert.Equal("Update your password", page.Heading);
    }

    [Fact] // graph.md §6.4: delegated only, an authentication administrator, not one's own account, a synced user needs the new password
    public async Task A_reset_has_rules_of_its_own()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada", new { onPremises = new { syncEnabled = true } });
        var application = await tenant.CallerAsync(["UserAuthenticationMethod.ReadWrite.All"], ["Global Administrator"]);
        (await application.PostAsync(ResetOf(id), new { newPassword = New })).Refuses(403, "Authorization_RequestDenied");
        var helpdesk = await AdministratorAsync(tenant, "Helpdesk Administrator");
        (await helpdesk.PostAsync(ResetOf(id), new { newPassword = New })).Refuses(403, "Authorization_RequestDenied");

        var caller = await AdministratorAsync(tenant);
        (await caller.PostAsync(ResetOf(id))).Refuses(400, "Request_BadRequest");
        (await caller.PostAsync(ResetOf(id), new { newPassword = "short" })).Refuses(400, "Request_BadRequest");
        (await caller.PostAsync(ResetOf("me"), new { newPassword = New })).Refuses(400, "Request_BadRequest");
        (await caller.PostAsync($"users/{id}/authentication/methods/{Guid.Empty}/resetPassword")).Refuses(404, "Request_ResourceNotFound");
        (await caller.GetAsync($"users/{id}/authentication/operations/{Guid.Empty}")).Refuses(404, "Request_ResourceNotFound");
    }

    [Fact]
    public async Task Methods_are_the_password_and_the_registered_telephone()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada", new { isMfaRegistered = true });
        var caller = await tenant.CallerAsync("UserAuthenticationMethod.Read.All");
        Assert.Equal(
            ["#microsoft.graph.passwordAuthenticationMethod", "#microsoft.graph.phoneAuthenticationMethod"],
            (await caller.GetAsync($"users/{id}/authentication/methods")).Succeeds().Names("@odata.type")
        );
        Assert.Single((await caller.GetAsync($"users/{id}/authentication/passwordMethods")).Succeeds().Values);
    }

    [Fact]
    public async Task Enabling_and_disabling_has_a_permission_of_its_own()
    {
        var tenant = await stage.NewTenantAsync();
        var id = await tenant.UserIdAsync("ada");
        var caller = await tenant.CallerAsync("User.EnableDisableAccount.All", "User.Read.All");
        (await caller.PatchAsync($"users/{id}", new { accountEnabled = false })).Succeeds(204);
        (await caller.PatchAsync($"users/{id}", new { jobTitle = "x" })).Refuses(403, "Authorization_RequestDenied");
    }

    private static string ResetOf(string user) =>
        (user == "me" ? "me" : $"users/{user}") + "/authentication/methods/28c10230-6103-485e-b985-444c60001490/resetPassword";

    private static async Task<GraphClient> AdministratorAsync(GraphTenant tenant, string role = "Authentication Administrator")
    {
        var name = role.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        await tenant.AddUserAsync(name, new { roles = new[] { role } });
        return await tenant.DelegatedAsync($"{name}@{tenant.Domain}", "UserAuthenticationMethod.ReadWrite.All");
    }

    private static Task<GraphClient> CallerAsync(GraphTenant tenant) =>
        tenant.CallerAsync(
            ["User-PasswordProfile.ReadWrite.All", "User.Read.All", "AuditLog.Read.All", "Directory.Read.All"],
            ["User Administrator"]
        );
}
