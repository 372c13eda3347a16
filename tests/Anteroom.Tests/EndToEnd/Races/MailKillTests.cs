using Anteroom.Harness;
using Anteroom.Server.Platform.Reasons;
using Anteroom.Tests.Mail;

namespace Anteroom.Tests.EndToEnd.Races;

/// <summary>A server dies after the mail server took a mail, and before it could write that down.</summary>
public sealed class MailKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Security", "SEC-341")]
    public async Task A_mail_whose_server_was_killed_in_between_leaves_once_and_the_trail_says_so()
    {
        await using var mail = await MailScenario.CreateAsync(startTls: false); // another process knows nothing of this one's authority
        using var clock = ManualClock.CreateNew();
        mail.Smtp.Fault = new(SmtpStep.Message);
        var first = await ProcessNode.StartAsync(mail.NodeArguments(FreePort.Next()), clock.Path, null, default);
        await mail.EnqueueAsync(mail.Recovery());
        await Poll.UntilAsync("the mail is at the server", Patience, () => Task.FromResult(mail.Smtp.Mails.Count == 1));
        await first.KillAsync();
        await first.DisposeAsync();
        Assert.Equal("sending", (await mail.RowAsync()).State);

        mail.Smtp.Fault = null;
        await using var second = await ProcessNode.StartAsync(mail.NodeArguments(FreePort.Next()), clock.Path, null, default);
        await mail.EnqueueAsync(mail.Recovery("recovery:2")); // shows that the second one delivers at all
        await Poll.UntilAsync(
            "the second server has looked at both",
            Patience,
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(10)); // the lease of the dead one ends
                await Task.Delay(200);
                return (await mail.RowsAsync()).All(row => row.State is "unknown" or "sent");
            }
        );
        Assert.Equal(["unknown", "sent"], (await mail.RowsAsync()).Select(row => row.State));
        Assert.Equal(2, mail.Smtp.Mails.Count);
        Assert.Contains(await mail.AuditAsync(), row => row.Reason == ReasonCodes.MailOutcomeUnknown);
    }
}
