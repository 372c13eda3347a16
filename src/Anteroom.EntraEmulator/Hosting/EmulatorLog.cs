namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Everything that the emulator logs; never a secret, a code or a token. Events 8000–8099.</summary>
internal static partial class EmulatorLog
{
    [LoggerMessage(EventId = 8001, Level = LogLevel.Warning, Message = "{Path} ended in a torn line; {Bytes} bytes dropped")]
    public static partial void TornLineDropped(this ILogger log, string path, long bytes);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Information, Message = "Entra emulator listens on {Http} {Https}")]
    public static partial void Listening(this ILogger log, Uri? http, Uri? https);

    [LoggerMessage(EventId = 8003, Level = LogLevel.Information, Message = "Refused with AADSTS{Code} ({Error}) at {Path}")]
    public static partial void Refused(this ILogger log, int code, string error, PathString path);

    [LoggerMessage(EventId = 8004, Level = LogLevel.Error, Message = "Request {TraceId} failed")]
    public static partial void Failed(this ILogger log, Exception cause, Guid traceId);
}
