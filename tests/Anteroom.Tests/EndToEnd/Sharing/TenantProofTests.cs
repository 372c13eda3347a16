using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Connections.SharedApp;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Tests.Console;

namespace Anteroom.Tests.EndToEnd.Sharing;

/// <summary>An administrator connects the tenant by signing in there; nobody else can by it, and no address does it alone.</summary>
public sealed class TenantProofTests(SharedRig shared)
{
    private const string Begin = "main form[action$='/prove']";
    private const string Confirm = "main form[action$='/proven']";

    [Fact]
    [Trait("Capability", "HEC-17")]
    [Trait("Capability", "HEC-18")]
    [Trait("Capability", "HEC-19")]
    [Trait("Security", "SEC-063")]
    public async Task An_administrator_signs_in_consents_for_all_and_the_next_person_is_asked_nothing()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig), State = ConnectionState.Draft });
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var prompt = await ProveAsync(scene, contoso, console, ada, Consent.Ask);
        Assert.StartsWith(rig.EmulatorAddress, prompt.Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("Permissions requested", prompt.Text, StringComparison.Ordinal);
        var shown = await EntraPages.SignInAsync(console, prompt, ada, consent: Consent.ForAll);
        Assert.Contains(contoso.TenantId.ToString(), shown.Text, StringComparison.Ordinal);
        Assert.Contains(ada.UserName, shown.Text, StringComparison.Ordinal);
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings")); // the address alone does nothing

        var connected = await ConsoleForm.SubmitAsync(console, shown, selector: Confirm);

        Assert.EndsWith("/tenants", connected.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.Contains(contoso.TenantId.ToString(), connected.Text, StringComparison.Ordinal);
        Assert.Contains("is connected", connected.Text, StringComparison.Ordinal);
        var binding = Assert.Single(await rig.Get<TenantBindings>().ListAsync(contoso.Organization.Id, default));
        Assert.Equal((TenantBindingKind.Administrator, contoso.Domain), (binding.Kind, binding.Domain));
        var row = Assert.Single(await contoso.Rows.AuditAsync("tenant_binding.created"));
        Assert.Equal(("user", binding.By), (row.ActorKind, row.ActorId));
        Assert.Equal(0, await contoso.Rows.CountAsync("external_identities")); // nobody was signed in by it

        await contoso.MoveAsync(ConnectionStep.Activate);
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact] // the box was not ticked: everybody is asked for themselves
    [Trait("Capability", "HEC-19")]
    public async Task Without_the_box_the_next_person_is_asked_for_themselves()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig) });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        await ConsoleForm.SubmitAsync(console, await ProveAsync(scene, contoso, console, ada, Consent.ForMyself), selector: Confirm);

        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var attempt = application.Begin(("organization", contoso.Slug));
        var prompt = await Contoso.SignInAsync(browser, attempt, mira);
        Assert.Contains("Permissions requested", prompt.Text, StringComparison.Ordinal);
        var answer = await EntraPages.SignInAsync(browser, prompt, mira, consent: Consent.ForMyself);
        Assert.True((await application.RedeemAsync(attempt, answer)).IsSuccess);
    }

    [Fact] // "my binding button, your session"
    [Trait("Capability", "HEC-21")]
    [Trait("Security", "SEC-063")]
    public async Task A_proof_is_worth_nothing_to_anybody_but_who_began_it()
    {
        var (rig, _) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var (contoso, fabrikam) = (
            await Contoso.CreateAsync(rig, new() { Shared = app }),
            await Contoso.CreateAsync(rig, new() { Shared = app })
        );
        var scene = new ConsoleScene(rig);
        using var attacker = await scene.EnterAsync(fabrikam.Organization.Id, BuiltInRoles.Administrator);
        using var colleague = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var mine = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var dana = await fabrikam.AddPersonAsync("dana", new { isAdministrator = true });
        var proven = await ProveAsync(scene, fabrikam, attacker, dana, Consent.ForAll);
        var handle = Queries.Read(proven.Address)["proof"];

        // Shown to, or posted by, an administrator of another organization or a colleague.
        foreach (var victim in (HttpBrowser[])[colleague, mine])
        {
            var address = scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/tenants/proven");
            var page = await victim.GetAsync($"{address}?proof={Uri.EscapeDataString(handle)}");
            Assert.DoesNotContain(fabrikam.TenantId.ToString(), page.Text, StringComparison.Ordinal);
            Assert.Equal("transaction_missing", (await PostAsync(victim, scene, contoso, handle)).Reason);
        }
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
        var refused = await contoso.Rows.AuditAsync("tenant_binding.refused");
        Assert.Equal(2, refused.Count);
        Assert.All(refused, row => Assert.Equal("transaction_missing", row.Reason));

        // A proof by one administrator of an organization is not the other's either.
        var own = await ProveAsync(
            scene,
            contoso,
            mine,
            await contoso.AddPersonAsync("ada", new { isAdministrator = true }),
            Consent.ForAll
        );
        Assert.Equal("transaction_missing", (await PostAsync(colleague, scene, contoso, Queries.Read(own.Address)["proof"])).Reason);
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));

        // And it counts once.
        Assert.Equal(HttpStatusCode.OK, (await ConsoleForm.SubmitAsync(mine, own, selector: Confirm)).Status);
        Assert.Equal("transaction_missing", (await PostAsync(mine, scene, contoso, Queries.Read(own.Address)["proof"])).Reason);
        Assert.Equal(1, await contoso.Rows.CountAsync("tenant_bindings"));
    }

    [Fact] // "my state, your browser"
    [Trait("Security", "SEC-032")]
    [Trait("Security", "SEC-069")]
    public async Task The_answer_belongs_to_the_browser_that_asked_and_counts_once()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig) });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        using var other = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        console.StopAt = rig.Address + "/sso/";
        var callback = (await ProveAsync(scene, contoso, console, ada, Consent.ForAll)).Location!;
        console.StopAt = RelyingParty.Origin;

        Refused.AssertPage(await other.GetAsync(callback), "transaction_missing");
        using var copy = console.Clone();
        Assert.EndsWith("/proven", (await console.GetAsync(callback)).Address.AbsolutePath, StringComparison.Ordinal);
        Refused.AssertPage(await console.GetAsync(callback), "transaction_missing");
        Assert.NotEqual(HttpStatusCode.OK, (await copy.GetAsync(callback)).Status);
    }

    [Fact]
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-063")]
    public async Task The_session_must_be_fresh_at_the_beginning_and_at_the_end()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig) });
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var shown = await ProveAsync(
            scene,
            contoso,
            console,
            await contoso.AddPersonAsync("ada", new { isAdministrator = true }),
            Consent.ForAll
        );
        await rig
            .Database.In(contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE console_sessions SET authenticated_at = authenticated_at - interval '6 minutes' WHERE organization_id = @organization",
                null,
                default
            );

        Assert.Equal("authentication_too_old", (await ConsoleForm.SubmitAsync(console, shown, selector: Confirm)).Reason);
        var page = await console.GetAsync(AddressOf(scene, contoso));
        Assert.Equal("authentication_too_old", (await ConsoleForm.SubmitAsync(console, page, selector: Begin)).Reason);
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
    }

    [Fact] // the address that the browser follows to Entra is the person's to change; what counts is the tenant in the token
    [Trait("Security", "SEC-063")]
    public async Task A_guest_connects_no_tenant_but_their_own()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = await SharedApp.CreateAsync(rig) });
        var fabrikam = await Contoso.CreateAsync(rig);
        var ada = await contoso.AddPersonAsync("ada", new { isAdministrator = true });
        await fabrikam.InviteAsync(ada);
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var page = await console.GetAsync(AddressOf(scene, contoso));
        var entra = await ConsoleForm.SubmitAsync(console, page, selector: Begin);
        var bent = entra.Address.AbsoluteUri.Replace("/organizations/", $"/{fabrikam.TenantId}/", StringComparison.Ordinal);
        var shown = await EntraPages.SignInAsync(console, await console.GetAsync(bent), ada, consent: Consent.ForMyself);

        Assert.Null(shown.Html.QuerySelector(Confirm));
        Assert.NotEmpty(await contoso.Rows.AuditAsync("tenant_binding.refused"));
        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
    }

    [Fact]
    [Trait("Security", "SEC-063")]
    public async Task An_operator_names_a_tenant_and_an_administrator_cannot()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        var scene = new ConsoleScene(rig);
        using var administrator = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        Assert.Equal("forbidden", (await administrator.GetAsync(AddressOf(scene, contoso) + "/name")).Reason);

        using var desk = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        var door = await desk.GetAsync(AddressOf(scene, contoso) + "/name");
        var form = await ConsoleForm.SubmitAsync(desk, door, selector: "main form");
        var unfit = await ConsoleForm.SubmitAsync(desk, form, new() { ["tenantId"] = "contoso.com" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unfit.Status);
        await ConsoleForm.SubmitAsync(desk, unfit, new() { ["tenantId"] = $" {{{contoso.TenantId.ToString().ToUpperInvariant()}}} " });

        var binding = Assert.Single(await rig.Get<TenantBindings>().ListAsync(contoso.Organization.Id, default));
        Assert.Equal((TenantBindingKind.Operator, contoso.TenantId), (binding.Kind, binding.TenantId));
        await app.ConsentAsync(contoso.TenantId);
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync())).IsSuccess);
    }

    [Fact]
    [Trait("Security", "SEC-076")]
    public async Task Removal_says_what_follows_and_stops_the_tenant()
    {
        var (rig, application) = await shared.GetAsync();
        var app = await SharedApp.CreateAsync(rig);
        var contoso = await Contoso.CreateAsync(rig, new() { Shared = app });
        await app.BindAsync(contoso.Organization.Id, contoso.TenantId);
        await app.ConsentAsync(contoso.TenantId);
        var scene = new ConsoleScene(rig);
        using var console = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var question = await console.ClickAsync(await console.GetAsync(AddressOf(scene, contoso)), "Remove");
        Assert.Contains("Accounts stay as they are", question.Text, StringComparison.Ordinal);
        Assert.Equal(1, await contoso.Rows.CountAsync("tenant_bindings"));
        await ConsoleForm.SubmitAsync(console, question);

        Assert.Equal(0, await contoso.Rows.CountAsync("tenant_bindings"));
        Assert.Single(await contoso.Rows.AuditAsync("tenant_binding.removed"));
        using var browser = rig.NewBrowser();
        var attempt = application.Begin(("organization", contoso.Slug));
        Assert.Equal("tenant_not_bound", (await Contoso.SignInAsync(browser, attempt, await contoso.AddPersonAsync())).Reason);
    }

    private static string AddressOf(ConsoleScene scene, Contoso contoso) =>
        scene.AddressOf(contoso.Organization, $"connections/{contoso.Connection.Id}/tenants");

    private static async Task<Page> ProveAsync(ConsoleScene scene, Contoso contoso, HttpBrowser browser, Person person, Consent consent)
    {
        var page = await browser.GetAsync(AddressOf(scene, contoso));
        return await EntraPages.SignInAsync(
            browser,
            await ConsoleForm.SubmitAsync(browser, page, selector: Begin),
            person,
            consent: consent
        );
    }

    /// <summary>Posts a handle by the browser's own form, as whoever got hold of it would.</summary>
    private static async Task<Page> PostAsync(HttpBrowser browser, ConsoleScene scene, Contoso contoso, string handle)
    {
        var token = (await browser.GetAsync(AddressOf(scene, contoso))).Html.QuerySelector($"{Begin} input[type=hidden]")!;
        return await browser.PostAsync(
            AddressOf(scene, contoso) + "/proven",
            [new(token.GetAttribute("name")!, token.GetAttribute("value")!), new("proof", handle)]
        );
    }
}
