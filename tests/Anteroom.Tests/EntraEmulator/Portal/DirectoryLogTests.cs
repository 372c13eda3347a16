using System.Text.Json.Nodes;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>What is changed in the portal stands in the directory audit log; the control API only sets the stage.</summary>
public sealed class DirectoryLogTests : IAsyncLifetime
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

    [Fact] // graph.md §11
    public async Task Changes_of_people_applications_policies_domains_and_consent_are_logged()
    {
        await _stage.PostAsync($"/tenants/{_stage.TenantId}/groups", new { displayName = "By control" });
        Assert.Empty(await ActivitiesAsync());

        await _visit.SaveAsync($"{_visit.Root}/groups", ("name", "Portal group"), ("members", "mira@contoso.example"));
        await _visit.SaveAsync($"{_visit.Root}/roles", ("role", "fe930be7-5e62-47db-91af-98c3a49a38b1"), ("principal", "Anteroom"));
        await _visit.SaveAsync($"{_visit.Root}/conditional-access/new", ("name", "P"), ("users", "All"), ("applications", "All"));
        await _visit.SaveAsync($"{_visit.Root}/conditional-access/named-locations", ("name", "L"), ("ranges", "10.0.0.0/8"));
        await _visit.SaveAsync($"{_visit.Root}/domains", ("domain", "third.example"));
        await _visit.SaveAsync($"{_visit.Registration}/branding", ("name", "Renamed"));
        await _visit.SaveAsync($"{_visit.Registration}/api-permissions/grant");
        await _visit.SaveAsync($"{_visit.Enterprise}/permissions/withdraw");
        await _visit.PostAsync($"{_visit.Root}/users/invite", ("mail", "gia@guest.example"), ("redirect", "https://rp.example/welcome"));
        await _visit.SaveAsync("/portal/keys/own", ("application", _stage.AppId));
        await _visit.SaveAsync($"{_visit.Root}/users/{_stage.UserId}/delete");
        await _visit.SaveAsync($"{_visit.Root}/users/deleted/{_stage.UserId}/restore");
        await _visit.SaveAsync($"{_visit.Root}/users/{_stage.UserId}/delete");
        await _visit.SaveAsync($"{_visit.Root}/users/deleted/{_stage.UserId}/purge");
        await _visit.RefusesAsync($"{_visit.Root}/domains", "domain", "already", ("domain", "third.example"));

        string[] expected =
        [
            "Add conditional access policy",
            "Add group",
            "Add member to group",
            "Add member to role",
            "Add named location",
            "Add unverified domain",
            "Consent to application",
            "Delete user",
            "Delete user",
            "Hard Delete user",
            "Invite external user",
            "Restore user",
            "Revoke consent",
            "Update application",
            "Update service principal",
        ];
        Assert.Equal(expected, await ActivitiesAsync());
    }

    private async Task<IEnumerable<string>> ActivitiesAsync() =>
        ((JsonArray)(await _stage.ControlAsync(HttpMethod.Get, $"/tenants/{_stage.TenantId}/directory-audits"))["items"]!)
            .Select(row => (string)row!["activityDisplayName"]!)
            .Order(StringComparer.Ordinal)
            .ToList();
}
