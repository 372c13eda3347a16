namespace Anteroom.Server.Platform.Observability;

internal static partial class ObservabilityLog
{
    [LoggerMessage(EventId = 1131, Level = LogLevel.Warning, Message = "This node could not tell that it lives")]
    public static partial void HeartbeatMissed(this ILogger log, Exception exception);

    [LoggerMessage(
        EventId = 1132,
        Level = LogLevel.Information,
        Message = "{Method} {Route} answered {Status} in {Milliseconds} ms to {Network} ({CorrelationId})"
    )]
    public static partial void Answered(
        this ILogger log,
        string method,
        string route,
        int status,
        long milliseconds,
        string network,
        string correlationId
    );
}
