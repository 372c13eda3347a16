using Anteroom.Harness;
using Anteroom.Server.Organizations;
using Anteroom.Server.Provisioning;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>An administrator blocks a person in the very moment in which the person signs in.</summary>
public sealed class BlockRaceTests(SharedRig shared)
{
    [Fact] // else the session would come alive again with the account
    [Trait("Security", "SEC-036")]
    public async Task Leaves_no_session_behind_a_block_that_a_sign_in_did_not_see()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using (var first = rig.NewBrowser())
            await contoso.SignInAsync(application, first, mira);
        var user = await contoso.Rows.FirstAsync<Guid>("SELECT user_id FROM users WHERE organization_id = @organization");

        using var browser = rig.NewBrowser();
        var entra = await browser.GetAsync(application.Begin(("organization", contoso.Slug)).Address.AbsoluteUri);
        Task<Page> signIn;
        await using (var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default))
        {
            var blocked = await rig.Get<Blocks>()
                .BlockAsync(
                    tx,
                    new UserId(user),
                    BlockSource.Administrator,
                    [Channels.Web],
                    null,
                    AnteroomRig.Desk,
                    rig.Clock.GetUtcNow(),
                    default
                );
            Assert.True(blocked.TryGet(out _, out var refusal), refusal?.ToString());
            signIn = EntraPages.SignInAsync(browser, entra, mira);
            await Poll.UntilAsync(
                "the sign-in waits for the person's row",
                TimeSpan.FromSeconds(20),
                async () =>
                    signIn.IsCompleted
                    || await rig.Database.OutsideOrganizations.FirstAsync<long>(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                        null,
                        default
                    ) > 0
            );
            await tx.CommitAsync(default);
        }

        Refused.AssertPage(await signIn, "account_blocked");
        Assert.Equal(0, await contoso.Rows.CountAsync("sessions"));
        Assert.Equal("account_blocked", (await contoso.Rows.LastRefusalAsync()).Reason);
    }
}
