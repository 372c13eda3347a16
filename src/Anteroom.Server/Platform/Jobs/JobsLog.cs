namespace Anteroom.Server.Platform.Jobs;

internal static partial class JobsLog
{
    [LoggerMessage(EventId = 1121, Level = LogLevel.Warning, Message = "The jobs could not be read now; the next round tries again")]
    public static partial void JobsDelayed(this ILogger log, Exception exception);

    [LoggerMessage(EventId = 1122, Level = LogLevel.Error, Message = "Job {Kind} {JobId} failed at attempt {Attempt}")]
    public static partial void JobFailed(this ILogger log, Exception exception, string kind, Guid jobId, int attempt);

    [LoggerMessage(
        EventId = 1123,
        Level = LogLevel.Warning,
        Message = "The partition of sign-ins for {Month} could not be made; its rows go to the default one"
    )]
    public static partial void MonthNotMade(this ILogger log, Exception exception, DateOnly month);
}
