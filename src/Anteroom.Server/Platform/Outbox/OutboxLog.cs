namespace Anteroom.Server.Platform.Outbox;

internal static partial class OutboxLog
{
    [LoggerMessage(EventId = 1111, Level = LogLevel.Warning, Message = "The outbox could not be read now; the next round tries again")]
    public static partial void OutboxDelayed(this ILogger log, Exception exception);

    [LoggerMessage(EventId = 1112, Level = LogLevel.Error, Message = "Delivering {Kind} {OutboxId} threw")]
    public static partial void DeliveryThrew(this ILogger log, Exception exception, string kind, Guid outboxId);

    [LoggerMessage(EventId = 1113, Level = LogLevel.Warning, Message = "{Kind} {OutboxId} is given up after {Attempts} attempts: {Error}")]
    public static partial void GivenUp(this ILogger log, string kind, Guid outboxId, int attempts, string error);
}
