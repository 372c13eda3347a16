using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.EntraEmulator.Portal;

/// <summary>Users, groups, domains and Conditional Access: each form changes what is shown and how people sign in.</summary>
public sealed partial class PeopleTests : IAsyncLifetime
{
    private EmulatorStage _stage = null!;
    private PortalVisit _visit = null!;

    private string User => $"{_visit.Root}/users/{_stage.UserId}";

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
    public async Task A_profile_changes_name_title_and_user_name()
    {
        await _visit.SaveAsync(User, ("upn", "mira.k@contoso.example"), ("name", "Mira K."), ("title", "Lead"), ("enabled", "on"));
        var user = await _visit.UserAsync();
        Assert.Equal("mira.k@contoso.example", (string?)user["userPrincipalName"]);
        Assert.Equal("Lead", (string?)user["jobTitle"]);
        await _visit.RefusesAsync(User, "upn", "verified domain", ("upn", "mira@elsewhere.example"), ("name", "Mira"));
        await _visit.RefusesAsync(User, "name", "display name", ("name", ""));
    }

    [Fact]
    public async Task Methods_roles_and_groups_are_set()
    {
        await _visit.SaveAsync($"{User}/methods", ("mfa", "on"));
        await _visit.SaveAsync($"{User}/roles", ("role", "fe930be7-5e62-47db-91af-98c3a49a38b1"));
        var user = await _visit.UserAsync();
        Assert.True((bool)user["isMfaRegistered"]!);
        Assert.Equal("User Administrator", (string?)user["roles"]![0]);
        await _visit.SaveAsync($"{User}/roles/remove", ("role", "fe930be7-5e62-47db-91af-98c3a49a38b1"));
        Assert.Empty((JsonArray)(await _visit.UserAsync())["roles"]!);

        await _visit.RefusesAsync($"{User}/groups", "group", "There is no group", ("group", "Nobody"));
        await _visit.SaveAsync($"{_visit.Root}/groups", ("name", "Sync group"));
        var page = await _visit.SaveAsync($"{User}/groups", ("group", "sync group"));
        Assert.Contains("Sync group", page.Text, StringComparison.Ordinal);
    }

    [Fact] // graph.md §4.5
    public async Task A_deleted_user_is_restored_unless_the_name_was_taken()
    {
        await _visit.SaveAsync($"{User}/delete");
        Assert.Equal(HttpStatusCode.NotFound, (await _visit.OpenAsync(User)).Status);
        await _visit.PostAsync($"{_visit.Root}/users/new", ("upn", "mira@contoso.example"), ("name", "Other Mira"));
        await _visit.RefusesAsync($"{_visit.Root}/users/deleted/{_stage.UserId}/restore", "", "is taken");
        var other = (string)(await _stage.ControlAsync(HttpMethod.Get, $"/tenants/{_stage.TenantId}/users/mira@contoso.example"))["id"]!;
        await _visit.SaveAsync($"{_visit.Root}/users/{other}/delete");
        var restored = await _visit.SaveAsync($"{_visit.Root}/users/deleted/{_stage.UserId}/restore");
        Assert.Equal("Mira Koch", restored.Heading);
        Assert.NotEmpty(await _stage.CodeAsync());
    }

