using System.Text.Json.Nodes;
using Anteroom.Tests.EntraEmulator.Portal;

namespace Anteroom.Tests.EntraEmulator;

/// <summary>entra-oidc.md §6.4 row 3: with the admin-consent workflow on, people ask and an administrator answers, in the portal or by the control API.</summary>
public sealed class ApprovalTests : IAsyncLifetime
{
    private const string Asked = "openid User.Read.All";

    private EmulatorStage _stage = null!;

    private string Requests => $"/tenants/{_stage.TenantId}/admin-consent-requests";

    public async ValueTask InitializeAsync()
    {
        _stage = await EmulatorStage.StartAsync();
        await _stage.PatchAsync($"/tenants/{_stage.TenantId}", new { policies = new { adminConsentRequestsEnabled = true } });
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_request_says_who_wants_what_and_why()
    {
        Assert.StartsWith("AADSTS90095: ", await AskAsync("For the monthly report"), StringComparison.Ordinal);
        var request = await OnlyAsync();
        Assert.Equal(_stage.UserId, (string?)request["userId"]);
        Assert.Equal(_stage.AppId, (string?)request["appId"]);
        Assert.Equal("For the monthly report", (string?)request["reason"]);
        Assert.Equal("pending", (string?)request["state"]);
        Assert.Contains("https://graph.microsoft.com/User.Read.All", ((JsonArray)request["scopes"]!).Select(scope => (string?)scope));

        // Asking again renews the one request; without a reason the page stays.
        await AskAsync("Still for the report");
        Assert.Equal("Still for the report", (string?)(await OnlyAsync())["reason"]);
        using var browser = _stage.NewBrowser();
        var page = await SeeAsync(browser);
        Assert.Equal("Approval required", (await browser.SubmitAsync(page, ("justification", " "), ("answer", "request"))).Heading);
    }

    [Fact]
    public async Task An_approval_is_consent_for_everybody()
    {
        await AskAsync("Please");
        await _stage.PostAsync($"{Requests}/{(string)(await OnlyAsync())["id"]!}/approve", new { });
        Assert.Equal("approved", (string?)(await OnlyAsync())["state"]);
        using var browser = _stage.NewBrowser();
        var reply = await browser.SignInAsync(Url(), "mira@contoso.example", EmulatorStage.Password);
        Assert.Contains("code", reply.Keys);
    }

    [Fact] // an answer is final, and a request of another tenant is not this one's
    public async Task A_denial_changes_nothing_and_cannot_be_taken_back()
    {
        await AskAsync("Please");
        var id = (string)(await OnlyAsync())["id"]!;
        var other = (string)(await _stage.PostAsync("/tenants", new { displayName = "Fabrikam" }))["id"]!;
        Assert.Equal(404, await StatusAsync($"/tenants/{other}/admin-consent-requests/{id}/approve"));
        await _stage.PostAsync($"{Requests}/{id}/deny", new { });
        Assert.Equal(404, await StatusAsync($"{Requests}/{id}/approve"));
        using var browser = _stage.NewBrowser();
        Assert.Equal("Approval required", (await SeeAsync(browser)).Heading);
    }

    [Fact] // "Block": the application is disabled in the tenant
    public async Task A_block_ends_the_asking()
    {
        await AskAsync("Please");
        await _stage.PostAsync($"{Requests}/{(string)(await OnlyAsync())["id"]!}/block", new { });
        using var browser = _stage.NewBrowser();
        Assert.Contains("AADSTS7000112: ", (await SeeAsync(browser)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_answers_a_request_of_last_month()
    {
        await AskAsync("Please");
        var id = (string)(await OnlyAsync())["id"]!;
        _stage.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Empty((JsonArray)(await _stage.ControlAsync(HttpMethod.Get, Requests))["items"]!);
        Assert.Equal(404, await StatusAsync($"{Requests}/{id}/approve"));
    }

    [Fact] // Enterprise applications > Admin consent requests
    public async Task The_portal_shows_requests_and_approves_them()
    {
        await AskAsync("<b>For the monthly report</b>");
        using var visit = new PortalVisit(_stage);
        var path = $"{visit.Root}/enterprise-applications/admin-consent-requests";
        Assert.Contains(path, (await visit.OpenAsync($"{visit.Root}/enterprise-applications")).Html, StringComparison.Ordinal);
        var page = await visit.OpenAsync(path);
        Assert.Equal("Admin consent requests", page.Heading);
        Assert.Contains("&lt;b&gt;For the monthly report", page.Html, StringComparison.Ordinal);
        Assert.Contains("Mira Koch", page.Text, StringComparison.Ordinal);
        Assert.Contains("Pending", page.Text, StringComparison.Ordinal);

        page = await visit.SaveAsync($"{path}/approve", ("request", (string)(await OnlyAsync())["id"]!));
        Assert.Contains("Approved", page.Text, StringComparison.Ordinal);
        Assert.Equal("approved", (string?)(await OnlyAsync())["state"]);
    }

    private string Url() => _stage.AuthorizeUrl(null, ("scope", Asked));

    private Task<EmulatorBrowser.Page> SeeAsync(EmulatorBrowser browser) =>
        browser.EnterAsync(Url(), "mira@contoso.example", EmulatorStage.Password);

    /// <returns>The description that the application hears.</returns>
    private async Task<string> AskAsync(string reason)
    {
        using var browser = _stage.NewBrowser();
        var page = await SeeAsync(browser);
        Assert.Equal("Approval required", page.Heading);
        return (await browser.SubmitAsync(page, ("justification", reason), ("answer", "request"))).Reply()["error_description"];
    }

    private async Task<JsonObject> OnlyAsync() =>
        (JsonObject)Assert.Single((JsonArray)(await _stage.ControlAsync(HttpMethod.Get, Requests))["items"]!)!;

    private async Task<int> StatusAsync(string path)
    {
        using var client = new HttpClient();
        using var response = await client.PostAsync(new Uri($"{_stage.Url}/_emulator{path}"), null);
        return (int)response.StatusCode;
    }
}
