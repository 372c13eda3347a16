using Anteroom.Harness;
using Anteroom.Server.Platform.Mail.Templates;

namespace Anteroom.Tests.EndToEnd;

/// <summary>Passwords where an organization signs in on a host of its own.</summary>
public sealed class PasswordOwnHostTests(OwnHosts hosts) : IClassFixture<OwnHosts>
{
    [Fact]
    [Trait("Security", "SEC-226")]
    [Trait("Security", "SEC-014")]
    public async Task Everything_happens_on_the_organization_s_host_and_a_link_works_on_no_other()
    {
        var contoso = await hosts.OrganizationAsync();
        await PasswordVisit.AllowAsync(contoso, true);
        var mira = await PasswordVisit.AddMemberAsync(hosts.Rig, contoso.Organization.Id, "Mira." + contoso.Slug, "mira@" + contoso.Domain);
        await PasswordVisit.SetAsync(hosts.Rig, mira);
        var scene = new PasswordScene(hosts.Rig, hosts.Application, contoso, mira);

        using var browser = hosts.Rig.NewBrowser();
        var attempt = scene.Begin();
        var question = await PasswordVisit.OpenAsync(browser, attempt, mira.UserName);
        Assert.StartsWith(contoso.Origin + "/sign-in/password", question.Address.AbsoluteUri, StringComparison.Ordinal);
        var tokens = await hosts.Application.RedeemAsync(attempt, await PasswordVisit.TypeAsync(browser, question, PasswordVisit.Right));
        Assert.Equal(mira.Subject, tokens.Subject);

        await scene.ForgetAsync();
        var link = (await scene.Letters.NewestAsync(MailTemplate.Recovery)).Link!;
        Assert.StartsWith(contoso.Origin + "/password/link?", link, StringComparison.Ordinal);
        using var other = hosts.Rig.NewBrowser();
        Refused.AssertPage(
            await other.GetAsync(link.Replace(contoso.Origin, hosts.Rig.Address, StringComparison.Ordinal)),
            "password_link_invalid"
        );
        var page = await other.GetAsync(link);
        Assert.Contains(
            "Your password is set",
            (await PasswordVisit.SetNewAsync(other, page, "seven owls borrow the ladder")).Text,
            StringComparison.Ordinal
        );
        Assert.True(await scene.GetsInAsync("seven owls borrow the ladder"));
    }
}
