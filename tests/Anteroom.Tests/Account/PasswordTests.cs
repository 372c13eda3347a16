using System.Net;
using Anteroom.Server.Credentials.Passwords;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Account;

/// <summary>People set and change their own password.</summary>
public sealed class PasswordTests(SharedRig shared)
{
    private const string Good = "quiet harbour seven lanterns";

    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-210")]
    [Trait("Security", "SEC-225")]
    public async Task A_new_password_ends_the_other_sessions_and_is_told_by_mail()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig, passwords: true);
        var (mira, user) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        using var other = await scene.EnterAsync(mira);
        var form = await browser.ClickAsync(await browser.GetAsync(scene.AddressOf("ways")), "Set a password");

        foreach (
            var (typed, again) in (List<(string, string)>)
                [("q x!7", "q x!7"), (Good, Good + "!"), ("", ""), ("password12345678", "password12345678")]
        )
        {
            var refused = await browser.SubmitAsync(form, new Dictionary<string, string> { ["password"] = typed, ["again"] = again });
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.NotNull(refused.Html.QuerySelector("[role=alert]"));
            Assert.DoesNotContain(typed.Length > 0 ? typed : "no-such-text", refused.Body, StringComparison.Ordinal);
        }
        var done = await browser.SubmitAsync(form, new Dictionary<string, string> { ["password"] = Good, ["again"] = Good });

        Assert.NotNull(done.Html.QuerySelector("[role=status]"));
        Assert.NotNull((await rig.Get<PasswordStore>().StateAsync(user.Organization, user.Id, default)).SetAt);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(scene.AddressOf("ways"), follow: false)).Status);
        Assert.NotEqual(HttpStatusCode.OK, (await other.GetAsync(scene.AddressOf("ways"), follow: false)).Status);
        Assert.Single(await scene.Contoso.Rows.AuditAsync("password.changed"));
        Assert.Contains("passwordChanged", await scene.MailsAsync());
    }

    [Fact]
    [Trait("Security", "SEC-229")]
    public async Task Offers_none_where_the_organization_allows_none()
    {
        var (rig, _) = await shared.GetAsync();
        var scene = await AccountScene.CreateAsync(rig);
        var (mira, _) = await scene.AddAsync();
        using var browser = await scene.EnterAsync(mira);
        Assert.DoesNotContain("password", (await browser.GetAsync(scene.AddressOf("ways"))).Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("password_not_allowed", (await browser.GetAsync(scene.AddressOf("ways/password"))).Reason);
    }
}
