using System.Net;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passkeys;
using Anteroom.Server.Organizations;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Console;

/// <summary>What administrators do about a passkey that its owner has lost.</summary>
public sealed class LostPasskeyTests(SharedRig shared)
{
    private sealed record Scene(PasswordScene People, ConsoleScene Console, Passkey Passkey)
    {
        public AnteroomRig Rig => People.Rig;

        public Organization Organization => People.Contoso.Organization;

        public string AddressOf(User user) => Console.AddressOf(Organization, $"users/{user.Id}");

        public Task<IReadOnlyList<Passkey>> KeptAsync() => Rig.Get<PasskeyStore>().ListAsync(Organization.Id, People.Mira.Id, default);
    }

    private async Task<Scene> SetAsync()
    {
        var (rig, application) = await shared.GetAsync();
        var people = await PasswordScene.SetAsync(rig, application);
        using var authenticator = new SoftwareAuthenticator(rig.Address);
        return new(people, new ConsoleScene(rig), await PasskeyVisit.EnrolAsync(rig, people.Mira, authenticator));
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    [Trait("Security", "SEC-225")]
    public async Task Is_taken_away_with_all_sessions_and_its_owner_is_told()
    {
        var scene = await SetAsync();
        using var member = await scene.Console.BrowserOfAsync(scene.People.Mira);
        using var browser = await scene.Console.EnterAsync(scene.Organization.Id, BuiltInRoles.Administrator);
        var person = await browser.GetAsync(scene.AddressOf(scene.People.Mira));
        Assert.Contains(scene.Passkey.Name, person.Text, StringComparison.Ordinal);

        var done = await browser.SubmitAsync(person, button: "Remove passkey");

        Assert.NotNull(done.Html.QuerySelector("[role=status]"));
        Assert.Empty(await scene.KeptAsync());
        Assert.Equal(
            0,
            await scene.People.Contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM sessions WHERE organization_id = @organization AND user_id = @user",
                new { user = scene.People.Mira.Id.Value }
            )
        );
        Assert.Equal(scene.Passkey.Name, (await scene.People.Letters.NewestAsync(MailTemplate.PasskeyRemoved)).Values["passkey"]);
        Assert.Equal("user", Assert.Single(await scene.People.Contoso.Rows.AuditAsync("passkey.removed")).ActorKind);
    }

    [Fact]
    [Trait("Security", "SEC-263")]
    public async Task Stays_with_somebody_stronger_and_is_not_offered_to_an_auditor()
    {
        var scene = await SetAsync();
        var boss = await scene.Console.AddAsync(scene.Organization.Id, BuiltInRoles.Administrator, "boss");
        using var authenticator = new SoftwareAuthenticator(scene.Rig.Address);
        var passkey = await PasskeyVisit.EnrolAsync(scene.Rig, boss, authenticator);
        using var manager = await scene.Console.EnterAsync(scene.Organization.Id, BuiltInRoles.Manager);
        var mira = await manager.GetAsync(scene.AddressOf(scene.People.Mira));
        var form = mira.Html.QuerySelector("form[action*='/passkeys/']")!;
        var token = form.QuerySelector("input[type=hidden]")!;

        var refused = await manager.PostAsync(
            $"{scene.AddressOf(boss)}/passkeys/{passkey.Id}/remove",
            [new(token.GetAttribute("name")!, token.GetAttribute("value")!)]
        );
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (refused.Status, refused.Reason));

        using var auditor = await scene.Console.EnterAsync(scene.Organization.Id, BuiltInRoles.Auditor);
        Assert.Null((await auditor.GetAsync(scene.AddressOf(scene.People.Mira))).Html.QuerySelector("form[action*='/passkeys/']"));
    }
}
