namespace Anteroom.Server.Platform.EmbeddedPostgres;

/// <summary>Event ids 1000 to 1019.</summary>
internal static partial class EmbeddedPostgresLog
{
    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "Making a new database cluster in {Folder}")]
    public static partial void Creating(this ILogger log, string folder);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "PostgreSQL {Version} started in {Folder}, process {Pid}")]
    public static partial void Started(this ILogger log, int version, string folder, int pid);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "PostgreSQL was already running in {Folder}; using it")]
    public static partial void Adopted(this ILogger log, string folder);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "PostgreSQL in {Folder} had died; its stale locks are removed")]
    public static partial void StaleLocksRemoved(this ILogger log, string folder);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning, Message = "PostgreSQL in {Folder} is gone; starting it again")]
    public static partial void Restarting(this ILogger log, string folder);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Error, Message = "PostgreSQL cannot be started again: {Sentence}")]
    public static partial void RestartFailed(this ILogger log, string sentence);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Information, Message = "PostgreSQL in {Folder} stopped")]
    public static partial void Stopped(this ILogger log, string folder);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Information, Message = "PostgreSQL in {Folder} keeps running for its other users")]
    public static partial void LeftRunning(this ILogger log, string folder);

    [LoggerMessage(EventId = 1008, Level = LogLevel.Warning, Message = "PostgreSQL in {Folder} did not stop within {Seconds} seconds")]
    public static partial void StopTimedOut(this ILogger log, string folder, double seconds);

    [LoggerMessage(
        EventId = 1009,
        Level = LogLevel.Information,
        Message = "{Account} cannot enter {DataFolder}; its database is in {Home}"
    )]
    public static partial void PlacedElsewhere(this ILogger log, string account, string dataFolder, string home);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Error, Message = "The watch over PostgreSQL failed; trying again")]
    public static partial void WatchFailed(this ILogger log, Exception exception);
}
