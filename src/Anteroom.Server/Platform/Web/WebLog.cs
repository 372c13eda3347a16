namespace Anteroom.Server.Platform.Web;

internal static partial class WebLog
{
    [LoggerMessage(EventId = 1141, Level = LogLevel.Error, Message = "A request ended as {Code} ({CorrelationId})")]
    public static partial void Unhandled(this ILogger log, Exception exception, string code, string correlationId);

    [LoggerMessage(EventId = 1142, Level = LogLevel.Error, Message = "The page that tells of a failure failed itself ({CorrelationId})")]
    public static partial void PageFailed(this ILogger log, Exception exception, string correlationId);

    [LoggerMessage(EventId = 1143, Level = LogLevel.Information, Message = "A malformed request was refused ({CorrelationId}): {Kind}")]
    public static partial void Malformed(this ILogger log, string correlationId, string kind);

    [LoggerMessage(EventId = 1144, Level = LogLevel.Warning, Message = "All {Count} connections are taken; whoever comes now waits")]
    public static partial void AllConnectionsTaken(this ILogger log, int count);
}
