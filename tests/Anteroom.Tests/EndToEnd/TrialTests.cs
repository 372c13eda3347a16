using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Tests.Console;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A connection is tried before it is open to all: by a test sign-in that leaves nothing, and by testers.</summary>
public sealed class TrialTests(SharedRig shared)
{
    private const string Begin = "main form[action$='/try']";

    [Fact]
    [Trait("Capability", "IMP-12")]
    [Trait("Capability", "HEC-40")]
    public async Task A_test_sign_in_shows_claims_and_decision_and_leaves_nothing()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        var records = await contoso.Rows.CountAsync("sign_ins");

        var result = await TryAsync(browser, scene, contoso, mira);

        Assert.EndsWith("/tried", result.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.Contains("would get an account", result.Text, StringComparison.Ordinal);
        Assert.Contains(mira.ObjectId.ToString(), result.Text, StringComparison.Ordinal);
        Assert.Contains("kept back", RowOf(result, "nonce"), StringComparison.Ordinal);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal(records, await contoso.Rows.CountAsync("sign_ins"));
        var tried = Assert.Single(await contoso.Rows.AuditAsync("connection.tried"));
        Assert.Equal(("user", "success"), (tried.ActorKind, tried.Result));

        // Somebody else of the organization who gets hold of the address is told nothing.
        using var other = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        Assert.DoesNotContain(mira.ObjectId.ToString(), (await other.GetAsync(result.Address.AbsoluteUri)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("hybrid")]
    [InlineData("idToken")]
    [Trait("Capability", "IMP-12")]
    public async Task Tries_every_mode_by_its_own_way(string mode)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode) with { State = ConnectionState.Testing });
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var result = await TryAsync(browser, scene, contoso, await contoso.AddPersonAsync());

        Assert.Contains("would get an account", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public async Task A_test_sign_in_names_the_gate_that_is_closed_with_its_cure()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { State = ConnectionState.Draft, Settings = settings => settings with { AuthorizedDomains = ["elsewhere.example"] } }
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var result = await TryAsync(browser, scene, contoso, await contoso.AddPersonAsync());

        Assert.Contains("domain_not_authorized", result.Text, StringComparison.Ordinal);
        Assert.Contains("Authorized domains: add", result.Text, StringComparison.Ordinal);
        Assert.Equal("domain_not_authorized", Assert.Single(await contoso.Rows.AuditAsync("connection.tried")).Reason);
    }

    [Fact]
    [Trait("Capability", "HEC-40")]
    public async Task A_test_sign_in_that_the_provider_refuses_ends_with_the_provider_s_code()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(
            rig,
            new() { State = ConnectionState.Draft, Secret = (right, _) => right[..^1] + (right[^1] == 'x' ? 'y' : 'x') }
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var result = await TryAsync(browser, scene, contoso, await contoso.AddPersonAsync());

        Assert.Contains("AADSTS7000215", result.Text, StringComparison.Ordinal);
        Assert.Contains("secret_invalid", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-069")]
    public async Task A_trial_counts_once_and_signs_nobody_in()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/try"));
        var entra = await ConsoleForm.SubmitAsync(browser, page, selector: Begin);
        using var copy = browser.Clone();
        await EntraPages.SignInAsync(browser, entra, await contoso.AddPersonAsync());
        var callback = browser.Visited.Last(address => address.AbsolutePath == new Uri(contoso.RedirectUri).AbsolutePath);

        Assert.Equal("transaction_missing", (await browser.GetAsync(callback.AbsoluteUri)).Reason);
        Assert.NotEqual(HttpStatusCode.OK, (await copy.GetAsync(callback.AbsoluteUri)).Status);
        Assert.Single(await contoso.Rows.AuditAsync("connection.tried"));
        Assert.Equal(0, await contoso.Rows.CountAsync("external_identities"));
    }

    [Fact]
    [Trait("Capability", "IMP-12")]
    public async Task While_in_test_a_connection_lets_its_testers_in_and_nobody_else()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Testing });
        var scene = new ConsoleScene(rig);
        var (mira, paul) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("paul"));
        var link = await LinkAsync(scene, contoso, mira.ObjectId.ToString());

        // To everybody the connection is not there.
        using var stranger = rig.NewBrowser();
        Assert.Equal(
            "connection_missing",
            (await stranger.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri)).Reason
        );

        using var testing = rig.NewBrowser();
        var inside = await EntraPages.SignInAsync(testing, await testing.GetAsync(link), mira);
        Assert.Equal($"/account/{contoso.Slug}", inside.Address.AbsolutePath);
        // The session is a real one: applications use it.
        var attempt = application.Begin(("organization", contoso.Slug));
        Assert.True((await application.RedeemAsync(attempt, await testing.GetAsync(attempt.Address.AbsoluteUri))).IsSuccess);

        using var other = rig.NewBrowser();
        var before = await contoso.Rows.CountAsync();
        Assert.Equal("connection_in_test", (await EntraPages.SignInAsync(other, await other.GetAsync(link), paul)).Reason);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("connection_in_test", (await contoso.Rows.LastRefusalAsync()).Reason);
    }

    [Theory]
    [InlineData(ConnectionState.Draft)]
    [InlineData(ConnectionState.Submitted)]
    [InlineData(ConnectionState.Disabled)]
    [Trait("Security", "SEC-076")]
    public async Task The_link_for_testers_leads_nowhere_before_and_after_the_test(ConnectionState state)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = state });
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync($"{rig.Address}/account?connection={contoso.Connection.Key}");
        var unknown = await browser.GetAsync($"{rig.Address}/account?connection=no-such-connection");

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Equal(unknown.Body, page.Body);
    }

    [Fact]
    [Trait("Capability", "IMP-12")]
    public async Task Testers_are_typed_by_user_name_and_kept_by_id()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Testing });
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync("mira-koch", mira);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/testers");

        var refused = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), new() { ["testers"] = "nobody-here" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);

        var saved = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), new() { ["testers"] = "mira-koch" });
        Assert.Equal(HttpStatusCode.OK, saved.Status);
        var kept = await rig.Get<ConnectionStore>().FindAsync(contoso.Organization.Id, contoso.Connection.Id, default);
        Assert.Equal([account.Id.ToString()], kept!.Settings.Testers);
        Assert.Equal("mira-koch", (await browser.GetAsync(address)).Html.QuerySelector("textarea")!.TextContent.Trim());
    }

    private static async Task<Page> TryAsync(HttpBrowser browser, ConsoleScene scene, Contoso contoso, Person person)
    {
        var page = await browser.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/try"));
        return await EntraPages.SignInAsync(browser, await ConsoleForm.SubmitAsync(browser, page, selector: Begin), person);
    }

    private static async Task<string> LinkAsync(ConsoleScene scene, Contoso contoso, string testers)
    {
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/testers");
        var saved = await ConsoleForm.SubmitAsync(browser, await browser.GetAsync(address), new() { ["testers"] = testers });
        return saved.Html.QuerySelector(".copyable code")!.TextContent;
    }

    private static string RowOf(Page page, string claim) =>
        page.Html.QuerySelectorAll("dl.facts > div").First(row => row.QuerySelector("dt")!.TextContent.Trim() == claim).TextContent;
}
