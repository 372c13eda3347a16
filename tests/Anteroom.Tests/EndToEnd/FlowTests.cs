using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Connections;
using Anteroom.Server.SignIn.Pages;

namespace Anteroom.Tests.EndToEnd;

/// <summary>The way through a sign-in cannot be bent: not by other sites, not by added parameters, not by steps left out.</summary>
public sealed class FlowTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-009")]
    [Trait("Security", "SEC-010")]
    public async Task Changes_nothing_for_a_form_that_is_not_ours()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        var question = await browser.GetAsync(application.Begin(("prompt", "select_account")).Address.AbsoluteUri);
        var ours = question
            .Form.QuerySelectorAll("input[type=hidden]")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value")!);
        Assert.Contains("__RequestVerificationToken", ours.Keys);
        var before = await contoso.Rows.CountAsync();

        var forms = FormsOf(rig);
        Assert.InRange(forms.Count, 4, 50);
        foreach (var path in forms)
        {
            Refused.AssertPage(await browser.PostAsync(rig.Address + path, [new("t", ours["t"])], follow: false), "forgery_suspected");
            foreach (
                var (header, value) in ((string, string)[])
                    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example")]
            )
            {
                browser.ExtraHeaders[header] = value;
                Refused.AssertPage(await browser.PostAsync(rig.Address + path, ours, follow: false), "forgery_suspected");
                browser.ExtraHeaders.Remove(header);
            }
        }
        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.True(rig.HasSession(browser));
    }

    [Fact]
    [Trait("Security", "SEC-012")]
    public async Task Redirects_nowhere_that_is_not_registered()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        foreach (
            var target in (string[])
                ["https://evil.example/x", "//evil.example/x", "/\\evil.example", "https:evil.example", "\thttps://evil.example"]
        )
        foreach (var path in PathsOf(rig, "GET"))
        {
            var parameters = (
                (string[])
                    ["returnUrl", "return_to", "next", "redirect_uri", "post_logout_redirect_uri", "wreply", "RelayState", "target", "url"]
            )
                .Select(name => KeyValuePair.Create(name, (string?)target))
                .Append(new("client_id", application.ClientId));
            var page = await browser.GetAsync(Queries.Build(rig.Address + path, parameters).AbsoluteUri, follow: false);
            if (page.Location is { } location)
                Assert.Contains(
                    new Uri(page.Address, location).GetLeftPart(UriPartial.Authority),
                    (string[])[rig.Address, rig.EmulatorAddress]
                );
            Assert.DoesNotContain("evil.example", page.Headers.GetValueOrDefault("Refresh", ""), StringComparison.Ordinal);
            Assert.Empty(page.Html.QuerySelectorAll("a[href*='evil.example'], form[action*='evil.example']"));
        }
    }

    [Fact]
    [Trait("Security", "SEC-013")]
    public async Task Answers_a_post_with_303_so_that_nothing_is_posted_on()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();

        var attempt = application.Begin();
        var posted = await browser.PostAsync(
            rig.Address + "/connect/authorize",
            Queries.Read(attempt.Address).Select(pair => KeyValuePair.Create(pair.Key, pair.Value)),
            follow: false
        );
        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        var question = await browser.GetAsync(new Uri(posted.Address, posted.Location!).AbsoluteUri);
        var onward = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code }, follow: false);
        Assert.Equal(HttpStatusCode.SeeOther, onward.Status);
        await EntraPages.SignInAsync(browser, await browser.GetAsync(onward.Location!), mira);
        Assert.True(rig.HasSession(browser));

        var choice = await browser.GetAsync(application.Begin(("prompt", "select_account")).Address.AbsoluteUri);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(choice, button: "Mira Koch", follow: false)).Status);
        var confirm = await browser.GetAsync(rig.Address + "/connect/endsession");
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SubmitAsync(confirm, follow: false)).Status);
    }

    [Fact]
    [Trait("Security", "SEC-033")]
    public async Task Takes_nothing_of_a_begun_sign_in_from_the_address_again()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var attempt = application.Begin();
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.Equal(["t"], Queries.Read(question.Address).Keys); // the address names the transaction and tells nothing of it
        foreach (var (_, value) in browser.Cookies)
        foreach (var fact in (string[])[attempt.State, attempt.Nonce, "app.example", application.ClientId])
            Assert.DoesNotContain(fact, value + Readable(value), StringComparison.Ordinal);

        // Everything that the request said is said again, otherwise: on the page, in the form, and in Entra's answer.
        (string Name, string Value)[] other =
        [
            ("redirect_uri", "https://evil.example/"),
            ("client_id", "evil"),
            ("nonce", "evil"),
            ("scope", "openid evil"),
            ("response_mode", "fragment"),
            ("code_challenge", "evil"),
            ("organization", "evil"),
        ];
        var bent = await browser.GetAsync(
            question.Address.AbsoluteUri + string.Concat(other.Select(pair => $"&{pair.Name}={Uri.EscapeDataString(pair.Value)}"))
        );
        var fill = other.ToDictionary(pair => pair.Name, pair => pair.Value);
        fill["identifier"] = contoso.Code;
        var entra = await browser.SubmitAsync(bent, fill);
        browser.StopAt = rig.Address + "/sso/";
        var callback = (await EntraPages.SignInAsync(browser, entra, mira)).Location!;
        browser.StopAt = RelyingParty.Origin;
        var page = await browser.GetAsync(
            callback + string.Concat(other.Select(pair => $"&{pair.Name}={Uri.EscapeDataString(pair.Value)}"))
        );

        var tokens = await application.RedeemAsync(attempt, page);
        Assert.True(tokens.IsSuccess, tokens.Body);
        Assert.Equal(attempt.Nonce, (string?)tokens.Claims["nonce"]);
        Assert.DoesNotContain("evil", page.Location!, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-038")]
    public async Task Refuses_steps_whose_earlier_ones_were_left_out()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);
        using var theirs = rig.NewBrowser();
        await contoso.SignInAsync(application, theirs, await contoso.AddPersonAsync());
        var session = await contoso.Rows.FirstAsync<Guid>("SELECT session_id FROM sessions WHERE organization_id = @organization");
        var before = await contoso.Rows.CountAsync();

        using var browser = rig.NewBrowser();
        var question = await browser.GetAsync(application.Begin().Address.AbsoluteUri);

        // Choosing an account that is signed in elsewhere.
        var account = new Dictionary<string, string> { [ChooseAccountModel.FieldName] = new Server.SignIn.SessionId(session).ToString() };
        Refused.AssertPage(await PostAsync("/sign-in/account", account), "session_ended");
        // Choosing a connection before there is an organization, and one of another organization.
        var connection = new Dictionary<string, string> { [ChooseConnectionModel.FieldName] = fabrikam.Connection.Id.ToString() };
        Refused.AssertPage(await PostAsync("/sign-in/connection", connection), "transaction_missing");
        // An answer to a question that Entra was never asked.
        var id = Queries.Read(question.Address)["t"];
        var answer = Queries.Build(contoso.RedirectUri, [new("code", "0.made-up"), new("state", $"{id}.AAAAAAAAAAAAAAAAAAAAAA")]);
        Refused.AssertPage(await browser.GetAsync(answer.AbsoluteUri), "transaction_missing");

        Assert.Equal(before, await contoso.Rows.CountAsync());
        Assert.False(rig.HasSession(browser));

        Task<Page> PostAsync(string path, Dictionary<string, string> fields)
        {
            foreach (var input in question.Form.QuerySelectorAll("input[type=hidden]"))
                fields[input.GetAttribute("name")!] = input.GetAttribute("value")!;
            return browser.PostAsync(rig.Address + path, fields, follow: false);
        }
    }

    [Fact]
    [Trait("Security", "SEC-008")]
    public async Task Ends_exactly_the_session_that_was_meant_and_clears_nothing_else()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var fabrikam = await Contoso.CreateAsync(rig);
        using var browser = rig.NewBrowser();
        var mira = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync());
        await fabrikam.SignInAsync(application, browser, await fabrikam.AddPersonAsync("dana"));
        var kept = browser.Cookies.Where(cookie => IsSession(cookie.Key.Name)).ToList();
        Assert.Equal(2, kept.Count);

        browser.SetCookies.Clear();
        var ended = await browser.GetAsync(rig.Address + "/connect/endsession?id_token_hint=" + mira.IdToken, follow: false);
        Assert.DoesNotContain("cookies", ended.Headers.GetValueOrDefault("Clear-Site-Data", ""), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("storage", ended.Headers.GetValueOrDefault("Clear-Site-Data", ""), StringComparison.OrdinalIgnoreCase);
        var left = Assert.Single(browser.Cookies, cookie => IsSession(cookie.Key.Name));
        Assert.Contains(left, kept);
        Assert.Equal(1, await fabrikam.Rows.CountAsync("sessions"));
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
        var silent = await browser.GetAsync(application.Begin(("organization", fabrikam.Slug), ("prompt", "none")).Address.AbsoluteUri);
        Assert.True(silent.Answer.ContainsKey("code"), silent.Text);
    }

    [Fact]
    [Trait("Security", "SEC-031")]
    public async Task Keeps_at_most_eight_sessions_in_a_browser_and_drops_the_oldest()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        List<Contoso> organizations = [];
        for (var count = 0; count < 9; count++)
        {
            organizations.Add(await Contoso.CreateAsync(rig));
            Assert.True((await organizations[^1].SignInAsync(application, browser, await organizations[^1].AddPersonAsync())).IsSuccess);
        }
        Assert.Equal(8, browser.Cookies.Keys.Count(cookie => IsSession(cookie.Name)));
        Assert.Equal("login_required", await SilentAsync(organizations[0]));
        foreach (var organization in organizations.Skip(1))
            Assert.Null(await SilentAsync(organization));

        async Task<string?> SilentAsync(Contoso organization) =>
            (
                await browser.GetAsync(application.Begin(("organization", organization.Slug), ("prompt", "none")).Address.AbsoluteUri)
            ).Answer.GetValueOrDefault("error");
    }

    [Fact]
    [Trait("Security", "SEC-264")]
    public async Task Tells_a_changed_role_at_the_next_request()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var account = await contoso.AddAccountAsync(mira.UserName, mira, "manager");
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, mira);
        Assert.Equal("manager", (string?)tokens.Claims["role"]);

        var now = rig.Clock.GetUtcNow();
        await using (var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default))
        {
            var facts = new Server.Provisioning.DirectoryFacts(Server.Provisioning.FactSource.Administrator, now)
            {
                User = account.Id,
                AssignedRole = "worker",
            };
            Assert.True(
                (
                    await rig.Get<Server.Provisioning.Provisioner>()
                        .ApplyAsync(tx, facts, Server.Provisioning.AuthorityRules.Default, AnteroomRig.Desk, now, default)
                ).TryGet(out _, out var refusal),
                refusal?.ToString()
            );
            await tx.CommitAsync(default);
        }
        Assert.Contains(
            "\"role\":\"worker\"",
            (await application.CallAsync("/connect/userinfo", tokens.AccessToken)).Body,
            StringComparison.Ordinal
        );
        Assert.Equal("worker", (string?)(await application.RefreshAsync(tokens.RefreshToken)).Claims["role"]);
    }

    [Fact] // a request too large for a cookie lies in a row; its handle is worth nothing in another browser
    [Trait("Security", "SEC-003")]
    [Trait("Security", "SEC-033")]
    public async Task Keeps_a_large_request_for_its_own_browser_alone()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        using var other = rig.NewBrowser();
        var attempt = application.Begin(
            ("ui_locales", string.Join(' ', Enumerable.Repeat("de-AT", 10))),
            ("login_hint", new string('h', 900)),
            ("acr_values", new string('a', 900)),
            ("state", new string('s', 2000))
        );
        var question = await browser.GetAsync(attempt.Address.AbsoluteUri);
        Assert.All(browser.Cookies.Values, value => Assert.InRange(value.Length, 1, 3000));

        Refused.AssertPage(await other.GetAsync(question.Address.AbsoluteUri), "transaction_missing");
        var entra = await browser.SubmitAsync(question, new Dictionary<string, string> { ["identifier"] = contoso.Code });
        Assert.Equal(new string('s', 2000), (await EntraPages.SignInAsync(browser, entra, mira)).Answer["state"]);
    }

    private static bool IsSession(string cookie) =>
        cookie.StartsWith("anteroom-", StringComparison.Ordinal) && cookie.Contains("-session-", StringComparison.Ordinal);

    /// <summary>Forms of ours: not what programs send, nor what a provider's page posts (PostedAnswers).</summary>
    private static List<string> FormsOf(AnteroomRig rig) =>
        [
            .. PathsOf(rig, "POST")
                .Where(path =>
                    !path.StartsWith("/api/", StringComparison.Ordinal)
                    && !path.StartsWith("/connect/", StringComparison.Ordinal)
                    && path != CallbackPaths.Central
                ),
        ];

    private static List<string> PathsOf(AnteroomRig rig, string method) =>
        [
            .. rig.Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
                .Where(path => !path.Contains('{', StringComparison.Ordinal))
                .Distinct(),
        ];

    private static string Readable(string cookie)
    {
        try
        {
            return System.Text.Encoding.Latin1.GetString(
                Convert.FromBase64String(cookie.Replace('-', '+').Replace('_', '/') + new string('=', (4 - cookie.Length % 4) % 4))
            );
        }
        catch (FormatException)
        {
            return "";
        }
    }
}

