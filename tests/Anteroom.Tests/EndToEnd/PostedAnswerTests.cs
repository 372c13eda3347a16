using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Answers that Entra's page posts: taken once, in the browser that asked, with exactly the parts that were asked for.</summary>
public sealed class PostedAnswerTests(SharedRig shared)
{
    [Theory] // one thing bent at a time: mode, part, what becomes of it (null takes it away), what the page says
    [InlineData("idToken", "id_token", null, "callback_invalid")]
    [InlineData("idToken", "id_token", "a.b.c", "id_token_malformed")]
    [InlineData("idToken", "code", "0.AAAA", "answer_unexpected")]
    [InlineData("idToken", "access_token", "eyJ", "answer_unexpected")]
    [InlineData("idToken", "iss", "https://evil.example", "id_token_issuer")]
    [InlineData("hybrid", "id_token", null, "id_token_missing")]
    [InlineData("hybrid", "code", null, "callback_invalid")]
    [InlineData("hybrid", "code", "0.AAAA", "id_token_c_hash")]
    [InlineData("hybrid", "access_token", "eyJ", "answer_unexpected")]
    [InlineData("code", "id_token", "a.b.c", "answer_unexpected")]
    [Trait("Security", "SEC-064")]
    [Trait("Security", "SEC-067")]
    [Trait("Capability", "HEC-30")]
    [Trait("Capability", "IMP-21")]
    public async Task Refuses_an_answer_with_other_parts_than_were_asked_for(string mode, string part, string? value, string reason)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode));
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        Page page;
        if (mode == "code")
        {
            var callback = await CallbackAttackTests.CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);
            page = await browser.GetAsync($"{callback}&{part}={value}");
        }
        else
        {
            var answer = await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira);
            var fields = Fields(answer);
            if (value is null)
                Assert.True(fields.Remove(part));
            else
                fields[part] = value;
            page = await browser.PostAsync(contoso.RedirectUri, fields);
        }

        if (mode == "idToken" && value is null)
            Refused.AssertPage(page, reason); // nothing that an answer could be: refused before anybody is looked up
        else
            await Refused.AssertAsync(contoso, page, before, reason);
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.False(rig.HasSession(browser));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    [Trait("Security", "SEC-016")]
    [Trait("Security", "SEC-067")]
    public async Task Takes_forms_and_nothing_else(string? contentType)
    {
        var (rig, _) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("idToken"));
        using var http = new HttpClient();
        using var body = new ByteArrayContent("id_token=a.b.c&state=s"u8.ToArray());
        body.Headers.TryAddWithoutValidation("Content-Type", contentType ?? "");
        using var answer = await http.PostAsync(contoso.RedirectUri, body);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("idToken")]
    [InlineData("hybrid")]
    [Trait("Security", "SEC-067")]
    public async Task Refuses_a_token_in_an_address(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode));
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var answer = await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        var page = await browser.GetAsync(
            Queries.Build(contoso.RedirectUri, Fields(answer).ToDictionary(field => field.Key, field => (string?)field.Value)).AbsoluteUri
        );

        await Refused.AssertAsync(contoso, page, before, "answer_by_wrong_way");
    }

    [Fact]
    [Trait("Security", "SEC-067")]
    public async Task Refuses_a_code_that_was_asked_for_in_the_address_by_post()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var callback = await CallbackAttackTests.CatchAsync(rig, browser, application.Begin(("organization", contoso.Slug)), mira);

        var page = await browser.PostAsync(contoso.RedirectUri, Queries.Read(new(callback)));

        await Refused.AssertAsync(contoso, page, before, "answer_by_wrong_way");
    }

    [Theory]
    [InlineData("idToken", "id_token_nonce")]
    [InlineData("hybrid", "id_token_nonce", "id_token_c_hash")]
    [Trait("Security", "SEC-065")]
    [Trait("Capability", "IMP-21")]
    public async Task Refuses_a_token_of_another_sign_in_of_the_same_person(string mode, params string[] reasons)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode));
        var mira = await contoso.AddPersonAsync();
        var before = await contoso.Rows.CountAsync();
        using var browser = rig.NewBrowser();
        var first = Fields(await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira));
        var second = Fields(await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira));

        second["id_token"] = first["id_token"];
        await Refused.AssertAsync(contoso, await browser.PostAsync(contoso.RedirectUri, second), before, reasons);
    }

    [Theory]
    [InlineData("idToken")]
    [InlineData("hybrid")]
    [Trait("Security", "SEC-069")]
    [Trait("Security", "SEC-067")]
    [Trait("Capability", "IMP-21")]
    public async Task Takes_an_answer_once(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var answer = await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira);
        using var copy = browser.Clone();
        using var stranger = rig.NewBrowser();

        Refused.AssertPage(await stranger.SubmitAsync(answer), "transaction_missing"); // no cookie, and the right one is still good
        Assert.True((await browser.SubmitAsync(answer)).Answer.ContainsKey("code"));
        var before = await contoso.Rows.CountAsync();
        Refused.AssertPage(await browser.SubmitAsync(answer), "transaction_missing");
        Refused.AssertPage(await copy.SubmitAsync(answer), "transaction_replayed", "upstream_code_used"); // with the cookie of before

        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.Equal((1L, 1L), (before["users"], before["sessions"]));
    }

    [Fact] // as browsers do: cookies that are Lax stay behind when another site posts, and come along with the GET (SEC-003)
    [Trait("Security", "SEC-002")]
    [Trait("Security", "SEC-003")]
    [Trait("Security", "SEC-031")]
    public async Task A_post_of_another_site_needs_no_cookie_and_its_handle_counts_once()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("idToken"));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, mira);
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        var answer = await CatchAsync(browser, application.Begin(("organization", contoso.Slug), ("prompt", "login")), mira);
        using var bare = rig.NewBrowser();

        var kept = await bare.SubmitAsync(answer, follow: false);
        Assert.Equal(303, (int)kept.Status);
        Assert.DoesNotContain(bare.SetCookies, cookie => cookie.Contains("tx-", StringComparison.Ordinal));
        Assert.DoesNotContain("id_token", kept.Location, StringComparison.Ordinal);
        var address = new Uri(new Uri(rig.Address), kept.Location!).AbsoluteUri;

        Assert.True((await browser.GetAsync(address)).Answer.ContainsKey("code"));
        Assert.Equal(1, await contoso.Rows.CountAsync("sessions")); // the cookie of the one before came along, so that one is over
        Refused.AssertPage(await browser.GetAsync(address), "transaction_missing");
        Assert.DoesNotContain(browser.SetCookies, cookie => cookie.Contains("samesite=none", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    [Trait("Security", "SEC-003")]
    public async Task A_handle_is_nothing_in_another_browser_or_at_another_address()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("idToken"));
        var fabrikam = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("idToken"));
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var answer = await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), mira);

        Refused.AssertPage(await other.SubmitAsync(answer), "transaction_missing");
        var kept = await browser.SubmitAsync(answer, follow: false);
        var handle = kept.Location!.Split('=')[1];
        Refused.AssertPage(await browser.GetAsync($"{fabrikam.RedirectUri}?answer={handle}"), "transaction_missing");
        Refused.AssertPage(await browser.GetAsync($"{contoso.RedirectUri}?answer={handle}&state=x"), "transaction_missing");
        Refused.AssertPage(await browser.GetAsync($"{contoso.RedirectUri}?answer=pa_nonsense"), "transaction_missing");
        Assert.True((await browser.GetAsync($"{contoso.RedirectUri}?answer={handle}")).Answer.ContainsKey("code")); // untouched by all that
    }

    [Theory]
    [InlineData("state")]
    [InlineData("id_token")]
    [Trait("Security", "SEC-015")]
    public async Task Refuses_a_form_that_says_something_twice(string part)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options("idToken"));
        using var browser = rig.NewBrowser();
        var answer = Fields(await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), await contoso.AddPersonAsync()));

        Refused.AssertPage(await browser.PostAsync(contoso.RedirectUri, [.. answer, new(part, "again")]), "callback_invalid");
        Refused.AssertPage(await browser.PostAsync(contoso.RedirectUri + "?state=again", answer), "callback_invalid");
        Refused.AssertPage(await browser.PostAsync(contoso.RedirectUri, []), "callback_invalid");
        Assert.Equal(0, await contoso.Rows.CountAsync("users"));
    }

    [Theory]
    [InlineData("hybrid")]
    [InlineData("idToken")]
    [Trait("Capability", "HEL-03")]
    [Trait("Security", "SEC-066")]
    public async Task Refuses_states_of_two_organizations_that_were_swapped_at_the_central_address(string mode)
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode, CallbackStyle.Central));
        var fabrikam = await Contoso.CreateAsync(rig, ConnectionModeTests.Options(mode, CallbackStyle.Central));
        Assert.Equal(contoso.RedirectUri, fabrikam.RedirectUri);
        using var browser = rig.NewBrowser();
        var one = Fields(await CatchAsync(browser, application.Begin(("organization", contoso.Slug)), await contoso.AddPersonAsync()));
        var two = Fields(
            await CatchAsync(browser, application.Begin(("organization", fabrikam.Slug)), await fabrikam.AddPersonAsync("dana"))
        );
        var (before, beforeTwo) = (await contoso.Rows.CountAsync(), await fabrikam.Rows.CountAsync());

        (one["state"], two["state"]) = (two["state"], one["state"]);
        await Refused.AssertAsync(
            fabrikam,
            await browser.PostAsync(contoso.RedirectUri, one),
            beforeTwo,
            "id_token_tenant",
            "id_token_audience"
        );
        await Refused.AssertAsync(
            contoso,
            await browser.PostAsync(contoso.RedirectUri, two),
            before,
            "id_token_tenant",
            "id_token_audience"
        );
    }

    /// <summary>Signs in at Entra and stops at the page that would post the answer to us.</summary>
    internal static async Task<Page> CatchAsync(HttpBrowser browser, AuthorizationAttempt attempt, Person person)
    {
        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(attempt.Address.AbsoluteUri), person, carries: false);
        Assert.True(page.IsPostedAnswer, page.Text);
        return page;
    }

    internal static Dictionary<string, string> Fields(Page answer) =>
        answer
            .Html.QuerySelectorAll("form[name=hiddenform] input[type=hidden]")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value")!);
}
