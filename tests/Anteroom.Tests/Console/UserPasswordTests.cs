using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>What administrators do in the console about somebody's password.</summary>
public sealed class UserPasswordTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-228")]
    [Trait("Security", "SEC-041")]
    public async Task Sends_a_link_and_lets_passwords_count_again()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await PasswordScene.SetAsync(rig, application);
        var console = new ConsoleScene(rig);
        Assert.False(await scene.GetsInAsync(PasswordVisit.Wrong));
        await rig
            .Database.In(scene.Contoso.Organization.Id)
            .ExecuteAsync(
                "UPDATE password_tries SET failures = 100 WHERE organization_id = @organization AND scope = 'account'",
                null,
                default
            );
        using var browser = await console.EnterAsync(scene.Contoso.Organization.Id, BuiltInRoles.Administrator);
        var person = await browser.GetAsync(console.AddressOf(scene.Contoso.Organization, $"users/{scene.Mira.Id}"));
        Assert.Contains("Wrong passwords since the last right one: 100", person.Text, StringComparison.Ordinal);

        var lifted = await browser.SubmitAsync(person, button: "Let passwords count again");
        Assert.Contains("count again", lifted.Html.QuerySelector("[role=status]")!.TextContent, StringComparison.Ordinal);
        Assert.True(await scene.GetsInAsync());

        var sent = await browser.SubmitAsync(lifted, button: "Send a link to set a password");
        Assert.NotNull(sent.Html.QuerySelector("[role=status]"));
        var letter = await scene.Letters.NewestAsync(MailTemplate.SetPassword);
        Assert.DoesNotContain(letter.Link!.Split('=')[^1], sent.Body, StringComparison.Ordinal);
        var row = Assert.Single(await scene.Contoso.Rows.AuditAsync("password.link_sent"));
        Assert.Equal("user", row.ActorKind);
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task Sends_no_link_to_somebody_stronger_and_shows_an_auditor_no_button()
    {
        var (rig, application) = await shared.GetAsync();
        var scene = await PasswordScene.SetAsync(rig, application);
        var console = new ConsoleScene(rig);
        var organization = scene.Contoso.Organization;
        var stronger = await PasswordVisit.AddMemberAsync(
            rig,
            organization.Id,
            "Ada." + scene.Contoso.Slug,
            "ada@" + scene.Contoso.Domain,
            role: BuiltInRoles.Administrator
        );
        using var manager = await console.EnterAsync(organization.Id, BuiltInRoles.Manager);
        var own = await manager.GetAsync(console.AddressOf(organization, $"users/{scene.Mira.Id}"));
        var token = own.Html.QuerySelector("form[action$=password-link] input[type=hidden]")!;
        var address = console.AddressOf(organization, $"users/{stronger.Id}");
        Assert.Null((await manager.GetAsync(address)).Html.QuerySelector("form[action$=password-link]"));
        var refused = await manager.PostAsync(address + "/password-link", [new(token.GetAttribute("name")!, token.GetAttribute("value")!)]);
        Assert.Equal("forbidden", refused.Reason);
        Assert.Empty(await scene.Letters.ListAsync());

        using var auditor = await console.EnterAsync(organization.Id, BuiltInRoles.Auditor);
        var seen = await auditor.GetAsync(console.AddressOf(organization, $"users/{scene.Mira.Id}"));
        Assert.Null(seen.Html.QuerySelector("form[action$=password-link]"));
    }
}