    [Fact]
    public async Task The_list_is_searched_filtered_and_paged()
    {
        for (var i = 0; i < 60; i++)
            await _stage.PostAsync(
                $"/tenants/{_stage.TenantId}/users",
                new
                {
                    userPrincipalName = $"p{i}@contoso.example",
                    displayName = $"Person {i:00}",
                    accountEnabled = i != 7,
                }
            );
        var first = await _visit.OpenAsync($"{_visit.Root}/users?q=person");
        Assert.Contains("50 users on this page", first.Text, StringComparison.Ordinal);
        Assert.Contains("Person 49", first.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Person 50", first.Text, StringComparison.Ordinal);
        var next = WebUtility.HtmlDecode(NextLink().Match(first.Html).Groups[1].Value);
        Assert.Contains("Person 50", (await _visit.OpenAsync(next)).Text, StringComparison.Ordinal);
        Assert.Contains("1 users found", (await _visit.OpenAsync($"{_visit.Root}/users?kind=blocked")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Groups_hold_people_and_groups_but_not_themselves()
    {
        var outer = (await _visit.SaveAsync($"{_visit.Root}/groups", ("name", "Outer"))).Html;
        await _visit.SaveAsync($"{_visit.Root}/groups", ("name", "Inner"), ("members", "mira@contoso.example"));
        var id = outer[(outer.IndexOf("/groups/", StringComparison.Ordinal) + "/groups/".Length)..][..36];
        var path = $"{_visit.Root}/groups/{id}";
        await _visit.RefusesAsync($"{path}/members", "members", "no member of itself", ("members", "Outer"));
        await _visit.RefusesAsync($"{path}/members", "members", "There is no user or group", ("members", "nobody@contoso.example"));
        var page = await _visit.SaveAsync($"{path}/members", ("members", "Inner"));
        Assert.Contains("Inner", page.Text, StringComparison.Ordinal);
        await _visit.RefusesAsync($"{_visit.Root}/groups", "rule", "needs a query", ("name", "Auto"), ("membership", "dynamic"));
        var made = await _visit.SaveAsync(
            $"{_visit.Root}/groups",
            ("name", "Auto"),
            ("membership", "dynamic"),
            ("rule", "user.city -eq \"X\"")
        );
        Assert.Contains("user.city -eq \"X\"", made.Text, StringComparison.Ordinal);
    }

    [Fact] // §9: the policy decides the next sign-in
    public async Task A_blocking_policy_blocks_and_keeps_the_form_when_refused()
    {
        var path = $"{_visit.Root}/conditional-access/new";
        await _visit.RefusesAsync(path, "included", "at least one user", ("name", "Block"), ("users", "Some"), ("applications", "All"));
        await _visit.RefusesAsync(
            path,
            "targets",
            "knows no application",
            ("name", "Block"),
            ("users", "All"),
            ("applications", "Some"),
            ("targets", "No such")
        );
        await _visit.SaveAsync(
            path,
            ("name", "Block Mira"),
            ("users", "Some"),
            ("included", "mira@contoso.example"),
            ("applications", "Some"),
            ("targets", "Anteroom"),
            ("locations", "any"),
            ("grant", "block"),
            ("state", "enabled")
        );
        var refused = await _stage.NewBrowser().EnterAsync(_stage.AuthorizeUrl(), "mira@contoso.example", EmulatorStage.Password);
        Assert.Contains("53003", refused.Text + refused.Location, StringComparison.Ordinal);
        var log = await _visit.OpenAsync($"{_visit.Root}/conditional-access");
        Assert.Contains("Block access", log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_location_in_use_stays()
    {
        var path = $"{_visit.Root}/conditional-access/named-locations";
        await _visit.RefusesAsync(path, "ranges", "not an IP range", ("name", "Office"), ("ranges", "10.0.0.0/99"));
        var page = await _visit.SaveAsync(path, ("name", "Office"), ("ranges", "127.0.0.0/8"), ("trusted", "on"));
        var at = page.Html.IndexOf("name=\"location\" value=\"", StringComparison.Ordinal) + "name=\"location\" value=\"".Length;
        var id = page.Html[at..(at + 36)];
        await _visit.SaveAsync(
            $"{_visit.Root}/conditional-access/new",
            ("name", "Away"),
            ("users", "All"),
            ("applications", "All"),
            ("locations", "any"),
            ("except", id),
            ("grant", "block"),
            ("state", "enabled")
        );
        Assert.NotEmpty(await _stage.CodeAsync()); // this machine is in the office
        await _visit.RefusesAsync($"{path}/remove", "", "The policy Away names this location", ("location", id));
    }

    [Fact]
    public async Task Domains_are_added_verified_made_primary_and_federated()
    {
        var path = $"{_visit.Root}/domains";
        await _visit.RefusesAsync(path, "domain", "not a domain name", ("domain", "no domain"));
        await _visit.SaveAsync(path, ("domain", "second.example"));
        await _visit.RefusesAsync($"{path}/primary", "", "Verify", ("domain", "second.example"));
        await _visit.SaveAsync($"{path}/verify", ("domain", "second.example"));
        await _visit.SaveAsync($"{path}/primary", ("domain", "second.example"));
        await _visit.RefusesAsync($"{path}/remove", "", "another domain primary", ("domain", "second.example"));
        await _visit.RefusesAsync($"{path}/remove", "", "There are users", ("domain", "contoso.example"));
        await _visit.RefusesAsync(
            $"{path}/federation",
            "passive",
            "absolute",
            ("federated", "second.example"),
            ("kind", "Federated"),
            ("issuer", "urn:x"),
            ("passive", "x")
        );
        await _visit.SaveAsync(
            $"{path}/federation",
            ("federated", "second.example"),
            ("kind", "Federated"),
            ("issuer", "urn:adfs"),
            ("passive", "https://adfs.example/ls")
        );
        var tenant = await _stage.ControlAsync(HttpMethod.Get, $"/tenants/{_stage.TenantId}");
        var domain = ((JsonArray)tenant["domains"]!).Single(known => (string)known!["id"]! == "second.example")!;
        Assert.True((bool)domain["isDefault"]!);
        Assert.Equal("Federated", (string?)domain["authenticationType"]);
    }

    [Fact]
    public async Task Faults_are_switched_on_and_off()
    {
        await _visit.RefusesAsync("/portal/faults", "path", "starts with a slash", ("kind", "status"), ("path", "token"));
        await _visit.RefusesAsync("/portal/faults", "status", "400 to 599", ("kind", "status"), ("path", "/x"), ("status", "200"));
        var page = await _visit.SaveAsync(
            "/portal/faults",
            ("kind", "status"),
            ("path", "/*/discovery/v2.0/keys"),
            ("status", "503"),
            ("times", "5")
        );
        Assert.Contains("HTTP 503", page.Text, StringComparison.Ordinal);
        using var broken = await _stage.GetAsync($"/{_stage.TenantId}/discovery/v2.0/keys");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, broken.StatusCode);
        await _visit.SaveAsync("/portal/faults/clear");
        using var mended = await _stage.GetAsync($"/{_stage.TenantId}/discovery/v2.0/keys");
        Assert.Equal(HttpStatusCode.OK, mended.StatusCode);
    }

    [Fact] // §1.4
    public async Task Keys_roll_over_step_by_step()
    {
        await _visit.RefusesAsync("/portal/keys/roll", "", "Two keys stay", ("step", "remove"));
        var before = (string)
            (await _stage.ControlAsync(HttpMethod.Get, "/keys"))["items"]!.AsArray().Single(key => (bool)key!["signs"]!)!["kid"]!;
        foreach (var step in new[] { "add", "switch", "remove" })
            await _visit.SaveAsync("/portal/keys/roll", ("step", step));
        var after = (await _stage.ControlAsync(HttpMethod.Get, "/keys"))["items"]!.AsArray();
        Assert.DoesNotContain(after, key => (string)key!["kid"]! == before);
        await _visit.RefusesAsync("/portal/keys/own", "application", "There is no application", ("application", "x"));
        var page = await _visit.SaveAsync("/portal/keys/own", ("application", _stage.AppId));
        Assert.Contains("Signs for Anteroom (Contoso)", page.Text, StringComparison.Ordinal);
    }

    [Fact] // entra-oidc.md §5
    public async Task A_guest_is_invited_accepts_by_the_link_and_signs_in()
    {
        var path = $"{_visit.Root}/users/invite";
        await _visit.RefusesAsync(path, "mail", "not an email address", ("mail", "somebody"));
        await _visit.RefusesAsync(path, "mail", "verified domain of this tenant", ("mail", "new@contoso.example"));
        await _visit.RefusesAsync(path, "redirect", "not an absolute address", ("mail", "gia@guest.example"), ("redirect", "/home"));
        var home = await _stage.PostAsync(
            "/tenants",
            new
            {
                displayName = "Home",
                initialDomain = "home.onmicrosoft.com",
                verifiedDomains = new[] { "guest.example" },
            }
        );
        await _stage.PostAsync(
            $"/tenants/{home["id"]}/users",
            new
            {
                userPrincipalName = "gia@guest.example",
                displayName = "Gia Guest",
                password = EmulatorStage.Password,
            }
        );

        var invited = await _visit.PostAsync(path, ("mail", "gia@guest.example"), ("redirect", "https://rp.example/welcome"));
        Assert.Equal("Gia Guest", invited.Heading);
        var link = RedeemLink().Match(invited.Text).Value;
        var waiting = (await _visit.OpenAsync($"{_visit.Root}/users?kind=guest")).Text;
        Assert.Contains("Gia Guest", waiting, StringComparison.Ordinal);
        var guest = UserLink().Match(invited.Html).Groups[1].Value;
        Assert.Equal("PendingAcceptance", (string?)(await _visit.UserAsync(guest))["externalUserState"]);

        using var browser = _stage.NewBrowser();
        var review = await browser.EnterAsync(new Uri(link).PathAndQuery, "gia@guest.example", EmulatorStage.Password);
        var accepted = await browser.SubmitAsync(review, ("answer", "accept"));
        Assert.StartsWith("https://rp.example/welcome", accepted.Location, StringComparison.Ordinal);
        Assert.Equal("Accepted", (string?)(await _visit.UserAsync(guest))["externalUserState"]);
    }

    [GeneratedRegex("rel=\"next\" href=\"([^\"]*)\"")]
    private static partial Regex NextLink();

    [GeneratedRegex("http://[^<\"]*/redeem[^<\"]*")]
    private static partial Regex RedeemLink();

    [GeneratedRegex("/users/([0-9a-f-]{36})")]
    private static partial Regex UserLink();
}
