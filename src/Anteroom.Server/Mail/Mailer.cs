using Anteroom.Protocols.Primitives;
using Anteroom.Server.Keys.Vault;
using Anteroom.Server.Platform.Database;
using Anteroom.Server.Platform.Outbox;

namespace Anteroom.Server.Mail;

/// <summary>Puts a mail into the transaction of the event that it tells of: it leaves if, and only if, that transaction commits, and at most once for the event.</summary>
public sealed class Mailer(Outbox outbox, Vault vault, TimeProvider clock)
{
    private const int LongestKey = 200;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7); // well before the purge forgets which events were told

    /// <summary>A second request for the same event changes nothing and is no error.</summary>
    /// <exception cref="ArgumentException">Content that no mail can be made of: a mistake of the caller's.</exception>
    public async Task EnqueueAsync(Transaction tx, MailRequest request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (request.Content.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(request));
        if (request.EventKey.Length is 0 or > LongestKey)
            throw new ArgumentException($"An event's key has 1 to {LongestKey} characters.", nameof(request));
        if (request.Until <= now || request.Until > now + LongestWait)
            throw new ArgumentException("A mail waits until a time within the next seven days.", nameof(request));

        var id = Identifiers.NewUuid(clock);
        var content = await SealedMail.SealAsync(vault, tx.Organization, id, request, ct);
        var made = await tx.ExecuteAsync(
            """
            INSERT INTO mails (organization_id, mail_id, event_key, template, user_id, content, state, until, created_at)
            VALUES (@organization, @id, @key, @template, @user, @content, 'queued', @until, @now)
            ON CONFLICT (organization_id, event_key) DO NOTHING
            """,
            new
            {
                id,
                key = request.EventKey,
                template = request.Content.Template.Key,
                user = request.User,
                content,
                until = request.Until,
                now,
            },
            ct
        );
        if (made == 1)
            await outbox.EnqueueAsync(tx, DeliverMail.OutboxKind, new QueuedMail(id), request.Until - now, ct);
    }
}

/// <summary>What the outbox holds: which row says the rest.</summary>
internal sealed record QueuedMail(Guid Mail);
