namespace Anteroom.Server.Audit;

internal static partial class AuditLog
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Audit rows could not be sealed now; the next round tries again")]
    public static partial void SealingDelayed(this ILogger log, Exception exception);
}
