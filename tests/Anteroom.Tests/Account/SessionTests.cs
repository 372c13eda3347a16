using System.Net;
using Anteroom.Harness;
using Anteroom.Server.SignIn;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>People see their sessions and end them (SEC-037).</summary>
public sealed class SessionTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-037")]
    public async Task Shows_where_somebody_is_signed_in_and_ends_one_of_them()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, _) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira, AccountScene.FirefoxOnWindows);
        using var phone = rig.NewBrowser();
        phone.ExtraHeaders["User-Agent"] = AccountScene.SafariOnIPhone;
        var tokens = await scene.Contoso.SignInAsync(application, phone, mira);

        var page = await browser.GetAsync(scene.AddressOf("sessions"));
        var rows = page.Html.QuerySelectorAll("ul.rows > li").Select(row => row.TextContent).ToList();
        Assert.Equal(2, rows.Count);
        Assert.Contains("Firefox on Windows", rows[0], StringComparison.Ordinal); // this one first
        Assert.Contains("This browser", rows[0], StringComparison.Ordinal);
        Assert.Contains("Safari on iPhone", rows[1], StringComparison.Ordinal);
        Assert.Contains("127.0.0.0/24", rows[1], StringComparison.Ordinal); // the network, and no place
        Assert.Contains("with Microsoft Entra ID", rows[1], StringComparison.Ordinal);
        Assert.DoesNotContain("This browser", rows[1], StringComparison.Ordinal);
        var done = await browser.SubmitAsync(page, button: "End this session");

        Assert.NotNull(done.Html.QuerySelector("[role=status]"));
        Assert.Single(done.Html.QuerySelectorAll("ul.rows > li"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await application.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        var silent = application.Begin(("organization", scene.Contoso.Slug), ("prompt", "none"));
        Assert.Equal("login_required", (await phone.GetAsync(silent.Address.AbsoluteUri)).Answer["error"]);
        var ended = Assert.Single(await scene.Contoso.Rows.AuditAsync("session.ended"));
        Assert.Equal(("ended_by_person", "user"), (ended.Reason, ended.ActorKind));

        // Pressed twice, the second finds nothing.
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SubmitAsync(page, button: "End this session")).Status);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-037")]
    [Trait("Security", "SEC-261")]
    public async Task Ends_no_session_of_anybody_else_and_tells_nothing_of_it()
    {
        var (rig, _) = await shared.GetAsync();
        var (scene, elsewhere) = (await AccountScene.CreateAsync(rig), await AccountScene.CreateAsync(rig));
        using var browser = await scene.EnterAsync((await scene.AddAsync()).Person);
        using var colleague = await scene.EnterAsync((await scene.AddAsync("bo")).Person);
        using var stranger = await elsewhere.EnterAsync((await elsewhere.AddAsync("dana")).Person);
        var token = AccountScene.TokenOf(await browser.GetAsync(scene.AddressOf("sessions/everywhere")));
        var absent = await EndAsync(SessionId.New(rig.Clock).ToString());
        Assert.Equal(HttpStatusCode.NotFound, absent.Status);

        List<string> theirs = [];
        foreach (var other in (AccountScene[])[scene, elsewhere])
            theirs.AddRange(
                (
                    await rig
                        .Database.In(other.Contoso.Organization.Id)
                        .ListAsync<Guid>("SELECT session_id FROM sessions WHERE organization_id = @organization", null, default)
                ).Select(id => new SessionId(id).ToString())
            );
        Assert.Equal(3, theirs.Count); // this one among them: it ends by signing out
        foreach (var id in theirs.Append("nonsense"))
        {
            var refused = await EndAsync(id);
            Assert.Equal((absent.Status, absent.Body), (refused.Status, refused.Body));
        }
        Assert.Equal(2, await scene.Contoso.Rows.CountAsync("sessions"));
        Assert.Equal(1, await elsewhere.Contoso.Rows.CountAsync("sessions"));

        Task<Page> EndAsync(string id) => browser.PostAsync(scene.AddressOf($"sessions/{id}/end"), [token]);
    }

    [Fact]
    [Trait("Security", "SEC-008")]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-037")]
    public async Task Signs_out_everywhere_in_one_step()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var copy = browser.Clone();
        using var phone = rig.NewBrowser();
        var tokens = await scene.Contoso.SignInAsync(application, phone, mira);
        using var colleague = await scene.EnterAsync((await scene.AddAsync("bo")).Person);

        var question = await browser.ClickAsync(await browser.GetAsync(scene.AddressOf("sessions")), "Sign out everywhere");
        Assert.Contains("Sessions that end now: 2", question.Text, StringComparison.Ordinal);
        var done = await browser.SubmitAsync(question);

        Assert.Equal("You are signed out everywhere", done.Html.QuerySelector("h1")?.TextContent);
        Assert.Equal("\"cache\"", done.Headers["Clear-Site-Data"]);
        Assert.False(rig.HasSession(browser));
        Assert.Equal("session_ended", (await copy.SubmitAsync(question)).Reason); // twice
        Assert.Equal(HttpStatusCode.Unauthorized, (await application.CallAsync("/connect/userinfo", tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(1, await scene.Contoso.Rows.CountAsync("sessions")); // the colleague's
        var receipt = Assert.Single(await scene.Contoso.Rows.AuditAsync("user.sessions_ended"));
        Assert.Equal(("signed_out_everywhere", user.Id.Value), (receipt.Reason, receipt.TargetId));
        Assert.Equal(2, receipt.Details.GetProperty("sessions").GetInt32());
        Assert.Contains(application.ClientId, receipt.Details.GetProperty("applications").ToString(), StringComparison.Ordinal);
        Assert.Empty(await rig.Invariants.ViolationsAsync());
    }
}
