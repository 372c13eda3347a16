using System.Net;
using Anteroom.Harness;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Credentials.Recovery;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;
using Anteroom.Server.SignIn.Passwords;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Setting a first password, and getting back in without the old one (SEC-225 to SEC-229); on an installation of two servers with a clock of its own.</summary>
public sealed class PasswordRecoveryTests : IAsyncLifetime
{
    private const string New = "seven owls borrow the ladder";

    private AnteroomRig _rig = null!;
    private RelyingParty _application = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await AnteroomRig.StartAsync(new() { Nodes = 2 });
        _application = await RelyingParty.RegisterAsync(_rig);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private Task<PasswordScene> SetAsync(bool hasPassword = true) => PasswordScene.SetAsync(_rig, _application, hasPassword: hasPassword);

    private static async Task<string> RecoveryLinkAsync(PasswordScene scene, int count = 1)
    {
        await scene.ForgetAsync();
        return (await scene.Letters.NewestAsync(MailTemplate.Recovery, count)).Link!;
    }

    private async Task<Page> SetNewByAsync(string link, string password = New)
    {
        using var browser = _rig.NewBrowser();
        var page = await browser.GetAsync(link);
        return page.Html.QuerySelector("#again") is null ? page : await PasswordVisit.SetNewAsync(browser, page, password);
    }

