using System.Text;
using Anteroom.DevHost.Mailbox;
using Anteroom.Harness;
using Anteroom.Server.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Tests.Mail;

/// <summary>At most one mail for each event, and nothing of it in the clear while it waits (docs/decisions/0014-mail.md).</summary>
public sealed class DeliverMailTests : IAsyncLifetime
{
    private MailScenario _mail = null!;

    public async ValueTask InitializeAsync() => _mail = await MailScenario.CreateAsync();

    public ValueTask DisposeAsync() => _mail.DisposeAsync();

    private static ReceivedMail Read(SmtpMail mail) => EmlReader.Read(Encoding.Latin1.GetBytes(mail.Data));

    [Fact]
    public async Task A_mail_leaves_when_its_event_is_committed_and_is_audited()
    {
        await _mail.EnqueueAsync(_mail.Recovery() with { User = Guid.CreateVersion7() });
        Assert.Equal(1, await _mail.DeliverAsync());
        Assert.Equal(0, await _mail.DeliverAsync());

        var mail = Read(Assert.Single(_mail.Smtp.Mails));
        Assert.Equal("canary.ada.lovelace@example.com", mail.To);
        Assert.Contains(MailScenario.Link, mail.Text, StringComparison.Ordinal);
        Assert.Contains("canary-user-name-ada", mail.Html, StringComparison.Ordinal);
        var row = await _mail.RowAsync();
        Assert.Equal(("sent", 1, null), (row.State, row.Attempts, row.Content));
        Assert.Equal("success", Assert.Single(await _mail.AuditAsync()).Result);
    }

    [Fact]
    public async Task A_mail_of_an_event_that_was_rolled_back_never_leaves()
    {
        await _mail.EnqueueAsync(_mail.Recovery(), commit: false);
        Assert.Equal(0, await _mail.DeliverAsync());
        Assert.Empty(await _mail.RowsAsync());
    }

