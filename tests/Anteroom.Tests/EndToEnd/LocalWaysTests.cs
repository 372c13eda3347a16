using Anteroom.Harness;
using Anteroom.Server.Console.Access;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Providers and local accounts side by side: what is shown, what is hidden, and the way that stays for administrators (HEC-12 to HEC-15).</summary>
public sealed class LocalWaysTests(SharedRig shared)
{
    private async Task<PasswordScene> SetAsync(Func<SignInPolicy, Guid, SignInPolicy> change)
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await PasswordScene.SetAsync(rig, application, withProvider: true, hasPassword: true);
        var connection = scene.Contoso.Connection.Id.Value;
        await scene.Contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = change(organization.Settings.SignIn, connection) },
            }
        );
        return scene;
    }

    private static string ConsoleAddress(PasswordScene scene) => scene.Rig.Address + ConsoleSignIn.LocalAddress(scene.Contoso.Organization);

    [Fact]
    [Trait("Capability", "HEC-12")]
    public async Task Both_ways_stand_on_the_page()
    {
        var scene = await SetAsync((policy, _) => policy);
        using var browser = scene.Rig.NewBrowser();

        var page = await browser.GetAsync(scene.Begin().Address.AbsoluteUri);

        Assert.Contains("Sign in with Microsoft", page.Text, StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector("a[href^='/sign-in/password']"));
    }

    [Fact]
    [Trait("Capability", "IMP-15")]
    public async Task Who_is_linked_to_Entra_keeps_the_password_and_is_one_person_by_both()
    {
        var scene = await SetAsync((policy, _) => policy);
        var atEntra = await scene.Contoso.AddPersonAsync();
        var edit = new UserEdit { Identity = new(AnteroomRig.Cloud, atEntra.TenantId, atEntra.ObjectId) };
        var linked = await scene
            .Rig.Get<AdministerUsers>()
            .ChangeAsync(
                scene.Contoso.Organization,
                scene.Mira.Id,
                null,
                edit,
                new(Permissions.OfOrganizations.ToHashSet(), AnteroomRig.Desk),
                default
            );
        Assert.True(linked.TryGet(out _, out var refusal), refusal?.Detail);

        using var browser = scene.Rig.NewBrowser();
        var attempt = scene.Begin();
        var entra = await browser.SubmitAsync(await browser.GetAsync(attempt.Address.AbsoluteUri), button: "Sign in with Microsoft");
        var tokens = await scene.Application.RedeemAsync(attempt, await EntraPages.SignInAsync(browser, entra, atEntra));
        Assert.Equal(scene.Mira.Subject, tokens.Subject);
        Assert.True(await scene.GetsInAsync());
        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("users"));
    }

    [Fact]
    [Trait("Capability", "HEC-13")]
    public async Task Hidden_passwords_are_neither_shown_nor_taken()
    {
        var scene = await SetAsync((policy, _) => policy);
        using var browser = scene.Rig.NewBrowser();
        var question = await PasswordVisit.OpenAsync(browser, scene.Begin(), scene.Mira.UserName);
        await scene.Contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = organization.Settings.SignIn with { ShowLocalForm = false } },
            }
        );

        Assert.Equal("password_not_allowed", (await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right)).Reason);

        using var other = scene.Rig.NewBrowser();
        var page = await other.GetAsync(scene.Begin().Address.AbsoluteUri, follow: false);
        Assert.StartsWith(scene.Rig.EmulatorAddress, page.Location, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEC-14")]
    public async Task Auto_connect_asks_nothing_and_who_is_signed_in_at_Entra_lands_in_the_application()
    {
        var scene = await SetAsync((policy, connection) => policy with { AutoConnectConnection = connection });
        var person = await scene.Contoso.AddPersonAsync("noor");
        using var browser = scene.Rig.NewBrowser();
        await scene.Contoso.SignInAtEntraAsync(browser, person);
        browser.StopAt = RelyingParty.RedirectUri;

        var attempt = scene.Begin();
        var answer = await browser.GetAsync(attempt.Address.AbsoluteUri);

        Assert.True((await scene.Application.RedeemAsync(attempt, answer)).IsSuccess);
    }

    [Fact]
    [Trait("Capability", "HEC-15")]
    public async Task Auto_connect_makes_no_loop_of_a_refusal_or_a_sign_out()
    {
        var scene = await SetAsync((policy, connection) => policy with { AutoConnectConnection = connection });
        await scene.Contoso.ChangeAsync(settings => settings with { AuthorizedDomains = ["elsewhere.example"] });
        var person = await scene.Contoso.AddPersonAsync("noor");
        using var browser = scene.Rig.NewBrowser();
        await scene.Contoso.SignInAtEntraAsync(browser, person);
        for (var visit = 0; visit < 3; visit++)
        {
            browser.Visited.Clear();
            var refused = await browser.GetAsync(scene.Begin().Address.AbsoluteUri);
            Assert.Equal("domain_not_authorized", refused.Reason);
            Assert.True(browser.Visited.Count < 6, string.Join('\n', browser.Visited));
        }

        var signedOut = await browser.GetAsync(scene.Rig.Address + "/connect/endsession");
        Assert.Null(signedOut.Location);
        Assert.Null(signedOut.Refresh);
    }

    [Fact]
    [Trait("Capability", "HEC-15")]
    public async Task Auto_connect_ends_on_our_page_each_time_that_Entra_refuses_and_leaves_the_local_way()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { AssignmentRequired = true });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with
                {
                    SignIn = organization.Settings.SignIn with
                    {
                        AutoConnectConnection = contoso.Connection.Id.Value,
                        AllowPasswords = true,
                    },
                },
            }
        );
        var nobody = await contoso.AddPersonAsync("nobody");
        using var browser = rig.NewBrowser();
        await contoso.SignInAtEntraAsync(browser, nobody); // from now on Entra answers without a page
        for (var visit = 1; visit <= 3; visit++)
        {
            browser.Visited.Clear();
            var refused = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
            Assert.Equal("not_assigned", refused.Reason);
            Assert.Null(refused.Location);
            Assert.Null(refused.Refresh);
            Assert.True(browser.Visited.Count < 6, string.Join('\n', browser.Visited));
        }
        var local = await browser.GetAsync(rig.Address + ConsoleSignIn.LocalAddress(contoso.Organization));
        Assert.NotNull(local.Html.QuerySelector("[name=identifier]"));
    }

    [Fact]
    [Trait("Capability", "HEC-15")]
    public async Task An_administrator_reaches_the_local_form_by_the_written_address_and_it_is_told()
    {
        var scene = await SetAsync((policy, connection) => policy with { AutoConnectConnection = connection, ShowLocalForm = false });
        var administrator = await PasswordVisit.AddMemberAsync(
            scene.Rig,
            scene.Contoso.Organization.Id,
            "Ada." + scene.Contoso.Slug,
            role: BuiltInRoles.Administrator
        );
        await PasswordVisit.SetAsync(scene.Rig, administrator);

        // A password alone opens no console (SEC-265): the refusal there is that, and not that nobody may sign in.
        using var browser = scene.Rig.NewBrowser();
        var refused = await PasswordVisit.TypeAsync(browser, await OpenAsync(browser, administrator), PasswordVisit.Right);
        Assert.Equal("console_second_factor_required", refused.Reason);
        var row = Assert.Single(await scene.Contoso.Rows.AuditAsync("sign_in.succeeded"));
        Assert.True(row.Details.GetProperty("wantedLocal").GetBoolean());

        // Somebody without permissions does not come in that way, although the password is right.
        using var other = scene.Rig.NewBrowser();
        var member = await PasswordVisit.TypeAsync(other, await OpenAsync(other, scene.Mira), PasswordVisit.Right);
        Assert.Equal("password_not_allowed", member.Reason);
        Assert.Single(await scene.Contoso.Rows.AuditAsync("sign_in.succeeded"));

        async Task<Page> OpenAsync(HttpBrowser at, User user)
        {
            var page = await at.GetAsync(ConsoleAddress(scene));
            return await at.SubmitAsync(page, new Dictionary<string, string> { ["identifier"] = user.UserName });
        }
    }
}
