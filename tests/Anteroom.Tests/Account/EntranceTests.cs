using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Account.Access;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>Who gets to the account pages, to whose, and for how long.</summary>
public sealed class EntranceTests(SharedRig shared)
{
    [Fact]
    public async Task A_stranger_signs_in_and_comes_to_the_page_that_was_wanted()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, _) = await scene.AddAsync();
        using var browser = rig.NewBrowser();

        var page = await EntraPages.SignInAsync(browser, await browser.GetAsync(scene.AddressOf("sessions")), mira);

        Assert.Equal(scene.AddressOf("sessions"), page.Address.AbsoluteUri);
        Assert.Equal("Sessions", page.Html.QuerySelector("h1")?.TextContent);
        Assert.Contains("Mira", page.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Empty(page.Html.QuerySelectorAll("script:not([src]), style, [style], [onclick], [onload]"));
    }

    [Fact]
    public async Task One_session_is_used_and_of_several_the_person_chooses()
    {
        var (rig, application) = await shared.GetAsync();
        var (contoso, fabrikam) = (await AccountScene.CreateAsync(rig), await AccountScene.CreateAsync(rig));
        using var browser = rig.NewBrowser();
        Assert.True((await contoso.Contoso.SignInAsync(application, browser, (await contoso.AddAsync()).Person)).IsSuccess);
        Assert.Equal(contoso.AddressOf(), (await browser.GetAsync(rig.Address + "/account")).Address.AbsoluteUri);

        Assert.True((await fabrikam.Contoso.SignInAsync(application, browser, (await fabrikam.AddAsync("dana")).Person)).IsSuccess);
        var question = await browser.GetAsync(rig.Address + "/account?page=profile");
        Assert.Equal(2, question.Html.QuerySelectorAll("button.account").Length);
        var chosen = await browser.SubmitAsync(question, button: contoso.Contoso.Organization.Name);

        Assert.Equal(contoso.AddressOf("profile"), chosen.Address.AbsoluteUri);
        // Each address goes on showing its own account, whatever was chosen elsewhere.
        Assert.Contains("Dana", (await browser.GetAsync(fabrikam.AddressOf())).Text, StringComparison.Ordinal);
        Assert.Contains("Mira", (await browser.GetAsync(contoso.AddressOf())).Text, StringComparison.Ordinal);
    }

    [Theory] // SEC-012: whatever else is asked for, the way ends at the person's own pages
    [Trait("Security", "SEC-012")]
    [InlineData("sessions", "/sessions")]
    [InlineData("ways/passkeys/add", "/ways/passkeys/add")]
    [InlineData("/evil.example")]
    [InlineData("//evil.example")]
    [InlineData("../../console")]
    [InlineData("https://evil.example/")]
    [InlineData("a//b")]
    [InlineData("sessions?x=y")]
    [InlineData("sessions\r\nSet-Cookie: x")]
    public async Task Returns_to_account_pages_alone(string wanted, string kept = "")
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var page = await browser.GetAsync($"{rig.Address}/account?page={Uri.EscapeDataString(wanted)}", follow: false);

        Assert.Equal(HttpStatusCode.SeeOther, page.Status);
        Assert.Equal($"/account/{scene.Contoso.Slug}{kept}", page.Location);
    }

    [Fact]
    [Trait("Security", "SEC-261")]
    public async Task An_organization_that_does_not_exist_looks_like_one_without_a_session()
    {
        var (rig, _) = await shared.GetAsync();
        var (mine, theirs) = (await AccountScene.CreateAsync(rig), await AccountScene.CreateAsync(rig));
        using var browser = await mine.EnterAsync((await mine.AddAsync()).Person);
        var token = AccountScene.TokenOf(await browser.GetAsync(mine.AddressOf("sessions/everywhere")));
        const string absent = "no-such-organization";

        foreach (var path in (string[])["", "/profile", "/ways", "/sessions", "/activity", "/language", "/sign-out"])
        {
            var their = await browser.GetAsync($"{rig.Address}/account/{theirs.Contoso.Slug}{path}", follow: false);
            var nobodys = await browser.GetAsync($"{rig.Address}/account/{absent}{path}", follow: false);
            Assert.Equal(HttpStatusCode.SeeOther, their.Status);
            Assert.Equal(
                (nobodys.Status, nobodys.Location),
                (their.Status, their.Location!.Replace(theirs.Contoso.Slug, absent, StringComparison.Ordinal))
            );
        }
        var posted = await browser.PostAsync($"{rig.Address}/account/{theirs.Contoso.Slug}/sessions/everywhere", [token]);
        var nowhere = await browser.PostAsync($"{rig.Address}/account/{absent}/sessions/everywhere", [token]);
        Assert.Equal(("session_ended", "session_ended"), (posted.Reason, nowhere.Reason));
        Assert.Equal(nowhere.Status, posted.Status);
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Closes_at_once_when_the_person_is_blocked_or_signed_out_elsewhere()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, miraUser) = await scene.AddAsync();
        var (bo, _) = await scene.AddAsync("bo");
        using var blocked = await scene.EnterAsync(mira);
        using var signedOut = await scene.EnterAsync(bo);
        var form = await blocked.GetAsync(scene.AddressOf("sessions/everywhere"));
        using var copy = signedOut.Clone();

        await scene.BlockAsync(miraUser);
        await signedOut.SubmitAsync(await signedOut.ClickAsync(await signedOut.GetAsync(scene.AddressOf()), "Sign out"));

        Assert.StartsWith(
            "/account?organization=",
            (await blocked.GetAsync(scene.AddressOf(), follow: false)).Location,
            StringComparison.Ordinal
        );
        Assert.Equal("session_ended", (await blocked.SubmitAsync(form)).Reason);
        Assert.StartsWith(
            "/account?organization=",
            (await copy.GetAsync(scene.AddressOf(), follow: false)).Location,
            StringComparison.Ordinal
        );
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-008")]
    [Trait("Security", "SEC-009")]
    public async Task Signing_out_asks_and_clears_what_the_browser_kept_and_nothing_else()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var question = await browser.ClickAsync(await browser.GetAsync(scene.AddressOf()), "Sign out");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(scene.AddressOf(), follow: false)).Status); // a link alone ends nothing
        var done = await browser.SubmitAsync(question, follow: false);

        Assert.Equal("\"cache\"", done.Headers["Clear-Site-Data"]);
        Assert.False(rig.HasSession(browser));
        Assert.Equal(0, await scene.Contoso.Rows.CountAsync("sessions"));
    }

    [Fact]
    [Trait("Security", "SEC-034")]
    public async Task Looking_at_the_pages_keeps_the_session_alive_up_to_its_end()
    {
        await using var rig = await AnteroomRig.StartAsync(); // its clock is moved
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        for (var minutes = 0; minutes < 12 * 60 - 50; minutes += 50)
        {
            rig.Clock.Advance(TimeSpan.FromMinutes(50));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(scene.AddressOf("profile"), follow: false)).Status);
        }
        rig.Clock.Advance(TimeSpan.FromMinutes(50)); // twelve hours in all
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.GetAsync(scene.AddressOf("profile"), follow: false)).Status);
    }

    [Fact]
    [Trait("Security", "SEC-009")]
    public async Task Every_form_refuses_a_forgery_before_it_looks_who_is_there()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
        using var stranger = rig.NewBrowser();
        var forms = Routes(rig).Where(route => route.Method == "POST").ToList();
        Assert.Equal(8, forms.Count);

        foreach (var (_, path) in forms)
        foreach (var one in (HttpBrowser[])[browser, stranger])
        {
            var address =
                rig.Address
                + path.Replace("{slug}", scene.Contoso.Slug, StringComparison.Ordinal).Replace("{id}", "x", StringComparison.Ordinal);
            Assert.Equal("forgery_suspected", (await one.PostAsync(address, [new("name", "x")])).Reason);
            one.ExtraHeaders["Sec-Fetch-Site"] = "cross-site";
            Assert.Equal("forgery_suspected", (await one.PostAsync(address, [new("name", "x")])).Reason);
            one.ExtraHeaders.Remove("Sec-Fetch-Site");
        }
        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions"));
    }

    [Fact] // an address that is new has to be looked at here: what opens it, and whether it is sensitive
    [Trait("Security", "SEC-041")]
    [Trait("Security", "SEC-262")]
    public async Task Has_these_pages_and_no_others()
    {
        var (rig, _) = await shared.GetAsync();
        Assert.Equal(
            [
                "GET /account",
                "GET /account/{slug}",
                "GET /account/{slug}/activity",
                "GET /account/{slug}/language",
                "GET /account/{slug}/profile",
                "GET /account/{slug}/sessions",
                "GET /account/{slug}/sessions/everywhere",
                "GET /account/{slug}/sign-out",
                "GET /account/{slug}/ways",
                "GET /account/{slug}/ways/passkeys/add sensitive",
                "GET /account/{slug}/ways/passkeys/{id}/remove sensitive",
                "GET /account/{slug}/ways/passkeys/{id}/rename sensitive",
                "GET /account/{slug}/ways/password sensitive",
                "POST /account/{slug}/language",
                "POST /account/{slug}/sessions/everywhere",
                "POST /account/{slug}/sessions/{id}/end",
                "POST /account/{slug}/ways/passkeys/add sensitive",
                "POST /account/{slug}/ways/passkeys/options",
                "POST /account/{slug}/ways/passkeys/{id}/remove sensitive",
                "POST /account/{slug}/ways/passkeys/{id}/rename sensitive",
                "POST /account/{slug}/ways/password sensitive",
            ],
            Endpoints(rig)
                .Select(endpoint =>
                    $"{endpoint.Method} {endpoint.Path}{(endpoint.Endpoint.Metadata.GetMetadata<SensitiveChange>() is null ? "" : " sensitive")}"
                )
                .Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<(string Method, string Path)> Routes(AnteroomRig rig) =>
        Endpoints(rig).Select(endpoint => (endpoint.Method, endpoint.Path));

    private static IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Endpoints(AnteroomRig rig) =>
        from endpoint in rig.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
        where path == "/account" || path.StartsWith("/account/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, path, endpoint);
}

/// <summary>The same where an organization signs in on a host of its own.</summary>
public sealed class OwnHostEntranceTests(OwnHosts hosts) : IClassFixture<OwnHosts>
{
    [Fact]
    [Trait("Capability", "IMP-06")]
    [Trait("Security", "SEC-261")]
    public async Task The_pages_are_on_the_organizations_host_and_show_nobody_elses()
    {
        var scene = await AccountScene.CreateAsync(hosts.Rig, options: new() { OwnHost = true });
        var other = await AccountScene.CreateAsync(hosts.Rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var fromBase = await browser.GetAsync($"{hosts.Rig.Address}/account/{scene.Contoso.Slug}/sessions");
        Assert.Equal(scene.AddressOf("sessions"), fromBase.Address.AbsoluteUri);
        var entrance = await browser.GetAsync($"{hosts.Rig.Address}/account?organization={scene.Contoso.Slug}&page=profile");
        Assert.Equal(scene.AddressOf("profile"), entrance.Address.AbsoluteUri);

        foreach (var slug in (string[])[other.Contoso.Slug, "no-such-organization", "platform"])
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{scene.Contoso.Origin}/account/{slug}", follow: false)).Status);
        // What an address names there changes nothing: it is always the host's own organization.
        var named = await browser.GetAsync($"{scene.Contoso.Origin}/account?organization={other.Contoso.Slug}");
        Assert.Equal(scene.AddressOf(), named.Address.AbsoluteUri);
    }
}
