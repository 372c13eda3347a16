using System.Text.Json;

namespace Anteroom.Server.Platform.Outbox;

/// <summary>Delivers one kind of message. A message may come twice (a node died after delivering), so delivering is idempotent or says so to the receiver.</summary>
public interface IOutboxHandler
{
    string Kind { get; }

    Task<OutboxOutcome> DeliverAsync(OutboxItem item, CancellationToken ct);

    /// <summary>Told once when a message is given up, for receipts and audit.</summary>
    Task GivenUpAsync(OutboxItem item, string error, CancellationToken ct) => Task.CompletedTask;
}

/// <param name="Id">Stable over all attempts: the receiver's key against duplicates.</param>
/// <param name="Organization">Whose message it is.</param>
/// <param name="Kind">Which handler.</param>
/// <param name="Payload">As enqueued.</param>
/// <param name="Attempt">1 at the first attempt.</param>
/// <param name="CreatedAt">When the change happened.</param>
public sealed record OutboxItem(
    Guid Id,
    OrganizationId Organization,
    string Kind,
    JsonElement Payload,
    int Attempt,
    DateTimeOffset CreatedAt
);

/// <summary>How an attempt ended.</summary>
public abstract record OutboxOutcome
{
    private OutboxOutcome() { }

    public static OutboxOutcome Delivered { get; } = new Done();

    /// <summary>Try again, not before <paramref name="after"/> where the receiver asked for a pause.</summary>
    public static OutboxOutcome Retry(string error, TimeSpan? after = null) => new Again(error, after);

    /// <summary>The receiver will never take it.</summary>
    public static OutboxOutcome GiveUp(string error) => new Hopeless(error);

    internal sealed record Done : OutboxOutcome;

    internal sealed record Again(string Error, TimeSpan? After) : OutboxOutcome;

    internal sealed record Hopeless(string Error) : OutboxOutcome;
}