/// <summary>Requests that come by POST from another site: kept for a moment for the same browser and the same endpoint (SEC-003).</summary>
public sealed class CrossedRequestsTests(MovableRig movable) : IClassFixture<MovableRig>
{
    private readonly AnteroomRig _rig = movable.Rig;
    private readonly RelyingParty _application = movable.Application;

    [Fact]
    [Trait("Security", "SEC-003")]
    public async Task Continue_in_the_browser_that_posted_them_and_in_no_other()
    {
        using var browser = _rig.NewBrowser();
        using var other = _rig.NewBrowser();
        var continued = await PostAsync(browser);
        Assert.Equal(["stored_request"], Queries.Read(continued).Keys);

        Refused.AssertPage(await other.GetAsync(continued.AbsoluteUri, follow: false), "transaction_missing");
        await PostAsync(other); // a browser with a cookie of its own is still another browser
        Refused.AssertPage(await other.GetAsync(continued.AbsoluteUri, follow: false), "transaction_missing");
        var page = await browser.GetAsync(continued.AbsoluteUri);
        Assert.StartsWith(_rig.Address + "/sign-in?", page.Address.AbsoluteUri, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Security", "SEC-003")]
    public async Task Live_ten_minutes()
    {
        using var browser = _rig.NewBrowser();
        var continued = await PostAsync(browser);
        _rig.Clock.Advance(TimeSpan.FromMinutes(11));
        Refused.AssertPage(await browser.GetAsync(continued.AbsoluteUri, follow: false), "transaction_missing");
    }

    [Theory]
    [InlineData("&client_id=other")]
    [InlineData("&stored_request=sr_other")]
    [InlineData("x")]
    [Trait("Security", "SEC-003")]
    [Trait("Security", "SEC-015")]
    public async Task Are_not_added_to(string more)
    {
        using var browser = _rig.NewBrowser();
        var continued = await PostAsync(browser);
        Refused.AssertPage(await browser.GetAsync(continued.AbsoluteUri + more, follow: false), "transaction_missing");
    }

    [Fact]
    [Trait("Security", "SEC-003")]
    public async Task Are_read_by_the_endpoint_that_they_came_to()
    {
        using var browser = _rig.NewBrowser();
        var continued = await PostAsync(browser);
        var elsewhere = continued.AbsoluteUri.Replace("/connect/authorize", "/connect/endsession", StringComparison.Ordinal);
        Refused.AssertPage(await browser.GetAsync(elsewhere, follow: false), "transaction_missing");
    }

    [Fact]
    [Trait("Security", "SEC-003")]
    public async Task Of_several_tabs_do_not_disturb_one_another()
    {
        using var browser = _rig.NewBrowser();
        var (first, second) = (await PostAsync(browser), await PostAsync(browser));
        foreach (var continued in (Uri[])[second, first])
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(continued.AbsoluteUri)).Status);
    }

    [Theory]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/endsession")]
    [Trait("Security", "SEC-016")]
    public async Task Must_be_forms(string path)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_rig.Nodes[0]!.Address, path))
        {
            Content = JsonContent.Create(new { client_id = _application.ClientId }),
        };
        request.Headers.Host = new Uri(_rig.Address).Authority;
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private async Task<Uri> PostAsync(HttpBrowser browser)
    {
        browser.ExtraHeaders["Sec-Fetch-Site"] = "cross-site"; // as from the application's own page
        var posted = await browser.PostAsync(
            _rig.Address + "/connect/authorize",
            Queries.Read(_application.Begin().Address).Select(pair => KeyValuePair.Create(pair.Key, pair.Value)),
            follow: false
        );
        browser.ExtraHeaders.Remove("Sec-Fetch-Site");
        Assert.Equal(HttpStatusCode.SeeOther, posted.Status);
        return new Uri(posted.Address, posted.Location!);
    }
}