    [Fact]
    public async Task An_event_is_told_once_however_often_it_is_enqueued()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _mail.EnqueueAsync(_mail.Recovery())));
        await _mail.EnqueueAsync(_mail.Recovery("recovery:2"));
        while (await _mail.DeliverAsync() > 0) { }
        await _mail.EnqueueAsync(_mail.Recovery());
        while (await _mail.DeliverAsync() > 0) { }
        Assert.Equal(2, _mail.Smtp.Mails.Count);
        Assert.Equal(["recovery:1", "recovery:2"], (await _mail.RowsAsync()).Select(row => row.EventKey));
    }

    [Fact] // the node dies after the server took the mail, before anybody wrote that down
    public async Task A_mail_whose_sender_died_in_between_is_not_sent_again()
    {
        _mail.Smtp.Fault = new(SmtpStep.Message); // it has the mail, and its answer never comes
        await _mail.EnqueueAsync(_mail.Recovery());
        var dying = _mail.DeliverAsync();
        await Poll.UntilAsync("the mail is at the server", TimeSpan.FromSeconds(12), () => Task.FromResult(_mail.Smtp.Mails.Count == 1));
        Assert.Equal("sending", (await _mail.RowAsync()).State);

        // As far as the others can see, it is dead: its lease runs out, and another node goes on.
        _mail.Smtp.Fault = null;
        _mail.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(1, await _mail.DeliverAsync());
        var row = await _mail.RowAsync();
        Assert.Equal(("unknown", ReasonCodes.MailOutcomeUnknown, null), (row.State, row.Reason, row.Content));
        var audited = Assert.Single(await _mail.AuditAsync());
        Assert.Equal(("failed", ReasonCodes.MailOutcomeUnknown), (audited.Result, audited.Reason));

        _mail.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(0, await _mail.DeliverAsync());
        Assert.Single(_mail.Smtp.Mails);
        await dying;
        Assert.Single(await _mail.AuditAsync());
    }

    [Fact] // written down, and the outbox not told: the second attempt finds the mail sent
    public async Task A_mail_that_is_known_as_sent_is_not_sent_again()
    {
        await _mail.EnqueueAsync(_mail.Recovery());
        await _mail.DeliverAsync();
        await _mail.Database.OutsideOrganizations.ExecuteAsync(
            "UPDATE outbox SET done_at = NULL, outcome = NULL WHERE kind = @kind",
            new { kind = DeliverMail.OutboxKind },
            default
        );
        Assert.Equal(1, await _mail.DeliverAsync());
        Assert.Single(_mail.Smtp.Mails);
        Assert.Single(await _mail.AuditAsync());
    }

    [Fact]
    public async Task Two_nodes_at_once_send_each_mail_once()
    {
        for (var i = 0; i < 12; i++)
            await _mail.EnqueueAsync(_mail.Recovery($"recovery:{i}"));
        await Task.WhenAll(
            Enumerable
                .Range(0, 2)
                .Select(async _ =>
                {
                    while (await _mail.DeliverAsync() > 0) { }
                })
        );
        Assert.Equal(12, _mail.Smtp.Mails.Count);
        Assert.All(await _mail.RowsAsync(), row => Assert.Equal("sent", row.State));
    }

    [Fact]
    public async Task What_was_not_taken_is_tried_again_after_a_pause()
    {
        _mail.Smtp.Fault = new(SmtpStep.Recipient, 450);
        await _mail.EnqueueAsync(_mail.Recovery());
        await _mail.DeliverAsync();
        var row = await _mail.RowAsync();
        Assert.Equal(("queued", ReasonCodes.MailPostponed), (row.State, row.Reason));
        Assert.Equal(0, await _mail.DeliverAsync());

        _mail.Smtp.Fault = null;
        _mail.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await _mail.DeliverAsync());
        Assert.Equal("sent", (await _mail.RowAsync()).State);
        Assert.Single(_mail.Smtp.Mails);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_given_up_at_once_and_audited()
    {
        _mail.Smtp.Fault = new(SmtpStep.Recipient, 550);
        await _mail.EnqueueAsync(_mail.Recovery());
        await _mail.DeliverAsync();
        var row = await _mail.RowAsync();
        Assert.Equal(("failed", ReasonCodes.MailRecipientRefused, null), (row.State, row.Reason, row.Content));
        var audited = Assert.Single(await _mail.AuditAsync());
        Assert.Equal(("failed", ReasonCodes.MailRecipientRefused), (audited.Result, audited.Reason));
        Assert.Contains("550", audited.Details, StringComparison.Ordinal);
        _mail.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, await _mail.DeliverAsync());
    }

    [Fact]
    public async Task What_cannot_be_sent_in_its_time_is_given_up_with_the_last_reason()
    {
        _mail.Smtp.Fault = new(SmtpStep.Greeting, Drops: true);
        await _mail.EnqueueAsync(_mail.Recovery());
        for (var i = 0; i < 40 && (await _mail.RowAsync()).State == "queued"; i++)
        {
            await _mail.DeliverAsync();
            _mail.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var row = await _mail.RowAsync();
        Assert.Equal(("failed", ReasonCodes.MailExpired, null), (row.State, row.Reason, row.Content));
        var audited = Assert.Single(await _mail.AuditAsync());
        Assert.Contains(ReasonCodes.MailServerUnreachable, audited.Details, StringComparison.Ordinal);
        Assert.True(row.Attempts > 2);
    }

    [Fact]
    public async Task A_mail_waits_until_a_transport_is_set_up()
    {
        await using var fresh = await MailScenario.CreateAsync(configured: false);
        await fresh.EnqueueAsync(fresh.Recovery());
        await fresh.DeliverAsync();
        Assert.Equal(("queued", 0), ((await fresh.RowAsync()).State, (await fresh.RowAsync()).Attempts));
        await fresh.ConfigureAsync();
        fresh.Clock.Advance(TimeSpan.FromSeconds(10));
        await fresh.DeliverAsync();
        Assert.Single(fresh.Smtp.Mails);
    }

    [Fact] // SEC-281, SEC-322: neither a stolen backup nor a log tells a link, a password, or whom a mail is for
    [Trait("Security", "SEC-281")]
    [Trait("Security", "SEC-322")]
    public async Task While_it_waits_and_after_it_went_nothing_of_it_is_in_the_clear()
    {
        var canaries = new CanarySearch();
        canaries.Plant("link", MailScenario.Link);
        canaries.Plant("token", "rl_Canary-link-0123456789");
        canaries.Plant("password", MailScenario.Password);
        canaries.Plant("address", "canary.ada.lovelace@example.com");
        canaries.Plant("user name", "canary-user-name-ada");

        _mail.Smtp.Fault = new(SmtpStep.Recipient, 450);
        await _mail.EnqueueAsync(_mail.Recovery());
        await _mail.DeliverAsync();
        Assert.Empty(canaries.FindIn("database, waiting", await CanarySearch.DumpAsync(_mail.OwnerConnectionString)));
        _mail.Smtp.Fault = null;
        _mail.Clock.Advance(TimeSpan.FromSeconds(5));
        await _mail.DeliverAsync();
        Assert.Single(_mail.Smtp.Mails);
        Assert.Empty(canaries.FindIn("database, sent", await CanarySearch.DumpAsync(_mail.OwnerConnectionString)));
        Assert.Contains("not sent at attempt 1", _mail.Logs.All, StringComparison.Ordinal); // the recorder hears
        Assert.Empty(canaries.FindIn("logs", _mail.Logs.All));
        Assert.NotEmpty(canaries.FindIn("the mail", Read(_mail.Smtp.Mails[0]).Text!)); // and the search finds
    }

    [Fact] // SEC-280: a sealed mail opens in its own row only
    [Trait("Security", "SEC-280")]
    public async Task A_content_moved_to_another_row_does_not_open()
    {
        await _mail.EnqueueAsync(_mail.Recovery("recovery:1"));
        await _mail.EnqueueAsync(_mail.Recovery("recovery:2"));
        await _mail
            .Database.In(_mail.Organization)
            .ExecuteAsync(
                """
                UPDATE mails SET content = (SELECT other.content FROM mails other WHERE other.organization_id = @organization AND other.event_key = 'recovery:2')
                 WHERE organization_id = @organization AND event_key = 'recovery:1'
                """,
                null,
                default
            );
        await _mail.DeliverAsync();
        Assert.Single(_mail.Smtp.Mails);
        Assert.Equal(["queued", "sent"], (await _mail.RowsAsync()).Select(row => row.State));
    }

    [Fact]
    [Trait("Security", "SEC-306")]
    public async Task A_name_with_line_breaks_adds_no_header_and_no_recipient()
    {
        await _mail.EnqueueAsync(_mail.Recovery(organization: "Contoso\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>"));
        await _mail.DeliverAsync();
        var mail = Assert.Single(_mail.Smtp.Mails);
        Assert.Equal(["canary.ada.lovelace@example.com"], mail.To);
        var headers = mail.Data[..mail.Data.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.DoesNotContain("\r\nBcc", headers, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", Read(mail).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_no_mail_can_be_made_of_is_the_callers_mistake()
    {
        var right = _mail.Recovery();
        foreach (
            var wrong in (MailRequest[])
                [
                    right with
                    {
                        EventKey = "",
                    },
                    right with
                    {
                        EventKey = new string('k', 201),
                    },
                    right with
                    {
                        Until = _mail.Clock.GetUtcNow(),
                    },
                    right with
                    {
                        Until = _mail.Clock.GetUtcNow().AddDays(8),
                    },
                    right with
                    {
                        Content = right.Content with { Link = null },
                    },
                ]
        )
            await Assert.ThrowsAsync<ArgumentException>(() => _mail.EnqueueAsync(wrong));
        Assert.Empty(await _mail.RowsAsync());
    }
}
