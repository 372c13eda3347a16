using System.Net;
using System.Text.Json.Nodes;
using Anteroom.Harness;
using Anteroom.Server.Federation.Applications;
using Anteroom.Server.Platform;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd;

/// <summary>A device without a browser, and a person who lets it in by the pages: RFC 8628 from the first request to the tokens.</summary>
public sealed class DeviceTests(SharedRig shared, OwnHosts hosts) : IClassFixture<OwnHosts>
{
    [Fact] // RFC 8628 §3.3.1, §5.4: the link fills the code in; nothing is given away before somebody says yes
    [Trait("Security", "SEC-111")]
    [Trait("Security", "SEC-104")]
    public async Task A_person_follows_the_link_signs_in_says_yes_and_the_device_has_its_tokens()
    {
        var (rig, device, contoso) = await StageAsync();
        var mira = await contoso.AddPersonAsync();
        var codes = await device.AskAsync();
        using var browser = rig.NewBrowser();

        var page = await browser.GetAsync(codes.Complete);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]); // the address carries the code
        Assert.Empty(page.Html.Scripts);
        Assert.Contains("Go on only if your device shows this code now.", page.Text, StringComparison.Ordinal);
        page = await EntraPages.SignInAsync(browser, await IdentifyAsync(browser, await browser.SubmitAsync(page), contoso), mira);
        Assert.StartsWith(rig.Address + "/device/confirm?c=", page.Address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal("no-referrer", page.Headers["Referrer-Policy"]);
        foreach (
            var word in (string[])
                ["Sign in to Sample on your device?", "in front of you", codes.User, "Mira Koch", contoso.Organization.Name]
        )
            Assert.Contains(word, page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Html.Scripts);
        Assert.Equal("authorization_pending", (await device.PollAsync(codes)).Error);
        Assert.Equal(0, await contoso.Rows.CountAsync("grants"));

        page = await browser.SubmitAsync(page, button: "yes");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Sample is being signed in on your device", page.Text, StringComparison.Ordinal);

        var tokens = await device.PollAsync(codes);
        Assert.Equal(contoso.Slug, (string?)tokens.Claims["org_slug"]);
        Assert.Equal("Mira Koch", (string?)tokens.Claims["name"]);
        Assert.Equal(HttpStatusCode.OK, (await device.Party.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        Assert.True(await device.IsActiveAsync(tokens.AccessToken));
        var refreshed = await device.Party.RefreshAsync(tokens.RefreshToken);
        Assert.Equal((string?)tokens.Claims["sid"], (string?)refreshed.Claims["sid"]);

        var told = Assert.Single(await contoso.Rows.AuditAsync("device.approved"));
        Assert.Equal(device.Party.ClientId, told.Details.GetProperty("clientId").GetString());
        Assert.Equal((string?)tokens.Claims["sid"], told.Details.GetProperty("session").GetString());
        Assert.Equal("user", told.ActorKind);
        Assert.Equal("invalid_grant", (await device.PollAsync(codes)).Error);
    }

    [Fact] // a session is used without a question, so the question of the device is all the more needed
    [Trait("Security", "SEC-111")]
    [Trait("Security", "SEC-044")]
    public async Task A_link_that_somebody_sent_to_a_signed_in_person_does_nothing_by_itself()
    {
        var (rig, device, contoso) = await StageAsync();
        using var browser = await SignedInAsync(rig, contoso, "mira");
        var before = await contoso.Rows.CountAsync();
        var codes = await device.AskAsync();

        var page = await browser.GetAsync(codes.Complete);
        Assert.Equal(codes.User, page.Html.GetElementById("user-code")!.GetAttribute("value"));
        Assert.Equal("authorization_pending", (await device.PollAsync(codes)).Error);
        page = await browser.SubmitAsync(page);
        Assert.Contains("If somebody sent you the code or a link, the answer is no", page.Text, StringComparison.Ordinal);
        await browser.GetAsync(page.Address.AbsoluteUri); // also when it is opened again
        Assert.Equal(before, await contoso.Rows.CountAsync());

        page = await browser.SubmitAsync(page, button: "no");
        Assert.Contains("The device was not signed in", page.Text, StringComparison.Ordinal);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("access_denied", (await device.PollAsync(codes)).Error);
        Assert.Single(await contoso.Rows.AuditAsync("device.denied"));
        Assert.Empty(await contoso.Rows.AuditAsync("device.approved"));

        // What else stands in an address is not repeated on the page.
        page = await browser.GetAsync($"{rig.Address}/device?user_code=Call+support+now");
        Assert.Equal("", page.Html.GetElementById("user-code")!.GetAttribute("value") ?? "");
    }

    [Fact] // SEC-038: code, sign-in, answer, in this order and in one browser
    [Trait("Security", "SEC-038")]
    [Trait("Security", "SEC-111")]
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-010")]
    public async Task The_question_is_answered_in_its_own_browser_by_its_own_form_alone()
    {
        var (rig, device, contoso) = await StageAsync();
        using var browser = await SignedInAsync(rig, contoso, "mira");
        using var stranger = await SignedInAsync(rig, contoso, "jonas");
        using var nobody = rig.NewBrowser();
        var codes = await device.AskAsync();
        var question = await EnterAsync(browser, rig, codes);
        var ticket = Queries.Read(question.Address)["c"];
        var confirm = rig.Address + "/device/confirm";

        foreach (var other in (HttpBrowser[])[stranger, nobody])
        {
            Refused.AssertPage(await other.GetAsync(question.Address.AbsoluteUri), "session_ended");
            // With a form of its own, and the other's ticket in it.
            var form = await other.GetAsync(rig.Address + "/device");
            var token = form.Html.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
            List<KeyValuePair<string, string>> answer = [new("c", ticket), new("answer", "yes"), new("__RequestVerificationToken", token)];
            Refused.AssertPage(await other.PostAsync(confirm, answer), "session_ended");
        }
        foreach (var bent in (string?[])[null, "", "x", ticket[..^1], ticket + "A", codes.User])
            Refused.AssertPage(await browser.GetAsync(bent is null ? confirm : $"{confirm}?c={bent}"), "transaction_missing");

        Refused.AssertPage(await browser.PostAsync(confirm, [new("c", ticket), new("answer", "yes")]), "forgery_suspected");
        Refused.AssertPage(await browser.PostAsync(rig.Address + "/device", [new("user_code", codes.User)]), "forgery_suspected");
        var own = question.Html.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        List<KeyValuePair<string, string>> perhaps = [new("c", ticket), new("answer", "perhaps"), new("__RequestVerificationToken", own)];
        Refused.AssertPage(await browser.PostAsync(confirm, perhaps), "request_invalid");
        browser.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
        Refused.AssertPage(await browser.SubmitAsync(question, button: "yes"), "forgery_suspected");
        Assert.Equal("authorization_pending", (await device.PollAsync(codes)).Error);
        browser.ExtraHeaders.Clear();
        await browser.SubmitAsync(question, button: "yes");
        Assert.True((await device.PollAsync(codes)).IsSuccess); // the same question, where it belongs
    }

    [Fact] // each code has one answer
    [Trait("Security", "SEC-111")]
    public async Task Who_answers_second_or_too_late_is_told_that_no_device_waits()
    {
        var (rig, device, contoso) = await StageAsync();
        using var mira = await SignedInAsync(rig, contoso, "mira");
        using var jonas = await SignedInAsync(rig, contoso, "jonas");
        var codes = await device.AskAsync();
        var (first, second) = (await EnterAsync(mira, rig, codes), await EnterAsync(jonas, rig, codes));
        await mira.SubmitAsync(first, button: "yes");

        foreach (var answer in (string[])["yes", "no"])
            Refused.AssertPage(await jonas.SubmitAsync(second, button: answer), "user_code_unknown");
        Refused.AssertPage(await jonas.GetAsync(second.Address.AbsoluteUri), "user_code_unknown");
        Assert.Contains("No device is waiting with this code", (await EnterAsync(jonas, rig, codes)).Text, StringComparison.Ordinal);
        Assert.Equal("Mira Koch", (string?)(await device.PollAsync(codes)).Claims["name"]);
    }

    [Theory] // the same words for every reason, and a row in the audit
    [InlineData("BCDF-GHJK")]
    [InlineData("what?")]
    [InlineData("xxxx-xxxx-xxxx-xxxx-xxxx-xxxx-xxxx-xxxx-xxxx")]
    [Trait("Security", "SEC-324")]
    public async Task A_wrong_code_is_refused_and_audited(string typed)
    {
        var (rig, _, _) = await StageAsync();
        using var browser = rig.NewBrowser();
        var page = await EnterAsync(browser, rig, new("", typed, ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(
            "No device is waiting with this code",
            page.Html.QuerySelector("[role=alert]")!.TextContent,
            StringComparison.Ordinal
        );
        var rows = new OrganizationRows(rig.Database, OrganizationId.Platform);
        var refusal = (await rows.AuditAsync("device.refused"))[0];
        Assert.Equal(("refused", "user_code_unknown"), (refusal.Result, refusal.Reason));

        page = await browser.SubmitAsync(await browser.GetAsync(rig.Address + "/device"));
        Assert.Equal("Enter the code that your device shows.", page.Html.QuerySelector("[role=alert]")!.TextContent.Trim());
    }

    [Fact] // SEC-036, SEC-035: the device goes with the person, not with the browser
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-035")]
    [Trait("Security", "SEC-104")]
    public async Task The_browsers_sign_out_leaves_the_device_and_off_boarding_ends_it()
    {
        var (rig, device, contoso) = await StageAsync();
        var (_, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        var ofBrowser = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var codes = await device.AskAsync();
        await browser.SubmitAsync(await EnterAsync(browser, rig, codes), button: "yes");
        var waiting = await device.AskAsync();
        await browser.SubmitAsync(await EnterAsync(browser, rig, waiting), button: "yes");
        var tokens = await device.PollAsync(codes);

        await browser.GetAsync(Queries.Build(rig.Address + "/connect/endsession", [new("id_token_hint", ofBrowser.IdToken)]).AbsoluteUri);
        Assert.Equal(HttpStatusCode.Unauthorized, (await application.CallAsync("/connect/userinfo", ofBrowser.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await device.Party.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        var refreshed = await device.Party.RefreshAsync(tokens.RefreshToken);
        Assert.True(refreshed.IsSuccess);

        var user = await contoso.Rows.FirstAsync<Guid>("SELECT user_id FROM users WHERE organization_id = @organization");
        await using (var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default))
        {
            var receipt = await rig.Get<OffBoarding>().EndAsync(tx, new(user), "test", AnteroomRig.Desk, rig.Clock.GetUtcNow(), default);
            await tx.CommitAsync(default);
            Assert.Equal((2, 2), (receipt.Sessions, receipt.Grants));
            Assert.Contains(device.Party.ClientId, receipt.Applications);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await device.Party.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await device.Party.RefreshAsync(refreshed.RefreshToken)).Error);
        Assert.False(await device.IsActiveAsync(tokens.AccessToken));
        Assert.Equal("invalid_grant", (await device.PollAsync(waiting)).Error); // said yes to, and not fetched yet
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-094")]
    public async Task A_disabled_application_gets_nobody_at_any_step()
    {
        var (rig, device, contoso) = await StageAsync();
        using var browser = await SignedInAsync(rig, contoso, "mira");
        var codes = await device.AskAsync();
        var question = await EnterAsync(browser, rig, codes);
        var application = await rig.Get<ApplicationStore>().FindByClientIdAsync(device.Party.ClientId, default);
        await rig.Get<ApplicationRegistry>().SetDisabledAsync(OrganizationId.Platform, application!.Id, true, AnteroomRig.Desk, default);

        Refused.AssertPage(await browser.SubmitAsync(question, button: "yes"), "user_code_unknown");
        await Poll.UntilAsync(
            "the node hears of it",
            TimeSpan.FromSeconds(20),
            async () => (await device.PollAsync(codes)).Error == "invalid_client"
        );
        Assert.Contains("No device is waiting with this code", (await EnterAsync(browser, rig, codes)).Text, StringComparison.Ordinal);
        Assert.Equal("invalid_client", (await device.Party.FormAsync("/connect/device", 0, ("scope", "openid"))).Error);
        Assert.Empty(await contoso.Rows.AuditAsync("device.approved"));
    }

    [Fact] // SEC-039: the channel counts for devices too
    [Trait("Security", "SEC-039")]
    public async Task A_role_without_installed_applications_lets_no_device_in()
    {
        var (rig, device, contoso) = await StageAsync("native");
        using var browser = await SignedInAsync(rig, contoso, "mira");
        await contoso.Rows.FirstAsync<int>(
            "WITH changed AS (UPDATE roles SET channels = '{web}' WHERE organization_id = @organization RETURNING 1) SELECT 1 FROM changed"
        );
        var codes = await device.AskAsync();
        var before = await contoso.Rows.CountAsync();
        Refused.AssertPage(await browser.SubmitAsync(await EnterAsync(browser, rig, codes), button: "yes"), "channel_not_allowed");
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal("authorization_pending", (await device.PollAsync(codes)).Error);
    }

    [Fact] // an application of one organization: nobody else is even asked
    [Trait("Security", "SEC-260")]
    public async Task A_session_of_another_organization_does_not_answer_for_an_organizations_device()
    {
        var (rig, _, contoso) = await StageAsync();
        var fabrikam = await Contoso.CreateAsync(rig);
        var device = await Device.RegisterAsync(rig, fabrikam.Organization.Id);
        using var browser = await SignedInAsync(rig, contoso, "mira");
        var codes = await device.AskAsync();
        var page = await EnterAsync(browser, rig, codes);
        Assert.StartsWith(rig.EmulatorAddress + "/" + fabrikam.TenantId, page.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_signed_in_as_somebody_else_answers_by_another_account()
    {
        var (rig, device, contoso) = await StageAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        using var browser = await SignedInAsync(rig, contoso, "mira");
        var codes = await device.AskAsync();
        var chooser = await browser.SubmitAsync(await EnterAsync(browser, rig, codes), button: "another");
        Assert.Contains("Choose an account", chooser.Text, StringComparison.Ordinal);
        var page = await browser.SubmitAsync(chooser, button: "another");
        page = await EntraPages.SignInAsync(browser, await IdentifyAsync(browser, page, contoso), jonas);
        Assert.Contains("Jonas Koch", page.Text, StringComparison.Ordinal);
        await browser.SubmitAsync(page, button: "yes");
        Assert.Equal("Jonas Koch", (string?)(await device.PollAsync(codes)).Claims["name"]);
    }

    [Theory] // design.md §4: begun on the base host or on its own, an organization's person answers on its own
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Capability", "IMP-06")]
    public async Task The_question_is_asked_on_the_organizations_own_host(bool begunThere)
    {
        var contoso = await hosts.OrganizationAsync();
        var mira = await contoso.AddPersonAsync();
        var device = await Device.RegisterAsync(hosts.Rig);
        var codes = await device.AskAsync();
        Assert.StartsWith(hosts.Rig.Address + "/device?", codes.Complete, StringComparison.Ordinal);
        using var browser = hosts.Rig.NewBrowser();

        var page = await browser.GetAsync(begunThere ? contoso.Origin + new Uri(codes.Complete).PathAndQuery : codes.Complete);
        page = await browser.SubmitAsync(page);
        if (!begunThere)
            page = await IdentifyAsync(browser, page, contoso);
        page = await EntraPages.SignInAsync(browser, page, mira);
        Assert.StartsWith(contoso.Origin + "/device/confirm?", page.Address.AbsoluteUri, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, button: "yes");
        Assert.Equal((HttpStatusCode.OK, new Uri(contoso.Origin).Host), (page.Status, page.Address.Host));

        var tokens = await device.PollAsync(codes);
        Assert.Equal(contoso.Slug, (string?)tokens.Claims["org_slug"]);
        Assert.Equal(hosts.Rig.Address, (string?)tokens.Claims["iss"]);
    }

    [Fact] // SEC-005: the form ends at a login host or here
    [Trait("Security", "SEC-005")]
    public async Task The_pages_allow_no_more_than_they_need()
    {
        var (rig, _, _) = await StageAsync();
        using var browser = rig.NewBrowser();
        var policy = (await browser.GetAsync(rig.Address + "/device")).Headers["Content-Security-Policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Contains($"form-action 'self' {rig.EmulatorAddress}", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    /// <summary>An organization, and a device of the platform's application.</summary>
    private async Task<(AnteroomRig Rig, Device Device, Contoso Contoso)> StageAsync(string clientKind = "confidential")
    {
        var (rig, _) = await shared.GetAsync();
        return (rig, await Device.RegisterAsync(rig, clientKind: clientKind), await Contoso.CreateAsync(rig));
    }

    private async Task<HttpBrowser> SignedInAsync(AnteroomRig rig, Contoso contoso, string name)
    {
        var (_, application) = await shared.GetAsync();
        var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync(name));
        return browser;
    }

    /// <summary>Types the code and presses the button.</summary>
    private static async Task<Page> EnterAsync(HttpBrowser browser, AnteroomRig rig, DeviceCodes codes) =>
        await browser.SubmitAsync(
            await browser.GetAsync(rig.Address + "/device"),
            new Dictionary<string, string> { ["user_code"] = codes.User }
        );

    private static Task<Page> IdentifyAsync(HttpBrowser browser, Page page, Contoso contoso) =>
        page.Html.QuerySelector("[name=identifier]") is null
            ? Task.FromResult(page)
            : browser.SubmitAsync(page, new Dictionary<string, string> { ["identifier"] = contoso.Code });
}

/// <summary>Codes wear out slowly (RFC 8628 §5.1); on an own installation, because the limit is that of a network.</summary>
public sealed class DeviceLimitTests
{
    [Fact]
    [Trait("Security", "SEC-364")]
    [Trait("Security", "SEC-324")]
    public async Task Stops_a_network_that_tries_too_many_codes()
    {
        await using var rig = await AnteroomRig.StartAsync(
            new() { Settings = new Dictionary<string, string> { ["Anteroom:DeviceCodesPerMinute"] = "3" } }
        );
        var device = await Device.RegisterAsync(rig);
        var right = (await device.AskAsync()).User;
        using var browser = rig.NewBrowser();
        var page = await browser.GetAsync(rig.Address + "/device");
        List<HttpStatusCode> said = [];
        foreach (var typed in (string[])["BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", "FFFF-FFFF", right])
        {
            page = await browser.SubmitAsync(page, new Dictionary<string, string> { ["user_code"] = typed });
            said.Add(page.Status);
        }
        // A right code is not let through either.
        Assert.Equal([422, 422, 422, 429, 429], said.Select(status => (int)status));
        var rows = new OrganizationRows(rig.Database, OrganizationId.Platform);
        Assert.Equal(
            ["too_many_requests", "too_many_requests", "user_code_unknown", "user_code_unknown", "user_code_unknown"],
            (await rows.AuditAsync("device.refused")).Select(row => row.Reason)
        );
    }
}

/// <summary>The codes of one request.</summary>
/// <param name="Complete">The address that a QR code would carry.</param>
internal sealed record DeviceCodes(string Device, string User, string Complete);

/// <summary>A program on a device, written against the standard only.</summary>
internal sealed class Device(RelyingParty party)
{
    public RelyingParty Party => party;

    public static async Task<Device> RegisterAsync(
        AnteroomRig rig,
        OrganizationId? organization = null,
        string clientKind = "confidential"
    ) =>
        new(
            await RelyingParty.RegisterAsync(
                rig,
                organization,
                clientKind,
                draft => draft with { GrantTypes = [GrantType.DeviceCode, GrantType.RefreshToken], RedirectUris = [] }
            )
        );

    public async Task<DeviceCodes> AskAsync()
    {
        var answer = await party.FormAsync("/connect/device", 0, ("scope", "openid profile offline_access"));
        Assert.True(answer.IsSuccess, answer.Body);
        var json = JsonNode.Parse(answer.Body)!;
        return new((string)json["device_code"]!, (string)json["user_code"]!, (string)json["verification_uri_complete"]!);
    }

    public Task<TokenAnswer> PollAsync(DeviceCodes codes) =>
        party.FormAsync("/connect/token", 0, ("grant_type", GrantType.DeviceCode), ("device_code", codes.Device));

    public async Task<bool> IsActiveAsync(string token) =>
        (bool)JsonNode.Parse((await party.FormAsync("/connect/introspect", 0, ("token", token))).Body)!["active"]!;
}
