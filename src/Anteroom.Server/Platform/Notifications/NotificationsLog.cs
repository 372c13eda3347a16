namespace Anteroom.Server.Platform.Notifications;

internal static partial class NotificationsLog
{
    [LoggerMessage(
        EventId = 1101,
        Level = LogLevel.Warning,
        Message = "The listening connection to the database was lost; caches are cleared"
    )]
    public static partial void ListenerLost(this ILogger log, Exception exception);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "A handler of notifications on {Channel} failed")]
    public static partial void HandlerFailed(this ILogger log, Exception exception, string channel);
}