    private static async Task<Result<SentLink, PasswordRefusal>> SendAsync(PasswordScene scene, User? user = null)
    {
        await using var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default);
        var sent = await scene
            .Rig.Get<SendPasswordLink>()
            .HandleAsync(tx, scene.Contoso.Organization, (user ?? scene.Mira).Id, AnteroomRig.Desk, default);
        if (sent.TryGet(out _, out _))
            await tx.CommitAsync(default);
        return sent;
    }

    [Fact]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-225")]
    public async Task A_person_gets_back_in_and_everything_that_was_open_ends()
    {
        var scene = await SetAsync();
        using var elsewhere = _rig.NewBrowser();
        var attempt = scene.Begin();
        var tokens = await scene.Application.RedeemAsync(attempt, await PasswordVisit.SignInAsync(elsewhere, attempt, scene.Mira.UserName));
        Assert.True(tokens.IsSuccess, tokens.Body);

        var link = await RecoveryLinkAsync(scene);
        Assert.StartsWith(_rig.Address + "/password/link?link=pl_", link, StringComparison.Ordinal); // the host of the configuration
        using var browser = _rig.NewBrowser(1);
        var arrived = await browser.GetAsync(link, follow: false);
        Assert.Equal("no-referrer", arrived.Headers["Referrer-Policy"]);
        var page = await browser.GetAsync(link);
        Assert.Equal("/password/new", page.Address.PathAndQuery); // the secret is in no later address
        // Its beginning, with the organization's id, is that of every link; three letters might stand in any token.
        Assert.DoesNotContain(Queries.Read(new Uri(link))["link"][..20], page.Body, StringComparison.Ordinal);
        Assert.Equal(
            ["new-password", "new-password"],
            page.Html.QuerySelectorAll("input[type=password]").Select(i => i.GetAttribute("autocomplete"))
        );
        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions"));

        var done = await PasswordVisit.SetNewAsync(browser, page, New);

        Assert.Contains("Your password is set", done.Text, StringComparison.Ordinal);
        Assert.False(_rig.HasSession(browser)); // nobody is signed in by it
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("sessions"));
        Assert.Equal("invalid_grant", (await scene.Application.RefreshAsync(tokens.RefreshToken, 1)).Error);
        Assert.False(await scene.GetsInAsync());
        Assert.True(await scene.GetsInAsync(New));
        Assert.Single(await scene.Contoso.Rows.AuditAsync("password.recovered"));
        var told = await scene.Letters.NewestAsync(MailTemplate.PasswordChanged);
        Assert.Equal(scene.Email, told.To);
        Assert.Empty(await _rig.Invariants.ViolationsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-226")]
    public async Task A_link_works_once_and_looking_at_it_uses_nothing_up()
    {
        var scene = await SetAsync();
        var link = await RecoveryLinkAsync(scene);
        for (var scanner = 0; scanner < 3; scanner++) // programs that look at mails
        {
            using var program = _rig.NewBrowser();
            Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(link)).Status);
        }
        using var second = _rig.NewBrowser();
        var late = await second.GetAsync(link);

        Assert.Contains("Your password is set", (await SetNewByAsync(link)).Text, StringComparison.Ordinal);
        Refused.AssertPage(await PasswordVisit.SetNewAsync(second, late, "four geese share one umbrella"), "password_link_invalid");
        Refused.AssertPage(await SetNewByAsync(link), "password_link_invalid");
        Assert.True(await scene.GetsInAsync(New));
    }

    [Fact]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-341")]
    public async Task Of_many_who_come_with_a_link_on_two_servers_one_sets_the_password()
    {
        var scene = await SetAsync();
        var link = await RecoveryLinkAsync(scene);
        var pages = await StartBarrier.RunAsync(
            8,
            async number =>
            {
                var browser = _rig.NewBrowser(number % 2);
                return (Browser: browser, Page: await browser.GetAsync(link), Number: number);
            },
            ready => PasswordVisit.SetNewAsync(ready.Browser, ready.Page, $"{New} {ready.Number}")
        );
        var winner = Assert.Single(pages.Index(), page => page.Item.Status == HttpStatusCode.OK).Index;
        Assert.All(pages.Where((_, number) => number != winner), page => Refused.AssertPage(page, "password_link_invalid"));
        Assert.True(await scene.GetsInAsync($"{New} {winner}"));
        Assert.Single(await scene.Contoso.Rows.AuditAsync("password.recovered"));
    }

    [Fact]
    [Trait("Security", "SEC-226")]
    public async Task A_link_ends_after_fifteen_minutes_and_with_a_newer_one()
    {
        var scene = await SetAsync();
        var first = await RecoveryLinkAsync(scene);
        var second = await RecoveryLinkAsync(scene, 2);
        Refused.AssertPage(await SetNewByAsync(first), "password_link_invalid");
        using var browser = _rig.NewBrowser();
        var page = await browser.GetAsync(second);
        Assert.NotNull(page.Html.QuerySelector("#again"));

        _rig.Clock.Advance(PasswordLinks.RecoveryLife);
        Refused.AssertPage(await PasswordVisit.SetNewAsync(browser, page, New), "password_link_invalid");
        Refused.AssertPage(await SetNewByAsync(second), "password_link_invalid");
        Assert.True(await scene.GetsInAsync());
    }

    [Fact]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-261")]
    public async Task A_link_counts_in_its_organization_alone_and_only_as_long_as_everybody_may()
    {
        var (scene, other) = (await SetAsync(), await SetAsync());
        var link = await RecoveryLinkAsync(scene);
        var forged = link.Replace(
            Identifiers.ToBase32(scene.Contoso.Organization.Id.Value),
            Identifiers.ToBase32(other.Contoso.Organization.Id.Value),
            StringComparison.Ordinal
        );
        Assert.NotEqual(link, forged);
        Refused.AssertPage(await SetNewByAsync(forged), "password_link_invalid");
        foreach (var nothing in (string[])["", "pl_", "x", link[..^1], link + "A"])
            Refused.AssertPage(await SetNewByAsync($"{_rig.Address}/password/link?link={nothing.Split('=')[^1]}"), "password_link_invalid");

        using var browser = _rig.NewBrowser();
        var page = await browser.GetAsync(link);
        await PasswordVisit.AllowAsync(scene.Contoso, false);
        Refused.AssertPage(await PasswordVisit.SetNewAsync(browser, page, New), "password_link_invalid");
        await PasswordVisit.AllowAsync(scene.Contoso, true);
        await BlockAsync(scene);
        Refused.AssertPage(await SetNewByAsync(link), "password_link_invalid");
    }

    [Fact]
    [Trait("Security", "SEC-042")]
    [Trait("Security", "SEC-227")]
    [Trait("Security", "SEC-229")]
    public async Task Asking_gives_the_same_page_whoever_is_meant()
    {
        var scene = await SetAsync();
        var organization = scene.Contoso.Organization.Id;
        var without = await PasswordVisit.AddMemberAsync(_rig, organization, "Noor." + scene.Contoso.Slug);
        var byToken = await PasswordVisit.AddMemberAsync(
            _rig,
            organization,
            "Toke." + scene.Contoso.Slug,
            "toke@" + scene.Contoso.Domain,
            FactSource.Token
        );
        var blocked = await SetAsync();
        await BlockAsync(blocked);

        var shape = ShapeOf(await scene.ForgetAsync());
        Assert.Equal(shape, ShapeOf(await scene.ForgetAsync("Nina." + scene.Contoso.Slug)));
        Assert.Equal(shape, ShapeOf(await scene.ForgetAsync(without.UserName)));
        Assert.Equal(shape, ShapeOf(await scene.ForgetAsync(byToken.UserName)));
        await blocked.ForgetAsync();

        // Who gets none is written down with the reason, where there is an account.
        await Poll.UntilAsync(
            "the refusals are recorded",
            TimeSpan.FromSeconds(30),
            async () =>
                (await scene.Contoso.Rows.AuditAsync("password.link_refused")).Count == 2
                && (await blocked.Contoso.Rows.AuditAsync("password.link_refused")).Count == 1
        );
        var letter = await scene.Letters.NewestAsync(MailTemplate.Recovery);
        Assert.Single(await scene.Letters.ListAsync());
        Assert.Equal(scene.Email, letter.To);
        Assert.Empty(await blocked.Letters.ListAsync());
        Assert.All(
            await scene.Contoso.Rows.AuditAsync("password.link_refused"),
            row => Assert.Equal("password_address_missing", row.Reason)
        );
        Assert.Equal("account_blocked", (await blocked.Contoso.Rows.AuditAsync("password.link_refused"))[0].Reason);

        static string ShapeOf(Page page) =>
            $"{(int)page.Status}\n{string.Join('\n', page.Headers.Where(h => h.Key != "Date").Select(h => $"{h.Key}: {h.Value.Length}").Order(StringComparer.Ordinal))}\n{page.Body.Length}";
    }

    [Theory]
    [InlineData("email", "eve@evil.example")]
    [InlineData("to", "eve@evil.example,mira@contoso.example")]
    [InlineData("identifier", "eve@evil.example\r\nBcc: eve@evil.example")]
    [InlineData("userName[]", "eve")]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-306")]
    public async Task The_mail_goes_to_the_stored_address_whatever_the_form_says(string field, string value)
    {
        var scene = await SetAsync();
        await scene.ForgetAsync(bend: fields =>
        {
            fields[field] = value;
            return fields;
        });
        Assert.Equal(scene.Email, (await scene.Letters.NewestAsync(MailTemplate.Recovery)).To);
    }

    [Fact]
    [Trait("Security", "SEC-227")]
    public async Task Three_mails_an_hour_for_an_account_and_twenty_requests_for_a_network()
    {
        var scene = await SetAsync();
        var first = await scene.ForgetAsync();
        for (var number = 1; number < 5; number++)
            Assert.Equal(first.Body.Length, (await scene.ForgetAsync()).Body.Length);
        await Poll.UntilAsync(
            "the fourth and the fifth are refused",
            TimeSpan.FromSeconds(30),
            async () => (await scene.Contoso.Rows.AuditAsync("password.link_refused")).Count == 2
        );
        Assert.Equal(PasswordLinks.MostPerHour, (await scene.Letters.ListAsync(MailTemplate.Recovery)).Count);

        for (var number = 5; number < RecoveryRequests.MostPerHour + 3; number++)
            Assert.Equal(HttpStatusCode.OK, (await scene.ForgetAsync("nobody")).Status);
        Assert.Equal(RecoveryRequests.MostPerHour, await scene.Contoso.Rows.CountAsync("recovery_requests"));

        _rig.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
        await scene.ForgetAsync();
        await Poll.UntilAsync( // not by the mails: those of an hour ago are of no use any more, and their content is gone
            "a fourth link is sent",
            TimeSpan.FromSeconds(30),
            async () => (await scene.Contoso.Rows.AuditAsync("password.link_sent")).Count == PasswordLinks.MostPerHour + 1
        );
    }

    [Fact]
    [Trait("Security", "SEC-214")]
    [Trait("Security", "SEC-226")]
    public async Task Recovering_lifts_a_stop()
    {
        var scene = await SetAsync();
        Assert.False(await scene.GetsInAsync(PasswordVisit.Wrong));
        await _rig
            .Database.In(scene.Contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE password_tries SET failures = 100 WHERE organization_id = @organization AND scope = 'account'",
                null,
                default
            );
        Assert.False(await scene.GetsInAsync());
        await SetNewByAsync(await RecoveryLinkAsync(scene));
        Assert.True(await scene.GetsInAsync(New));
    }

    [Theory]
    [InlineData("tiny owls", null, "too short")]
    [InlineData("password1234567", null, "first that somebody would guess")]
    [InlineData("mira mira mira!", null, "name that others know")]
    [InlineData(New, New + "s", "not the same as above")]
    [Trait("Security", "SEC-210")]
    [Trait("Security", "SEC-211")]
    public async Task A_password_that_is_not_taken_leaves_the_link_open(string typed, string? again, string words)
    {
        var scene = await SetAsync(hasPassword: false);
        var link = await RecoveryLinkAsync(scene);
        using var browser = _rig.NewBrowser();
        var page = await browser.GetAsync(link);
        var refused = await PasswordVisit.SetNewAsync(browser, page, typed, again);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(words, refused.Html.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(typed, refused.Html.QuerySelector("form")!.InnerHtml, StringComparison.Ordinal); // never given back
        Assert.Contains("Your password is set", (await PasswordVisit.SetNewAsync(browser, refused, New)).Text, StringComparison.Ordinal);
        Assert.True(await scene.GetsInAsync(New));
    }

    [Fact]
    [Trait("Security", "SEC-228")]
    public async Task An_administrator_sends_a_link_and_sees_neither_it_nor_the_password()
    {
        var scene = await SetAsync(hasPassword: false);
        Assert.True((await SendAsync(scene)).TryGet(out var sent, out _));
        Assert.InRange(sent!.ExpiresAt - _rig.Clock.GetUtcNow(), PasswordLinks.SetLife - TimeSpan.FromMinutes(1), PasswordLinks.SetLife);
        var letter = await scene.Letters.NewestAsync(MailTemplate.SetPassword);
        Assert.Equal(scene.Email, letter.To);
        var dump = await CanarySearch.DumpAsync(_rig.OwnerConnectionString);
        Assert.DoesNotContain(letter.Link!.Split('=')[^1], dump, StringComparison.Ordinal);

        await SetNewByAsync(letter.Link!);

        Assert.True(await scene.GetsInAsync(New));
        Assert.Single(await scene.Contoso.Rows.AuditAsync("password.set"));
        Assert.DoesNotContain(New, await CanarySearch.DumpAsync(_rig.OwnerConnectionString), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-227")]
    [Trait("Security", "SEC-228")]
    [Trait("Security", "SEC-229")]
    public async Task A_link_is_not_sent_where_it_must_not_be()
    {
        var scene = await SetAsync();
        var without = await PasswordVisit.AddMemberAsync(_rig, scene.Contoso.Organization.Id, "Noor." + scene.Contoso.Slug);
        Assert.Equal("password_address_missing", await ReasonAsync(without));
        for (var number = 0; number < PasswordLinks.MostPerHour; number++)
            Assert.Null(await ReasonAsync(null));
        Assert.Equal("too_many_requests", await ReasonAsync(null));
        await PasswordVisit.AllowAsync(scene.Contoso, null);
        Assert.Equal("password_not_allowed", await ReasonAsync(null));

        async Task<string?> ReasonAsync(User? user) =>
            (await SendAsync(scene, user)).TryGet(out _, out var refusal) ? null : refusal.Reason;
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-225")]
    public async Task A_change_needs_the_old_password_or_a_fresh_proof_and_ends_the_other_sessions()
    {
        var scene = await SetAsync();
        using var mine = _rig.NewBrowser();
        using var other = _rig.NewBrowser();
        Assert.True(await scene.GetsInAsync(browser: mine));
        Assert.True(await scene.GetsInAsync(browser: other));
        var sessions = await _rig.Get<Server.SignIn.Sessions.UserSessions>()
            .ListAsync(scene.Contoso.Organization.Id, scene.Mira.Id, default);
        Assert.Equal(2, sessions.Count);
        var (kept, provenAt) = (sessions[^1].Id, _rig.Clock.GetUtcNow()); // the first

        _rig.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("authentication_too_old", await ChangeAsync(null, New));
        Assert.Equal("password_wrong", await ChangeAsync(PasswordVisit.Wrong, New));
        Assert.Equal("password_unfit", await ChangeAsync(PasswordVisit.Right, "short"));
        Assert.Equal(2, await scene.Contoso.Rows.CountAsync("sessions"));
        Assert.Null(await ChangeAsync(PasswordVisit.Right, New));

        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions"));
        Assert.True((await mine.GetAsync(scene.Begin(("prompt", "none")).Address.AbsoluteUri)).Answer.ContainsKey("code"));
        Assert.Equal("login_required", (await other.GetAsync(scene.Begin(("prompt", "none")).Address.AbsoluteUri)).Answer["error"]);
        Assert.False(await scene.GetsInAsync());
        Assert.True(await scene.GetsInAsync(New));
        Assert.Equal(scene.Email, (await scene.Letters.NewestAsync(MailTemplate.PasswordChanged)).To);

        provenAt = _rig.Clock.GetUtcNow(); // no old password is asked of somebody who was proven a moment ago
        Assert.Null(await ChangeAsync(null, PasswordVisit.Right));
        Assert.Equal(2, (await scene.Contoso.Rows.AuditAsync("password.changed")).Count);

        async Task<string?> ChangeAsync(string? old, string wanted) =>
            await _rig.Get<ChangePassword>()
                .HandleAsync(
                    new DefaultHttpContext(),
                    scene.Contoso.Organization,
                    new(scene.Mira.Id, old, wanted, provenAt, kept),
                    AnteroomRig.Desk,
                    default
                ) switch
            {
                PasswordChanged.Done => null,
                PasswordChanged.Refused refused => refused.Reason,
                PasswordChanged.Unfit unfit => unfit.Reason,
                _ => "?",
            };
    }

    private static async Task BlockAsync(PasswordScene scene)
    {
        await using var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default);
        var blocked = await scene
            .Rig.Get<Blocks>()
            .BlockAsync(
                tx,
                scene.Mira.Id,
                BlockSource.Administrator,
                Channels.All,
                null,
                AnteroomRig.Desk,
                scene.Rig.Clock.GetUtcNow(),
                default
            );
        Assert.True(blocked.TryGet(out _, out _));
        await tx.CommitAsync(default);
    }
}
