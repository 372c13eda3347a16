using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.Console;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Signing in with a password over HTTP.</summary>
public sealed class PasswordSignInTests(SharedRig shared)
{
    private async Task<PasswordScene> SetAsync(bool withProvider = false, bool hasPassword = true)
    {
        var (rig, application) = await shared.GetAsync();
        return await PasswordScene.SetAsync(rig, application, withProvider, hasPassword);
    }

    [Fact]
    [Trait("Security", "SEC-210")]
    [Trait("Security", "SEC-039")]
    public async Task Signs_a_person_in_by_name_and_password()
    {
        var scene = await SetAsync();
        using var browser = scene.Rig.NewBrowser();
        var attempt = scene.Begin();
        var question = await PasswordVisit.OpenAsync(browser, attempt, scene.Mira.UserName);

        var field = question.Html.QuerySelector("#password")!;
        Assert.Equal("password", field.GetAttribute("type"));
        Assert.Equal("current-password", field.GetAttribute("autocomplete"));
        Assert.Null(field.GetAttribute("maxlength")); // nothing is cut off, and nothing keeps anybody from pasting
        Assert.Null(field.GetAttribute("onpaste"));
        Assert.Equal(scene.Mira.UserName, question.Html.QuerySelector("input[autocomplete=username]")!.GetAttribute("value"));
        Assert.Contains(scene.Mira.UserName, question.Text, StringComparison.Ordinal);

        var claims = (
            await scene.Application.RedeemAsync(attempt, await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right))
        ).Claims;

        Assert.Equal(scene.Mira.Subject, (string)claims["sub"]!);
        Assert.Equal(["pwd"], claims["amr"]!.AsArray().Select(method => (string)method!));
        var audit = Assert.Single(await scene.Contoso.Rows.AuditAsync("sign_in.succeeded"));
        Assert.Equal("password", audit.Details.GetProperty("method").GetString());
        Assert.Equal(
            "admitted",
            await scene.Contoso.Rows.FirstAsync<string>("SELECT decision FROM sign_ins WHERE organization_id = @organization")
        );
        Assert.Empty(await scene.Rig.Invariants.ViolationsAsync());
        // The session serves, like any other.
        var silent = await browser.GetAsync(scene.Begin(("prompt", "none")).Address.AbsoluteUri);
        Assert.True(silent.Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-042")]
    [Trait("Security", "SEC-324")]
    public async Task A_wrong_password_an_unknown_name_and_somebody_without_a_password_look_alike()
    {
        var scene = await SetAsync();
        var without = await PasswordVisit.AddMemberAsync(scene.Rig, scene.Contoso.Organization.Id, "Noor." + scene.Contoso.Slug);
        var before = await scene.Contoso.Rows.CountAsync();

        var wrong = await AskAsync(scene.Mira.UserName);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Page.Status);
        Assert.Equal(wrong.Shape, (await AskAsync("Nina." + scene.Contoso.Slug)).Shape);
        Assert.Equal(wrong.Shape, (await AskAsync(without.UserName)).Shape);

        Assert.Equal(before, await scene.Contoso.Rows.CountAsync());
        var refusals = await scene.Contoso.Rows.AuditAsync("sign_in.refused");
        Assert.Equal(3, refusals.Count);
        Assert.All(refusals, row => Assert.Equal("password_wrong", row.Reason));
        // Who has an account finds the attempt in its history.
        Assert.Equal(
            1,
            await scene.Contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM sign_ins WHERE organization_id = @organization AND user_id = @user AND reason = 'password_wrong'",
                new { user = scene.Mira.Id.Value }
            )
        );

