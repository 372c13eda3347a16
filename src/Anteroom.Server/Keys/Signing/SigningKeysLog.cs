namespace Anteroom.Server.Keys.Signing;

internal static partial class SigningKeysLog
{
    [LoggerMessage(EventId = 3190, Level = LogLevel.Information, Message = "Signing keys turned over: made, retired or forgotten")]
    public static partial void SigningKeysTurned(this ILogger log);
}
