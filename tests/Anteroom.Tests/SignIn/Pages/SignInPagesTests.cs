using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Server.SignIn.Pages;
using Anteroom.Tests.Platform.Web;

namespace Anteroom.Tests.SignIn.Pages;

public sealed class SignInPagesTests
{
    private const string Hostile = "\"><script>alert(1)</script><b style=\"x\">'&amp;";

    private static readonly PageFrame Frame = new(
        "Contoso" + Hostile,
        "Field Service" + Hostile,
        new HelpContact("Help desk" + Hostile, new Uri("mailto:help@contoso.example"))
    );

    private static readonly PostForm Form = new(
        "/sign-in/answer",
        [new("transaction", "t1" + Hostile), new("__RequestVerificationToken", "a1")]
    );

    private static readonly ProblemModel Problem = new(
        Frame,
        "It happened" + Hostile,
        "It means" + Hostile,
        "Do this" + Hostile,
        "some_code" + Hostile,
        "correlation" + Hostile,
        new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)),
        "/sign-in/again",
        new AdministratorDetails(["Step one" + Hostile, "Step two"], "AADSTS50011" + Hostile, new Uri("https://entra.microsoft.com/"))
    );

    /// <summary>Every page with a name, hostile words wherever words can come from outside.</summary>
    private static readonly Dictionary<string, Func<HttpContext, SignInPages, Task>> Pages = new()
    {
        ["identify"] = (http, pages) => pages.IdentifyAsync(http, new IdentifyModel(Frame, Form, Hostile, IdentifyError.Unknown), []),
        ["choose"] = (http, pages) =>
            pages.ChooseAccountAsync(
                http,
                new ChooseAccountModel(
                    Frame,
                    Form,
                    [new("a1", "Adele Vance" + Hostile, "adele" + Hostile, "Contoso" + Hostile), new("a2", "Bo", "bo", "Fabrikam")]
                ),
                []
            ),
        ["continue"] = (http, pages) =>
            pages.ContinueAsync(
                http,
                new ContinueModel(Frame, new Uri("https://idp.example/authorize?a=1&b=\"'<2>"), "Provider" + Hostile)
            ),
        ["form-post"] = (http, pages) =>
            pages.FormPostAsync(
                http,
                new FormPostModel(Frame, new Uri("https://application.example/callback?x='\""), [new("state", Hostile)])
            ),
        ["problem"] = (http, pages) => pages.ProblemAsync(http, 400, Problem),
        ["signed-out"] = (http, pages) =>
            pages.SignedOutAsync(
                http,
                new SignedOutModel(
                    Frame,
                    [new Uri("https://a.example/logout?iss=x&sid=1"), new Uri("https://b.example:8443/logout")],
                    new Uri("https://application.example/bye"),
                    TimeSpan.FromSeconds(3)
                )
            ),
        ["confirm-sign-out"] = (http, pages) =>
            pages.ConfirmSignOutAsync(http, new ConfirmSignOutModel(Frame, Form, "Adele" + Hostile, "/"), []),
        ["password-name"] = (http, pages) =>
            pages.PasswordNameAsync(http, new PasswordNameModel(Frame, Form, Hostile, IsMissing: true, "/sign-in/connection?t=1"), []),
        ["password"] = (http, pages) =>
            pages.PasswordAsync(
                http,
                new PasswordModel(
                    Frame,
                    Form,
                    "mira" + Hostile,
                    new(PasswordError.Wrong),
                    "/sign-in/password/forgotten?t=1",
                    "/sign-in/password?t=1&name=other",
                    "/sign-in/connection?t=1"
                ),
                []
            ),
        ["forgotten-password"] = (http, pages) =>
            pages.ForgottenPasswordAsync(http, new ForgottenPasswordModel(Frame, Form, "mira" + Hostile, "/sign-in/password?t=1")),
        ["recovery-sent"] = (http, pages) => pages.RecoverySentAsync(http, new RecoverySentModel(Frame, "/sign-in/password?t=1")),
        ["new-password"] = (http, pages) =>
            pages.NewPasswordAsync(http, new NewPasswordModel(Frame, Form, "mira" + Hostile, PasswordFault.TooShort)),
        ["password-set"] = (http, pages) => pages.PasswordSetAsync(http, new PasswordSetModel(Frame)),
        ["device"] = (http, pages) => pages.DeviceAsync(http, new DeviceModel(Frame, Form, Hostile, false, UserCodeError.Unknown), []),
        ["device-by-link"] = (http, pages) =>
            pages.DeviceAsync(http, new DeviceModel(Frame, Form, "BCDF-GHJK", true, UserCodeError.None), []),
        ["confirm-device"] = (http, pages) =>
            pages.ConfirmDeviceAsync(
                http,
                new ConfirmDeviceModel(Frame, Form, "Television" + Hostile, "BCDF-GHJK", "Adele" + Hostile, "Contoso" + Hostile),
                []
            ),
        ["device-answered"] = (http, pages) =>
            pages.DeviceAnsweredAsync(http, new DeviceAnsweredModel(Frame, "Television" + Hostile, Approved: true)),
        ["not-found"] = (http, pages) => pages.NotFoundAsync(http, Frame),
    };

    public static TheoryData<string> Names => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Security", "SEC-004")]
    [Trait("Security", "SEC-017")]
    [Trait("Security", "SEC-018")]
    public async Task Shows_hostile_words_as_words(string name)
    {
        var (_, document) = await GetAsync(name);

        Assert.Empty(document.QuerySelectorAll("[style], style, b, script:not([src]), base, object, embed"));
        Assert.All(
            document.All,
            element => Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.Ordinal))
        );
        Assert.Contains("Contoso" + Hostile, document.QuerySelector("header.sign span")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Is_a_complete_page_that_a_screen_reader_can_walk(string name)
    {
        var (_, document) = await GetAsync(name);

        Assert.Equal("en", document.DocumentElement.GetAttribute("lang"));
        Assert.False(string.IsNullOrWhiteSpace(document.Title));
        Assert.Equal("width=device-width, initial-scale=1", document.QuerySelector("meta[name=viewport]")!.GetAttribute("content"));
        Assert.Equal("light dark", document.QuerySelector("meta[name=color-scheme]")!.GetAttribute("content"));
        Assert.Single(document.QuerySelectorAll("main"));
        Assert.Single(document.QuerySelectorAll("h1"));
        Assert.True(document.QuerySelectorAll(".main").Length <= 1, "a page has at most one main button");
        Assert.All(
            document.QuerySelectorAll("input:not([type=hidden])"),
            input => Assert.Equal(input.Id, document.QuerySelector($"label[for='{input.Id}']")?.GetAttribute("for"))
        );
        Assert.All(document.QuerySelectorAll("iframe"), frame => Assert.False(string.IsNullOrWhiteSpace(frame.GetAttribute("title"))));
        Assert.DoesNotContain(
            document.All.Select(element => element.Id).Where(id => id is not null).GroupBy(id => id),
            ids => ids.Count() > 1
        );
        Assert.All(
            document
                .QuerySelectorAll("[aria-describedby], [aria-labelledby]")
                .SelectMany(element => (element.GetAttribute("aria-describedby") ?? element.GetAttribute("aria-labelledby"))!.Split(' ')),
            id => Assert.NotNull(document.GetElementById(id))
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Security", "SEC-007")]
    public async Task Is_never_kept_and_needs_little_on_the_wire(string name)
    {
        await using var host = await PageHost.StartAsync(Pages[name]);
        using var response = await host.Client.GetAsync("/sign-in", TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", response.Headers.GetValues("Cache-Control").Single());

        var bytes = html.Length;
        foreach (var file in (await ParseAsync(html)).QuerySelectorAll("link[href], script[src]"))
            bytes += (
                await host.Client.GetByteArrayAsync(
                    file.GetAttribute("href") ?? file.GetAttribute("src"),
                    TestContext.Current.CancellationToken
                )
            ).Length;
        Assert.InRange(bytes, 1_000, 60_000);
    }

    [Fact]
    public async Task Asks_who_is_there_and_keeps_what_was_typed_beside_the_error()
    {
        var (response, document) = await GetAsync("identify");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var input = Assert.IsType<IHtmlInputElement>(document.GetElementById("identifier"), exactMatch: false);
        Assert.Equal(Hostile, input.Value);
        Assert.Equal("username", input.GetAttribute("autocomplete"));
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        Assert.Equal(
            "No sign-in page is found for this entry. Check the spelling, or enter your company code.",
            document.GetElementById(input.GetAttribute("aria-describedby")!)!.TextContent
        );
        Assert.StartsWith("Error: ", document.Title, StringComparison.Ordinal);
        Assert.Equal("mailto:help@contoso.example", document.QuerySelector(".help a")!.GetAttribute("href"));

        var form = Assert.IsType<IHtmlFormElement>(document.QuerySelector("form"), exactMatch: false);
        Assert.Equal("post", form.Method);
        Assert.Equal("/sign-in/answer", form.GetAttribute("action"));
        Assert.Equal("t1" + Hostile, form.QuerySelector("input[name=transaction]")!.GetAttribute("value"));
        Assert.Equal("a1", form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value"));
        Assert.Equal("submit", Assert.Single(form.QuerySelectorAll("button")).GetAttribute("type"));
    }

    [Theory]
    [InlineData(IdentifyError.None, 200)]
    [InlineData(IdentifyError.Missing, 422)]
    [InlineData(IdentifyError.Unknown, 422)]
    [InlineData(IdentifyError.NeedsCompanyCode, 422)]
    [InlineData(IdentifyError.TooManyTries, 429)]
    public async Task Has_words_for_every_reason_to_ask_again(IdentifyError error, int status)
    {
        var (response, document) = await GetAsync(
            (http, pages) => pages.IdentifyAsync(http, new IdentifyModel(new PageFrame(), Form, null, error), [])
        );

        Assert.Equal(status, (int)response.StatusCode);
        var input = document.GetElementById("identifier")!;
        Assert.Equal(error == IdentifyError.None, !input.HasAttribute("aria-describedby") && !input.HasAttribute("aria-invalid"));
        Assert.DoesNotContain("Identify.Error", document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(error == IdentifyError.None ? "Sign in · Anteroom" : "Error: Sign in · Anteroom", document.Title);
        Assert.Null(document.QuerySelector(".help"));
    }

    [Theory]
    [InlineData(UserCodeError.None, 200, "Enter the code that your device shows.")]
    [InlineData(UserCodeError.Missing, 422, "Enter the code that your device shows.")]
    [InlineData(UserCodeError.Unknown, 422, "No device is waiting with this code.")]
    [InlineData(UserCodeError.TooManyTries, 429, "There were many tries from your network.")]
    public async Task Has_words_for_every_reason_to_ask_for_a_devices_code_again(UserCodeError error, int status, string words)
    {
        var (response, document) = await GetAsync(
            (http, pages) => pages.DeviceAsync(http, new DeviceModel(new PageFrame(), Form, null, false, error), [])
        );
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(
            words,
            document.QuerySelector(error == UserCodeError.None ? ".lead" : "[role=alert]")!.TextContent.Trim(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "never one that somebody sent you",
            document.GetElementById("user-code-warning")!.TextContent,
            StringComparison.Ordinal
        );
        Assert.Equal(error != UserCodeError.None, document.GetElementById("user-code")!.HasAttribute("aria-invalid"));
    }

    [Fact] // RFC 8628 §5.4
    public async Task Asks_before_a_device_is_let_in_and_shows_what_to_compare()
    {
        var (_, document) = await GetAsync("confirm-device");
        Assert.Equal("BCDF-GHJK", document.QuerySelector("p.code")!.TextContent);
        var text = document.QuerySelector("main")!.TextContent;
        foreach (var word in (string[])["Television" + Hostile, "Adele" + Hostile, "Contoso" + Hostile, "in front of you"])
            Assert.Contains(word, text, StringComparison.Ordinal);
        Assert.Equal(
            ["yes", "no", "another"],
            document.QuerySelectorAll("form button[name=answer]").Select(button => button.GetAttribute("value")!)
        );
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Allows_the_login_hosts_that_the_answer_redirects_to()
    {
        var (response, _) = await GetAsync(
            (http, pages) =>
                pages.IdentifyAsync(
                    http,
                    new IdentifyModel(Frame, Form),
                    [new Uri("https://login.example/"), new Uri("https://login.test")]
                )
        );
        Assert.Contains("form-action 'self' https://login.example https://login.test;", Policy(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offers_each_account_and_another_one()
    {
        var (_, document) = await GetAsync("choose");

        Assert.Equal(
            ["a1", "a2", "another"],
            document.QuerySelectorAll("form button[name=account]").Select(button => button.GetAttribute("value")!)
        );
        Assert.Contains("Fabrikam", document.QuerySelectorAll(".account")[1].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Adele Vance", "AV")]
    [InlineData("  ólafur  Karl jónsson ", "ÓJ")]
    [InlineData("Bo", "B")]
    [InlineData("", "")]
    [InlineData("👩🏽‍🔧 Mechanic", "👩🏽‍🔧M")]
    public void Shortens_a_name_to_its_initials(string name, string initials) =>
        Assert.Equal(initials, new AccountChoice("a1", name, "user", "Contoso").Initials);

    [Fact] // SEC-005: no redirect, because the provider's host is not in form-action
    [Trait("Security", "SEC-005")]
    public async Task Leads_on_to_an_unforeseen_provider_by_link_and_refresh()
    {
        var (response, document) = await GetAsync("continue");
        var target = document.QuerySelector("a.main")!.GetAttribute("href");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("https://idp.example/authorize?a=1&b=", target, StringComparison.Ordinal);
        Assert.Equal($"0; url={target}", response.Headers.GetValues("Refresh").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Posts_the_answer_to_the_application_and_nowhere_else()
    {
        var (response, document) = await GetAsync("form-post");

        Assert.Contains("form-action https://application.example;", Policy(response), StringComparison.Ordinal);
        var form = Assert.IsType<IHtmlFormElement>(Assert.Single(document.QuerySelectorAll("form")), exactMatch: false);
        Assert.StartsWith("https://application.example/callback", form.GetAttribute("action"), StringComparison.Ordinal);
        Assert.Equal(Hostile, form.QuerySelector("input[name=state]")!.GetAttribute("value"));
        Assert.Equal("submit", form.QuerySelector("button.main")!.GetAttribute("type"));
        Assert.StartsWith(
            "/anteroom/submit.",
            Assert.Single(document.QuerySelectorAll("script")).GetAttribute("src"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Tells_what_happened_what_it_means_and_what_to_do_in_that_order()
    {
        var (_, document) = await GetAsync("problem");
        var text = document.QuerySelector("main")!.TextContent;
        int[] places =
        [
            .. new[] { "It happened", "It means", "Do this", "Try again", "some_code", "correlation", "2026-03-04 03:06:07 UTC" }.Select(
                words => text.IndexOf(words, StringComparison.Ordinal)
            ),
        ];

        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal("2026-03-04T03:06:07Z", document.QuerySelector("time")!.GetAttribute("datetime"));
        Assert.Equal("/sign-in/again", document.QuerySelector("a.main")!.GetAttribute("href"));
        Assert.Equal(2, document.QuerySelectorAll(".administrators ol li").Length);
        Assert.Equal("AADSTS50011" + Hostile, document.QuerySelector(".administrators code")!.TextContent);
    }

    [Fact]
    public async Task Shows_no_button_where_trying_again_cannot_help()
    {
        var (_, document) = await GetAsync(
            (http, pages) => pages.ProblemAsync(http, 403, Problem with { TryAgain = null, Details = null })
        );
        Assert.Null(document.QuerySelector(".main"));
        Assert.Null(document.QuerySelector(".administrators"));
    }

    [Fact]
    [Trait("Security", "SEC-005")]
    public async Task Tells_the_applications_in_frames_that_the_person_left()
    {
        var (response, document) = await GetAsync("signed-out");

        Assert.Equal(
            ["https://a.example/logout?iss=x&sid=1", "https://b.example:8443/logout"],
            document.QuerySelectorAll("iframe[hidden]").Select(frame => frame.GetAttribute("src")!)
        );
        Assert.Contains("frame-src https://a.example https://b.example:8443;", Policy(response), StringComparison.Ordinal);
        Assert.Equal("https://application.example/bye", document.QuerySelector("a.main")!.GetAttribute("href"));
        Assert.Equal("3; url=https://application.example/bye", response.Headers.GetValues("Refresh").Single());
    }

    [Fact]
    public async Task Waits_for_a_click_when_no_delay_is_given()
    {
        var (response, document) = await GetAsync((http, pages) => pages.SignedOutAsync(http, new SignedOutModel(new PageFrame(), [])));
        Assert.False(response.Headers.Contains("Refresh"));
        Assert.Null(document.QuerySelector("a.main"));
        Assert.DoesNotContain("frame-src", Policy(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_before_it_signs_out()
    {
        var (_, document) = await GetAsync("confirm-sign-out");
        Assert.Equal("post", Assert.IsType<IHtmlFormElement>(document.QuerySelector("form"), exactMatch: false).Method);
        Assert.Contains("Adele" + Hostile, document.QuerySelector(".lead")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/", document.QuerySelector("a.quiet")!.GetAttribute("href"));
    }

    [Fact]
    [Trait("Security", "SEC-017")]
    public async Task Shows_a_help_address_with_an_active_scheme_as_words_only()
    {
        var frame = new PageFrame(Help: new HelpContact("Call us", new Uri("javascript:alert(1)")));
        var (_, document) = await GetAsync((http, pages) => pages.NotFoundAsync(http, frame));
        Assert.Null(document.QuerySelector(".help a"));
        Assert.Contains("Call us", document.QuerySelector(".help")!.TextContent, StringComparison.Ordinal);
    }

    private static Task<(HttpResponseMessage Response, IHtmlDocument Document)> GetAsync(string name) => GetAsync(Pages[name]);

    private static async Task<(HttpResponseMessage Response, IHtmlDocument Document)> GetAsync(Func<HttpContext, SignInPages, Task> page)
    {
        await using var host = await PageHost.StartAsync(page);
        var response = await host.Client.GetAsync("/sign-in", TestContext.Current.CancellationToken);
        return (response, await ParseAsync(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    private static Task<IHtmlDocument> ParseAsync(string html) =>
        new HtmlParser().ParseDocumentAsync(html, TestContext.Current.CancellationToken);

    private static string Policy(HttpResponseMessage response) => response.Headers.GetValues("Content-Security-Policy").Single();
}
