using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>API &amp; Integrations → Single Sign-On: the provider, the company code, and two ids for an operator.</summary>
public sealed class SingleSignOnPageTests(SharedRig shared)
{
    [Fact]
    [Trait("Capability", "HEL-09")]
    [Trait("Capability", "HEL-10")]
    [Trait("Capability", "HEL-11")]
    public async Task Is_found_in_the_menu_and_asks_for_the_identity_provider_first()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);

        var overview = await browser.GetAsync(scene.AddressOf(contoso.Organization));
        Assert.Contains("API & Integrations", overview.Text, StringComparison.Ordinal);
        var page = await FollowAsync(browser, overview, "nav a", "Single Sign-On");
        var setup = await FollowAsync(browser, page, "main a.btn", "Setup SSO configuration");
        Assert.Equal(
            ["Entra ID (Azure AD)", "Okta", "Other OpenID Connect provider"],
            setup.Html.QuerySelectorAll("select[name=provider] option").Select(option => option.TextContent)
        );

        var entra = await ConsoleForm.SubmitAsync(browser, setup, new() { ["provider"] = "entra" });
        Assert.NotNull(entra.Html.QuerySelector("input[name=tenantId]"));
        var okta = await ConsoleForm.SubmitAsync(browser, setup, new() { ["provider"] = "okta" });
        Assert.Equal("https://{yourOktaDomain}", okta.Html.QuerySelector("input[name=authority]")!.GetAttribute("value"));
        var unfilled = await ConsoleForm.SubmitAsync(browser, okta, new() { ["clientId"] = "0oa1" });
        Assert.NotNull(unfilled.Html.QuerySelector("input[name=authority][aria-invalid=true]"));

        var made = await ConsoleForm.SubmitAsync(
            browser,
            okta,
            new()
            {
                ["authority"] = "https://acme.okta.example",
                ["clientId"] = "0oa1",
                ["clientSecret"] = "s3cret-of-okta-0001",
            }
        );
        Assert.Equal(HttpStatusCode.OK, made.Status);
        var connection = (await ListAsync(rig, contoso)).Single(one => one.Kind == ConnectionKind.Oidc);
        Assert.Equal(
            ("Okta", "https://acme.okta.example", "0001"),
            (connection.Name, connection.Settings.Authority, connection.SecretLast4)
        );
        Assert.DoesNotContain("s3cret-of-okta", made.Body, StringComparison.Ordinal);

        using var auditor = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Auditor);
        var read = await auditor.GetAsync(scene.AddressOf(contoso.Organization, "connections"));
        Assert.DoesNotContain("Setup SSO configuration", read.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Capability", "HEL-19")]
    public async Task Shows_the_company_code_that_works_and_gives_a_new_one()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var address = scene.AddressOf(contoso.Organization, "connections");

        var shown = CodeOn(await browser.GetAsync(address));
        Assert.Equal(contoso.Code, shown);
        Assert.True(await LeadsAsync(shown));

        var question = await browser.ClickAsync(await browser.GetAsync(address), "Make a new code");
        Assert.Contains(shown, question.Html.QuerySelector(".consequences")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(shown, CodeOn(await browser.GetAsync(address))); // a click alone ends no code
        await ConsoleForm.SubmitAsync(browser, question);
        var renewed = CodeOn(await browser.GetAsync(address));
        Assert.NotEqual(shown, renewed);
        await rig.HeardAsync(contoso.Organization.Id);
        Assert.True(await LeadsAsync(renewed));
        Assert.False(await LeadsAsync(shown));

        async Task<bool> LeadsAsync(string code)
        {
            using var person = rig.NewBrowser();
            var question = await person.GetAsync(application.Begin().Address.AbsoluteUri);
            var page = await person.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = code });
            return page.Address.AbsoluteUri.StartsWith(rig.EmulatorAddress, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Capability", "IMP-08")]
    [Trait("Capability", "IMP-11")]
    public async Task Takes_two_ids_however_they_were_pasted_and_leaves_the_rest_to_an_operator()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SelfServiceActivation = false },
            }
        );
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(contoso.Organization.Id, BuiltInRoles.Administrator);
        var list = await browser.GetAsync(scene.AddressOf(contoso.Organization, "connections"));
        var form = await FollowAsync(browser, list, "main a.btn", "Submit two ids");
        Assert.Null(form.Html.QuerySelector("input[type=password]"));

        foreach (var wrong in (string[])["<b>7b9c6f0e</b>", "not an id", "00000000-0000-0000-0000-000000000000", "\u202e7b9c6f0e"])
        {
            var refused = await ConsoleForm.SubmitAsync(browser, form, Fill(wrong, contoso.TenantId.ToString()));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.NotNull(refused.Html.QuerySelector("input[name=clientId][aria-invalid=true]"));
            Assert.Null(refused.Html.QuerySelector("input[name=tenantId][aria-invalid=true]"));
        }

        var spaced = $" {{{contoso.ClientId.ToString().ToUpperInvariant()}}} ";
        var sent = await ConsoleForm.SubmitAsync(browser, form, Fill(spaced, contoso.TenantId.ToString("B")));
        Assert.Equal(HttpStatusCode.OK, sent.Status);
        var submitted = (await ListAsync(rig, contoso)).Single(one => one.State == ConnectionState.Submitted);
        Assert.Equal(
            (contoso.ClientId.ToString(), (Guid?)contoso.TenantId, ClientKind.Browser, (string?)null),
            (submitted.Settings.ClientId, submitted.Settings.TenantId, submitted.Settings.ClientKind, submitted.SecretLast4)
        );

        // The administrator alone gets no further; an operator does, and sees that there is something to do.
        Assert.Null(sent.Html.QuerySelector("main form[action$='/approve']"));
        var early = await ConsoleForm.SubmitAsync(browser, sent, selector: "main form[action$='/activate']");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, early.Status);
        using var operators = await scene.EnterAsync(OrganizationId.Platform, BuiltInRoles.Administrator);
        await EnterAsync(operators, scene, contoso);
        Assert.Contains(
            submitted.Id.ToString(),
            (await operators.GetAsync(scene.AddressOf(contoso.Organization))).Body,
            StringComparison.Ordinal
        );
        var page = await operators.GetAsync(scene.AddressOf(contoso.Organization, $"connections/{submitted.Id}"));
        await ConsoleForm.SubmitAsync(operators, page, selector: "main form[action$='/approve']");
        Assert.Equal(ConnectionState.Testing, (await ListAsync(rig, contoso)).Single(one => one.Id == submitted.Id).State);
    }

    [Theory] // whoever said beforehand who may come in is not overheard, whichever form makes the connection
    [InlineData("connections/intake")]
    [InlineData("connections/new-oidc")]
    [Trait("Capability", "HEC-04")]
    public async Task Keeps_to_the_domains_that_were_saved_before_there_was_a_connection(string page)
    {
        var (rig, _) = await shared.GetAsync();
        var entra = await Contoso.CreateAsync(rig);
        var made = await rig.Get<CreateOrganization>()
            .HandleAsync(new("early-" + entra.Slug[^10..], "Early", null, [], false), AnteroomRig.Desk, default);
        Assert.True(made.TryGet(out var room, out _));
        var scene = new ConsoleScene(rig);
        using var browser = await scene.EnterAsync(room.Id, BuiltInRoles.Administrator);
        var security = await browser.GetAsync(scene.AddressOf(room, "protection"));
        await ConsoleForm.SubmitAsync(browser, security, new() { ["authorizedDomains"] = "early.example", ["provisioning"] = "on" });

        var form = await browser.GetAsync(scene.AddressOf(room, page));
        var fill = Fill(entra.ClientId.ToString(), entra.TenantId.ToString());
        fill["authority"] = "https://idp.example";
        var sent = await ConsoleForm.SubmitAsync(browser, form, fill);

        Assert.Equal(HttpStatusCode.OK, sent.Status);
        var settings = Assert.Single(await rig.Get<ConnectionStore>().ListAsync(room.Id, default)).Settings;
        Assert.Equal(
            ("early.example", ProvisioningMode.RequireExisting),
            (Assert.Single(settings.AuthorizedDomains), settings.Provisioning)
        );
    }

    [Fact]
    [Trait("Capability", "IMP-12")]
    [Trait("Capability", "IMP-11")]
    public async Task Tells_the_operators_what_waits_and_the_administrators_when_they_can_go_on()
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, new() { State = ConnectionState.Draft });
        await contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SelfServiceActivation = false },
            }
        );
        var scene = new ConsoleScene(rig);
        var watching = await MailableAsync(rig, await scene.AddAsync(OrganizationId.Platform, BuiltInRoles.Administrator));
        var administrator = await MailableAsync(rig, await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Administrator));
        await MailableAsync(rig, await scene.AddAsync(contoso.Organization.Id, BuiltInRoles.Worker));
        var (operators, people) = (new Letters(rig, OrganizationId.Platform), new Letters(rig, contoso.Organization.Id));

        await contoso.MoveAsync(ConnectionStep.Submit);
        await Poll.UntilAsync(
            "the operators' mail",
            TimeSpan.FromSeconds(30),
            async () => (await operators.ListAsync(MailTemplate.ConnectionSubmitted)).Any(letter => letter.To == watching)
        );
        Assert.Empty(await people.ListAsync());
        await contoso.MoveAsync(ConnectionStep.Approve);
        Assert.Equal(administrator, (await people.NewestAsync(MailTemplate.ConnectionInTest)).To);
        await contoso.MoveAsync(ConnectionStep.Activate);
        Assert.Equal(administrator, (await people.NewestAsync(MailTemplate.ConnectionActive)).To);
        Assert.Equal(2, (await people.ListAsync()).Count);
    }

    private static async Task<string> MailableAsync(AnteroomRig rig, User user)
    {
        var email = $"{user.Id}@mail.example".ToLowerInvariant();
        await rig
            .Database.In(user.Organization)
            .ExecuteAsync(
                "UPDATE users SET email = @email WHERE organization_id = @organization AND user_id = @id",
                new { email, id = user.Id.Value },
                default
            );
        return email;
    }

    private static Dictionary<string, string> Fill(string client, string tenant) =>
        new()
        {
            ["clientId"] = client,
            ["tenantId"] = tenant,
            ["cloud"] = AnteroomRig.Cloud,
        };

    private static async Task EnterAsync(HttpBrowser browser, ConsoleScene scene, Contoso contoso)
    {
        var door = await browser.GetAsync(scene.AddressOf(contoso.Organization));
        await ConsoleForm.SubmitAsync(browser, door);
    }

    private static async Task<Page> FollowAsync(HttpBrowser browser, Page page, string links, string words)
    {
        var link = page.Html.QuerySelectorAll(links).First(one => one.TextContent.Trim() == words);
        return await browser.GetAsync(new Uri(page.Address, link.GetAttribute("href")).AbsoluteUri);
    }

    private static string CodeOn(Page page) => page.Html.QuerySelector(".copyable code")!.TextContent;

    private static Task<IReadOnlyList<Connection>> ListAsync(AnteroomRig rig, Contoso contoso) =>
        rig.Get<ConnectionStore>().ListAsync(contoso.Organization.Id, default);
}
