using Anteroom.Harness;
using Anteroom.Tests.Entra;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>Servers die between a sign-out and the news of it.</summary>
public sealed class LogoutKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact] // in the transaction of the sign-out, or not at all
    [Trait("Security", "SEC-109")]
    [Trait("Security", "SEC-341")]
    public async Task Loses_no_notice_when_the_server_that_signed_people_out_is_killed()
    {
        var awake = 0;
        await using var receiver = ScriptedServer.Replying(_ => Reply.Raw([], Volatile.Read(ref awake) == 1 ? 200 : 503));
        await using var rig = await AnteroomRig.StartAsync(
            new()
            {
                Nodes = 2,
                Processes = true,
                LogLevel = "None",
                Settings = new Dictionary<string, string> { ["Anteroom:AllowedTargets:1"] = receiver.Origin },
            }
        );
        var application = await RelyingParty.RegisterAsync(
            rig,
            change: draft => draft with { BackChannelLogoutUri = receiver.Origin + "/logout" }
        );
        var contoso = await Contoso.CreateAsync(rig);
        var people = TestScale.Pick(3, 20);
        for (var number = 0; number < people; number++)
        {
            using var browser = rig.NewBrowser();
            var tokens = await contoso.SignInAsync(application, browser, await contoso.AddPersonAsync($"person{number}"));
            await browser.GetAsync(
                Queries.Build(rig.Address + "/connect/endsession", [new("id_token_hint", tokens.IdToken)]).AbsoluteUri,
                follow: false
            );
        }
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
        await rig.KillAsync(0); // also in the middle of an attempt: its lease ends, and another node goes on

        Volatile.Write(ref awake, 1);
        await Poll.UntilAsync(
            "everybody is told",
            Patience,
            async () =>
            {
                rig.Clock.Advance(TimeSpan.FromSeconds(5)); // pauses and leases end
                await Task.Delay(200);
                return await OutboxAsync(rig, "outcome = 'delivered'") == people;
            }
        );
        Assert.Equal(0, await OutboxAsync(rig, "outcome IS DISTINCT FROM 'delivered'"));
        Assert.Equal(people, (await contoso.Rows.AuditAsync("application.logout_told")).Count);
        CampaignLog.Saw($"{people} signed out, {people} notices delivered and audited once each, 0 lost");
    }

    private static Task<long> OutboxAsync(AnteroomRig rig, string condition) =>
        rig.Database.OutsideOrganizations.FirstAsync<long>(
            $"SELECT count(*) FROM outbox WHERE kind = 'back_channel_logout' AND {condition}",
            null,
            default
        );
}
