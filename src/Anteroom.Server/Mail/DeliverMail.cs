using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Audit;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;
using Anteroom.Server.Platform.Observability;
using Anteroom.Server.Platform.Outbox;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Mail;

/// <summary>Sends what <see cref="Mailer"/> enqueued, at most once for each event (docs/decisions/0014-mail.md).</summary>
/// <remarks>
/// Before the mail may leave, its row says <c>sending</c>. An attempt that certainly failed puts it back; whoever finds it still <c>sending</c>
/// knows that a node died in between, and that nobody can know whether the mail left: it is not sent again, and the audit trail says so.
/// </remarks>
public sealed class DeliverMail(
    Database database,
    Vault vault,
    MailWays ways,
    MailRenderer renderer,
    AuditTrail audit,
    TimeProvider clock,
    ILogger<DeliverMail> log
) : IOutboxHandler
{
    public const string OutboxKind = "mail";

    private const string AuditAction = "mail.sent";

    public string Kind => OutboxKind;

    public async Task<OutboxOutcome> DeliverAsync(OutboxItem item, CancellationToken ct)
    {
        var (organization, id) = (item.Organization, Read(item));
        if (await FindAsync(organization, id, ct) is not { } row)
            return OutboxOutcome.GiveUp("The mail is gone.");
        switch (row.State)
        {
            case "sent":
                return OutboxOutcome.Delivered; // written down, but the outbox not told
            case "sending":
                await CloseAsync(
                    item,
                    "unknown",
                    ReasonCodes.MailOutcomeUnknown,
                    "A node died, or lost its database, while the mail left."
                );
                return OutboxOutcome.GiveUp(ReasonCodes.MailOutcomeUnknown);
            case "queued" when row.Content is not null:
                break;
            default:
                return OutboxOutcome.GiveUp(row.Reason ?? row.State);
        }
        if (row.Until <= clock.GetUtcNow())
        {
            await CloseAsync(item, "failed", ReasonCodes.MailExpired, row.Reason);
            return OutboxOutcome.GiveUp(ReasonCodes.MailExpired);
        }
        if (!(await ways.FindAsync(ct)).TryGet(out var way, out var missing))
            return OutboxOutcome.Retry(missing.Code);

        var (to, content) = await SealedMail.UnsealAsync(vault, organization, id, row.Template, row.Content, ct);
        var message = renderer.Render(id, to, content);
        if (!await BeginAsync(organization, id, ct))
            return OutboxOutcome.Retry("Another node has it.");

        // From here on the mail may leave, so nothing is broken off any more: the transport has a time of its own, shorter than a stop's.
        var began = clock.GetTimestamp();
        var outcome = await way.Transport.SendAsync(way.Sender, message, CancellationToken.None);
        Telemetry.Called(OutboxKind, Word(outcome.Verdict), clock.GetElapsedTime(began));
        return await FinishAsync(item, row, outcome);
    }

    /// <summary>Its time is over while it waited; what was sent or given up by us is closed already.</summary>
    public Task GivenUpAsync(OutboxItem item, string error, CancellationToken ct) =>
        CloseAsync(item, "failed", ReasonCodes.MailExpired, error);

    private async Task<OutboxOutcome> FinishAsync(OutboxItem item, Row row, MailOutcome outcome)
    {
        var code = outcome.Code ?? "";
        if (outcome.Verdict != MailVerdict.Taken)
            log.MailNotSent(row.Template, Read(item), item.Attempt, Word(outcome.Verdict), code, outcome.Detail);
        switch (outcome.Verdict)
        {
            case MailVerdict.Taken:
                await CloseAsync(item, "sent", null, null);
                return OutboxOutcome.Delivered;
            case MailVerdict.Later:
                await database
                    .In(item.Organization)
                    .ExecuteAsync(
                        """
                        UPDATE mails SET state = 'queued', reason = @code
                         WHERE organization_id = @organization AND mail_id = @id AND state = 'sending'
                        """,
                        new { id = Read(item), code },
                        CancellationToken.None
                    );
                return OutboxOutcome.Retry(code, outcome.After);
            case MailVerdict.Refused:
                await CloseAsync(item, "failed", code, outcome.Detail);
                return OutboxOutcome.GiveUp(code);
            default:
                await CloseAsync(item, "unknown", code, outcome.Detail);
                return OutboxOutcome.GiveUp(code);
        }
    }

    private Task<Row?> FindAsync(OrganizationId organization, Guid id, CancellationToken ct) =>
        database
            .In(organization)
            .FirstAsync<Row>(
                "SELECT template, content, state, reason, until FROM mails WHERE organization_id = @organization AND mail_id = @id",
                new { id },
                ct
            );

    private async Task<bool> BeginAsync(OrganizationId organization, Guid id, CancellationToken ct) =>
        await database
            .In(organization)
            .ExecuteAsync(
                """
                UPDATE mails SET state = 'sending', attempts = attempts + 1, attempted_at = @now
                 WHERE organization_id = @organization AND mail_id = @id AND state = 'queued'
                """,
                new { id, now = clock.GetUtcNow() },
                ct
            ) == 1;

    /// <summary>The end, written once, with its audit row: what the mail said and to whom is forgotten.</summary>
    /// <remarks>A node that was away for longer than its lease may still learn that its mail was taken, when another has written that nobody knows.</remarks>
    private async Task CloseAsync(OutboxItem item, string state, string? reason, string? error)
    {
        await using var tx = await database.BeginAsync(item.Organization, CancellationToken.None);
        var closed = await tx.FirstAsync<Closed>(
            """
            UPDATE mails SET state = @state, reason = @reason, content = NULL, done_at = @now
             WHERE organization_id = @organization AND mail_id = @id AND (state IN ('queued', 'sending') OR (state = 'unknown' AND @state = 'sent'))
            RETURNING template, user_id, attempts
            """,
            new
            {
                id = Read(item),
                state,
                reason,
                now = clock.GetUtcNow(),
            },
            CancellationToken.None
        );
        if (closed is null)
            return;
        var context = new AuditContext(Actor.System, null, null, Identifiers.Format("mail", Read(item)));
        var entry = new AuditEntry(
            AuditAction,
            reason is null ? AuditResult.Success : AuditResult.Failed,
            reason,
            closed.UserId is null ? "mail" : "user",
            closed.UserId ?? Read(item)
        )
        {
            Details = new Dictionary<string, object?>
            {
                ["template"] = closed.Template,
                ["attempts"] = closed.Attempts,
                ["error"] = error,
            },
        };
        await audit.RecordAsync(tx, context, entry, CancellationToken.None);
        await tx.CommitAsync(CancellationToken.None);
    }

    private static string Word(MailVerdict verdict) =>
        verdict switch
        {
            MailVerdict.Taken => "success",
            MailVerdict.Unknown => "unknown",
            MailVerdict.Refused => "refused",
            _ => "unreachable",
        };

    private static Guid Read(OutboxItem item) =>
        item.Payload.Deserialize<QueuedMail>(JsonSerializerOptions.Web)?.Mail
        ?? throw new InvalidOperationException("A mail in the outbox is empty.");

    private sealed record Row(string Template, byte[]? Content, string State, string? Reason, DateTimeOffset Until);

    private sealed record Closed(string Template, Guid? UserId, int Attempts);
}
