using Anteroom.Harness;

namespace Anteroom.Tests.EndToEnd;

/// <summary>How many sessions one browser holds, and what becomes of a former one (SEC-031).</summary>
public sealed class SessionLimitTests(SharedRig shared)
{
    private const int MostSessions = 8;

    [Fact]
    [Trait("Security", "SEC-002")]
    [Trait("Security", "SEC-031")]
    public async Task The_ninth_organization_takes_the_place_of_the_oldest_session()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        List<Contoso> visited = [];
        while (visited.Count < MostSessions + 2)
        {
            visited.Add(await Contoso.CreateAsync(rig));
            await visited[^1].SignInAsync(application, browser, await visited[^1].AddPersonAsync());
            Assert.Equal(Math.Min(visited.Count, MostSessions), SessionCookies(browser).Count);
        }

        Assert.True(SessionCookies(browser).Sum(cookie => cookie.Length) < 2048); // beside the transactions within 8 KB
        foreach (var (contoso, isKept) in visited.Select((contoso, index) => (contoso, index >= 2)))
        {
            var silent = await browser.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri);
            Assert.Equal(isKept, silent.Answer.ContainsKey("code"));
        }
    }

    [Fact]
    [Trait("Security", "SEC-031")]
    [Trait("Security", "SEC-045")]
    public async Task A_worthless_cookie_gives_way_before_a_live_session()
    {
        var (rig, application) = await shared.GetAsync();
        using var browser = rig.NewBrowser();
        List<Contoso> visited = [];
        while (visited.Count < MostSessions)
        {
            visited.Add(await Contoso.CreateAsync(rig));
            await visited[^1].SignInAsync(application, browser, await visited[^1].AddPersonAsync());
        }
        await visited[^1].Rows.FirstAsync<Guid?>("DELETE FROM sessions WHERE organization_id = @organization RETURNING session_id");
        var ninth = await Contoso.CreateAsync(rig);
        await ninth.SignInAsync(application, browser, await ninth.AddPersonAsync());

        var oldest = application.Begin(("organization", visited[0].Slug), ("prompt", "none"));
        Assert.True((await browser.GetAsync(oldest.Address.AbsoluteUri)).Answer.ContainsKey("code"));
    }

    [Fact]
    [Trait("Security", "SEC-031")]
    public async Task Another_person_of_the_organization_ends_the_session_before_and_what_applications_had_by_it()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var (mira, jonas) = (await contoso.AddPersonAsync(), await contoso.AddPersonAsync("jonas"));
        using var browser = rig.NewBrowser();
        var before = await contoso.SignInAsync(application, browser, mira);
        using var stale = browser.Clone();

        var other = application.Begin(("organization", contoso.Slug), ("prompt", "select_account"));
        var chooser = await browser.GetAsync(other.Address.AbsoluteUri);
        var entra = await browser.SubmitAsync(chooser, button: "another");
        Assert.True((await application.RedeemAsync(other, await EntraPages.SignInAsync(browser, entra, jonas))).IsSuccess);

        Assert.Equal(1, await contoso.Rows.CountAsync("sessions"));
        var silent = application.Begin(("organization", contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await stale.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(before.RefreshToken)).Error);
    }

    private static List<string> SessionCookies(HttpBrowser browser) =>
        [
            .. browser
                .Cookies.Where(cookie =>
                    cookie.Key.Name.StartsWith("anteroom-", StringComparison.Ordinal)
                    && cookie.Key.Name.Contains("-session-", StringComparison.Ordinal)
                )
                .Select(cookie => cookie.Key.Name + cookie.Value),
        ];
}
