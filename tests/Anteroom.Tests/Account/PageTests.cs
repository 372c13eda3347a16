using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>What the pages say.</summary>
public sealed class PageTests(SharedRig shared)
{
    [Fact]
    public async Task The_first_page_says_who_somebody_is_and_what_needs_them()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var page = await browser.GetAsync(scene.AddressOf());

        Assert.Contains(scene.Contoso.Organization.Name, page.Text, StringComparison.Ordinal);
        Assert.Contains("mira@" + scene.Contoso.Domain, page.Text, StringComparison.Ordinal);
        Assert.Contains("Sign in with a passkey", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("No e-mail address is stored", page.Text, StringComparison.Ordinal);
        Assert.Null(page.Html.QuerySelector("main a[href$='/console']"));
        Assert.Equal("page", page.Html.QuerySelector($"nav a[href='/account/{scene.Contoso.Slug}']")?.GetAttribute("aria-current"));
    }

    [Fact]
    public async Task Whoever_has_permissions_finds_the_console_and_the_console_leads_back()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var console = new Console.ConsoleScene(rig);
        using var browser = await console.EnterAsync(scene.Contoso.Organization.Id, BuiltInRoles.Administrator);

        var account = await browser.ClickAsync(await browser.GetAsync(console.Address), "Your account");

        Assert.Equal(scene.AddressOf(), account.Address.AbsoluteUri);
        Assert.NotNull(account.Html.QuerySelector("main a[href$='/console']"));
    }

    [Fact]
    public async Task The_profile_says_where_each_value_comes_from_and_lets_nobody_change_it()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var page = await browser.GetAsync(scene.AddressOf("profile"));

        Assert.Equal("mira@" + scene.Contoso.Domain, ValueOf("User name"));
        Assert.Contains("Entered by an administrator", FactOf("User name"), StringComparison.Ordinal);
        Assert.Contains("Comes from the provider that you sign in with", FactOf("Name"), StringComparison.Ordinal);
        Assert.Empty(page.Html.QuerySelectorAll("main form, main input"));

        string FactOf(string label) =>
            page
                .Html.QuerySelectorAll("dl.facts > div")
                .First(row => row.QuerySelector("dt")!.TextContent == label)
                .QuerySelector("dd")!
                .TextContent;
        string ValueOf(string label) => FactOf(label).Split(' ')[0].Trim();
    }

    [Fact]
    public async Task The_activity_tells_of_own_sign_ins_and_what_to_do_about_others()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, _) = await scene.AddAsync();
        var (bo, _) = await scene.AddAsync("bo");
        using var browser = await scene.EnterAsync(mira);
        using var other = rig.NewBrowser();
        Assert.True((await scene.Contoso.SignInAsync(application, other, bo)).IsSuccess);
        await scene.Contoso.ChangeAsync(settings => settings with { AuthorizedDomains = ["elsewhere.example"] });
        using var refused = rig.NewBrowser();
        Assert.Equal(
            "domain_not_authorized",
            (await Contoso.SignInAsync(refused, application.Begin(("organization", scene.Contoso.Slug)), mira)).Reason
        );

        var page = await browser.GetAsync(scene.AddressOf("activity"));

        var rows = page.Html.QuerySelectorAll("ul.rows > li").Select(row => row.TextContent).ToList();
        Assert.Equal(2, rows.Count); // not the colleague's
        Assert.Contains("Refused:", rows[0], StringComparison.Ordinal);
        Assert.Contains("Signed in to Your account", rows[1], StringComparison.Ordinal);
        Assert.Contains("127.0.0.0/24", rows[1], StringComparison.Ordinal);
        Assert.NotNull(page.Html.QuerySelector("a[href$='sessions/everywhere']"));
    }

    [Fact]
    public async Task The_ways_to_sign_in_name_the_provider_and_offer_passkeys_only_where_they_are_allowed()
    {
        var (rig, _) = await shared.GetAsync();
        var (plain, open) = (await AccountScene.CreateAsync(rig), await AccountScene.CreateAsync(rig, passkeys: true));
        foreach (var (scene, offered) in ((AccountScene, bool)[])[(plain, false), (open, true)])
        {
            using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
            var page = await browser.GetAsync(scene.AddressOf("ways"));
            Assert.Contains("Microsoft Entra ID", page.Text, StringComparison.Ordinal);
            Assert.Equal(offered, page.Html.QuerySelector("a[href$='passkeys/add']") is not null);
            var add = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
            Assert.Equal(offered ? null : "passkey_not_allowed", add.Reason);
        }
    }

    [Fact]
    public async Task One_language_is_said_plainly_and_a_choice_that_we_do_not_have_is_none()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
        var token = AccountScene.TokenOf(await browser.GetAsync(scene.AddressOf("sessions/everywhere")));

        var page = await browser.GetAsync(scene.AddressOf("language"));
        Assert.Contains("English", page.Text, StringComparison.Ordinal);
        Assert.Empty(page.Html.QuerySelectorAll("main form"));

        var chosen = await browser.PostAsync(scene.AddressOf("language"), [token, new("language", "en")]);
        Assert.NotNull(chosen.Html.QuerySelector("[role=status]"));
        Assert.True(browser.HasCookie("language"));
        await browser.PostAsync(scene.AddressOf("language"), [token, new("language", "tlh")]);
        Assert.False(browser.HasCookie("language"));
    }

    [Fact] // what a form did is told in our words, never in those of an address
    public async Task Repeats_nothing_from_the_address()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);

        var page = await browser.GetAsync(scene.AddressOf() + "?done=Call+stranger-number+now");

        Assert.Null(page.Html.QuerySelector("[role=status]"));
        Assert.DoesNotContain("stranger-number", page.Body, StringComparison.Ordinal);
    }

    [Fact] // the issue allows 200 KB; everybody comes here, on any line
    public async Task The_first_visit_is_light()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passkeys: true);
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
        var page = await browser.GetAsync(scene.AddressOf("ways/passkeys/add"));
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, UseProxy = false });
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("br");

        var bytes = page.Body.Length;
        var files = page
            .Html.QuerySelectorAll("link[href], script[src]")
            .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!)
            .ToList();
        foreach (var file in files)
            bytes += (await client.GetByteArrayAsync(new Uri(rig.Address + file))).Length;

        Assert.Equal(5, files.Count);
        Assert.InRange(bytes, 1, 30 * 1024);
    }
}
