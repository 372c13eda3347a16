using Anteroom.Harness;
using Anteroom.Server.Platform.Notifications;
using Anteroom.Server.Provisioning;
using Anteroom.Tests.EndToEnd;

namespace Anteroom.Tests.Provisioning;

/// <summary>A person leaves: each thing that ends, that nobody else's ends, and what is told (design.md §4).</summary>
public sealed class OffBoardingTests(SharedRig shared)
{
    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Ends_sessions_codes_refresh_tokens_and_grants_of_that_person_alone()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        var jonas = await contoso.AddPersonAsync("jonas");
        using var browser = rig.NewBrowser();
        using var theirs = rig.NewBrowser();
        var leaving = await contoso.SignInAsync(application, browser, mira);
        var staying = await contoso.SignInAsync(application, theirs, jonas);
        var pending = application.Begin(("organization", contoso.Slug));
        var code = (await browser.GetAsync(pending.Address.AbsoluteUri)).Answer["code"]; // not redeemed yet
        var user = await UserAsync(contoso, mira);
        var ours = new Server.Organizations.UserId(user).ToString(); // other tests off-board their own people meanwhile
        var heard = new TaskCompletionSource();
        var isListening = new TaskCompletionSource();
        using var listening = rig.Get<Notifications>()
            .Listen(
                OffBoarding.Channel,
                payload =>
                {
                    isListening.TrySetResult();
                    if (payload.EndsWith(ours, StringComparison.Ordinal))
                        heard.TrySetResult();
                }
            );
        while (!isListening.Task.IsCompleted) // nothing is heard before LISTEN is through
            await contoso.Rows.FirstAsync<object>($"SELECT pg_notify('{OffBoarding.Channel}', '')::text");

        var receipt = await EndAsync(rig, contoso, user);

        Assert.Equal((1, 2), (receipt.Sessions, receipt.Grants)); // the second grant is that of the pending code
        Assert.Equal([application.ClientId], receipt.Applications);
        foreach (
            var (table, sql) in ((string, string)[])
                [
                    ("sessions", "SELECT count(*) FROM sessions WHERE organization_id = @organization AND user_id = @user"),
                    (
                        "grants",
                        "SELECT count(*) FROM grants WHERE organization_id = @organization AND user_id = @user AND revoked_at IS NULL"
                    ),
                    (
                        "codes",
                        "SELECT count(*) FROM authorization_codes c JOIN grants g USING (organization_id, grant_id) WHERE organization_id = @organization AND g.user_id = @user"
                    ),
                    (
                        "refresh tokens",
                        "SELECT count(*) FROM refresh_tokens t JOIN grants g USING (organization_id, grant_id) WHERE organization_id = @organization AND g.user_id = @user"
                    ),
                ]
        )
            Assert.True(await contoso.Rows.FirstAsync<long>(sql, new { user }) == 0, table);

        Assert.Equal("invalid_grant", (await application.RedeemAsync(code, pending.Verifier)).Error);
        Assert.Equal("invalid_grant", (await application.RefreshAsync(leaving.RefreshToken)).Error);
        Assert.Equal(
            System.Net.HttpStatusCode.Unauthorized,
            (await application.CallAsync("/connect/userinfo", leaving.AccessToken)).Status
        );
        var silent = await browser.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri);
        Assert.Equal("login_required", silent.Answer["error"]);

        Assert.True((await application.RefreshAsync(staying.RefreshToken)).IsSuccess);
        Assert.True(
            (
                await theirs.GetAsync(application.Begin(("organization", contoso.Slug), ("prompt", "none")).Address.AbsoluteUri)
            ).Answer.ContainsKey("code")
        );

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var told = Assert.Single(await contoso.Rows.AuditAsync("user.sessions_ended"));
        Assert.Equal((user, "test"), (told.TargetId, told.Reason));
        Assert.Equal(1, told.Details.GetProperty("sessions").GetInt32());
        Assert.Equal(
            1,
            await contoso.Rows.FirstAsync<long>(
                "SELECT count(*) FROM events WHERE organization_id = @organization AND type = 'user.sessions_ended' AND subject_id = @user",
                new { user }
            )
        );
    }

    [Fact]
    [Trait("Security", "SEC-036")]
    public async Task Is_told_also_where_nothing_was_left_to_end_and_undone_with_its_transaction()
    {
        var (rig, application) = await shared.GetAsync();
        var contoso = await Contoso.CreateAsync(rig);
        var mira = await contoso.AddPersonAsync();
        using var browser = rig.NewBrowser();
        var tokens = await contoso.SignInAsync(application, browser, mira);
        var user = await UserAsync(contoso, mira);

        await using (var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default))
            await rig.Get<OffBoarding>().EndAsync(tx, new(user), "test", AnteroomRig.Desk, rig.Clock.GetUtcNow(), default);
        Assert.True((await application.RefreshAsync(tokens.RefreshToken)).IsSuccess); // rolled back: nothing ended
        Assert.Empty(await contoso.Rows.AuditAsync("user.sessions_ended"));

        await EndAsync(rig, contoso, user);
        var again = await EndAsync(rig, contoso, user);
        Assert.Equal((0, 0, 0), (again.Sessions, again.Grants, again.Applications.Count));
        Assert.Equal(2, (await contoso.Rows.AuditAsync("user.sessions_ended")).Count);
    }

    private static async Task<OffBoardingReceipt> EndAsync(AnteroomRig rig, Contoso contoso, Guid user)
    {
        await using var tx = await rig.Database.BeginAsync(contoso.Organization.Id, default);
        var receipt = await rig.Get<OffBoarding>().EndAsync(tx, new(user), "test", AnteroomRig.Desk, rig.Clock.GetUtcNow(), default);
        await tx.CommitAsync(default);
        return receipt;
    }

    private static Task<Guid> UserAsync(Contoso contoso, Person person) =>
        contoso.Rows.FirstAsync<Guid>(
            "SELECT user_id FROM external_identities WHERE organization_id = @organization AND object_id = @id",
            new { id = person.ObjectId }
        );
}