        async Task<(Page Page, string Shape)> AskAsync(string userName)
        {
            var page = await scene.TryAsync(PasswordVisit.Wrong, userName);
            var headers = page
                .Headers.Where(header => header.Key != "Date")
                .Select(header => $"{header.Key}: {header.Value.Length}")
                .Order(StringComparer.Ordinal);
            return (page, $"{(int)page.Status}\n{string.Join('\n', headers)}\n{page.Body.Length}");
        }
    }

    [Fact]
    [Trait("Security", "SEC-229")]
    [Trait("Security", "SEC-039")]
    public async Task Counts_only_where_the_organization_allows_it()
    {
        var scene = await SetAsync(withProvider: true);
        using var browser = scene.Rig.NewBrowser();
        var question = await PasswordVisit.OpenAsync(browser, scene.Begin(), scene.Mira.UserName);
        await PasswordVisit.AllowAsync(scene.Contoso, null); // not by default either
        var before = await scene.Contoso.Rows.CountAsync();

        await Refused.AssertAsync(
            scene.Contoso,
            await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right),
            before,
            "password_not_allowed"
        );
        Refused.AssertPage(await browser.GetAsync(question.Address.AbsoluteUri), "password_not_allowed");
        Refused.AssertPage(
            await browser.GetAsync(question.Address.AbsoluteUri.Replace("/password?", "/password/forgotten?", StringComparison.Ordinal)),
            "password_not_allowed"
        );
        using var other = scene.Rig.NewBrowser();
        var page = await other.GetAsync(scene.Begin().Address.AbsoluteUri, follow: false);
        Assert.StartsWith(scene.Rig.EmulatorAddress, page.Location, StringComparison.Ordinal); // at once to the provider
    }

    [Fact]
    public async Task Stands_beside_the_provider_and_the_passkey_and_leads_back_to_them()
    {
        var scene = await SetAsync(withProvider: true);
        await scene.Contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = organization.Settings.SignIn with { AllowPasskeys = true } },
            }
        );
        using var browser = scene.Rig.NewBrowser();
        var ways = await browser.GetAsync(scene.Begin().Address.AbsoluteUri);
        Assert.Contains("Sign in with Microsoft", ways.Text, StringComparison.Ordinal);
        Assert.NotNull(PasskeyVisit.OfferOn(ways));

        var name = await browser.ClickAsync(ways, "Sign in with a password");
        Assert.NotNull(PasskeyVisit.OfferOn(name));
        var password = await browser.SubmitAsync(name, new Dictionary<string, string> { ["identifier"] = scene.Mira.UserName });
        Assert.NotNull(PasskeyVisit.OfferOn(password));
        var other = await browser.ClickAsync(password, "Not you?");
        Assert.Equal(scene.Mira.UserName, other.Html.QuerySelector("#identifier")!.GetAttribute("value"));

        var back = await browser.ClickAsync(password, "Sign in another way");
        Assert.Contains("Sign in with Microsoft", back.Text, StringComparison.Ordinal);
        var again = await browser.ClickAsync(back, "Sign in with a password");
        Assert.True((await PasswordVisit.TypeAsync(browser, again, PasswordVisit.Right)).Answer.ContainsKey("code"));
    }

    [Fact] // an organization may keep its own form from the page beside its provider
    public async Task Is_not_shown_beside_a_provider_where_the_organization_does_not_want_it()
    {
        var scene = await SetAsync(withProvider: true);
        await scene.Contoso.ChangeAsync(organization =>
            organization with
            {
                Settings = organization.Settings with { SignIn = organization.Settings.SignIn with { ShowLocalForm = false } },
            }
        );
        using var browser = scene.Rig.NewBrowser();
        var page = await browser.GetAsync(scene.Begin().Address.AbsoluteUri, follow: false);
        Assert.StartsWith(scene.Rig.EmulatorAddress, page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_for_the_password_at_once_where_the_name_was_typed_before()
    {
        var scene = await SetAsync();
        using var browser = scene.Rig.NewBrowser();
        var attempt = scene.Application.Begin();
        var first = await browser.GetAsync(attempt.Address.AbsoluteUri);
        var question = await browser.SubmitAsync(
            first,
            new Dictionary<string, string> { ["identifier"] = scene.Mira.UserName.ToUpperInvariant() }
        );
        Assert.NotNull(question.Html.QuerySelector("#password"));
        var tokens = await scene.Application.RedeemAsync(attempt, await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right));
        Assert.Equal(scene.Mira.Subject, tokens.Subject);
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task A_name_of_another_organization_is_nobody_s_here()
    {
        var (here, there) = (await SetAsync(), await SetAsync());
        var page = await here.TryAsync(PasswordVisit.Right, there.Mira.UserName);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(0, await there.Contoso.Rows.CountAsync("sessions"));
        Assert.Empty(await there.Contoso.Rows.AuditAsync("sign_in.refused"));
    }

    [Fact]
    [Trait("Security", "SEC-039")]
    public async Task The_right_password_of_somebody_blocked_opens_nothing()
    {
        var scene = await SetAsync();
        await using (var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default))
        {
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
        var before = await scene.Contoso.Rows.CountAsync();
        await Refused.AssertAsync(scene.Contoso, await scene.TryAsync(PasswordVisit.Right), before, "account_blocked");
    }

    [Fact]
    [Trait("Security", "SEC-107")]
    public async Task A_second_proof_is_asked_of_the_same_account()
    {
        var scene = await SetAsync();
        var noor = await PasswordVisit.AddMemberAsync(scene.Rig, scene.Contoso.Organization.Id, "Noor." + scene.Contoso.Slug);
        await PasswordVisit.SetAsync(scene.Rig, noor);
        using var browser = scene.Rig.NewBrowser();
        Assert.True(await scene.GetsInAsync(browser: browser));

        var attempt = scene.Begin(("prompt", "login"), ("login_hint", noor.UserName));
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Contains(scene.Mira.UserName, question.Text, StringComparison.Ordinal); // not the hint's
        Assert.DoesNotContain("Not you?", question.Text, StringComparison.Ordinal);
        // Nor by a form that the page does not have (SEC-038).
        var fields = question
            .Form.QuerySelectorAll("input[type=hidden]")
            .ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!);
        fields["identifier"] = noor.UserName;
        Refused.AssertPage(await browser.PostAsync(scene.Rig.Address + "/sign-in/password/name", fields), "account_mismatch");

        var tokens = await scene.Application.RedeemAsync(attempt, await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right));
        Assert.Equal(scene.Mira.Subject, tokens.Subject);
    }

    [Fact]
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-010")]
    [Trait("Security", "SEC-038")]
    public async Task Forged_forms_and_skipped_steps_lead_nowhere()
    {
        var scene = await SetAsync();
        using var browser = scene.Rig.NewBrowser();
        var name = await browser.GetAsync(scene.Begin().Address.AbsoluteUri);
        var t = Queries.Read(name.Address)["t"];
        foreach (var path in (string[])["/sign-in/password", "/sign-in/password/name", "/sign-in/password/forgotten", "/password/new"])
            Refused.AssertPage(
                await browser.PostAsync(scene.Rig.Address + path, new Dictionary<string, string> { ["t"] = t, ["password"] = "x" }),
                "forgery_suspected"
            );
        // A password before a name: the name is asked for first.
        var fields = name
            .Form.QuerySelectorAll("input[type=hidden]")
            .ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value")!);
        fields["password"] = PasswordVisit.Right;
        var asked = await browser.PostAsync(scene.Rig.Address + "/sign-in/password", fields);
        Assert.NotNull(asked.Html.QuerySelector("#identifier"));
        // Another browser has no such sign-in (SEC-032).
        using var other = scene.Rig.NewBrowser();
        Refused.AssertPage(await other.GetAsync(name.Address.AbsoluteUri), "transaction_missing");
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-212")]
    public async Task A_weaker_hash_is_made_again_when_the_person_comes()
    {
        var scene = await SetAsync(hasPassword: false);
        var weaker = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 })).HashPassword(
            new(),
            PasswordVisit.Right
        );
        await using (var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default))
        {
            PasswordStore.Set(tx, scene.Mira.Id, weaker, scene.Rig.Clock.GetUtcNow());
            await tx.CommitAsync(default);
        }
        Assert.False(await scene.GetsInAsync(PasswordVisit.Wrong));
        Assert.Equal(weaker, await HashAsync());

        Assert.True(await scene.GetsInAsync());
        var stronger = await HashAsync();
        Assert.Equal(
            PasswordHashing.Iterations,
            (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Convert.FromBase64String(stronger).AsSpan(5))
        );
        Assert.True(await scene.GetsInAsync());
        Assert.Equal(stronger, await HashAsync());

        async Task<string> HashAsync() =>
            (await scene.Contoso.Rows.FirstAsync<string>("SELECT hash FROM passwords WHERE organization_id = @organization"))!;
    }

    [Fact]
    [Trait("Security", "SEC-210")]
    public async Task The_password_may_be_typed_on_another_keyboard()
    {
        var scene = await SetAsync(hasPassword: false);
        await PasswordVisit.SetAsync(scene.Rig, scene.Mira, "caf\u00e9 au lait s'il te pla\u00eet");
        Assert.True(await scene.GetsInAsync("cafe\u0301 au lait s'il te plai\u0302t"));
        Assert.False(await scene.GetsInAsync("Caf\u00e9 au lait s'il te pla\u00eet"));
        Assert.False(await scene.GetsInAsync("caf\u00e9 au lait s'il te pla\u00eet "));
    }

    [Fact]
    [Trait("Security", "SEC-265")]
    public async Task Never_opens_the_console_by_itself()
    {
        var scene = await SetAsync();
        var admin = await PasswordVisit.AddMemberAsync(
            scene.Rig,
            scene.Contoso.Organization.Id,
            "Ada." + scene.Contoso.Slug,
            role: BuiltInRoles.Administrator
        );
        await PasswordVisit.SetAsync(scene.Rig, admin);
        using var browser = scene.Rig.NewBrowser();
        Assert.True((await scene.TryAsync(PasswordVisit.Right, admin.UserName, browser)).Answer.ContainsKey("code"));

        var page = await browser.GetAsync($"{new ConsoleScene(scene.Rig).Address}/sign-in?organization={scene.Contoso.Slug}");
        Refused.AssertPage(page, "console_second_factor_required");
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("console_sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-348")]
    public async Task Goes_with_the_person()
    {
        var scene = await SetAsync();
        Assert.False(await scene.GetsInAsync(PasswordVisit.Wrong));
        await scene.ForgetAsync();
        await scene.Letters.NewestAsync(Server.Platform.Mail.Templates.MailTemplate.Recovery);
        await using (var tx = await scene.Rig.Database.BeginAsync(scene.Contoso.Organization.Id, default))
        {
            Assert.Null(
                await scene.Rig.Get<DeleteUser>().HandleAsync(tx, scene.Mira.Id, AnteroomRig.Desk, scene.Rig.Clock.GetUtcNow(), default)
            );
            await tx.CommitAsync(default);
        }
        foreach (var table in (string[])["passwords", "password_links", "recovery_requests"])
            Assert.Equal(0, await scene.Contoso.Rows.CountAsync(table));
        Assert.Equal(
            0,
            await scene.Contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM password_tries WHERE organization_id = @organization AND user_id IS NOT NULL"
            )
        );
    }
}
