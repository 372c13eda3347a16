namespace Anteroom.Server.Connections;

/// <summary>Event ids 2200 to 2299.</summary>
internal static partial class ConnectionsLog
{
    [LoggerMessage(
        EventId = 2201,
        Level = LogLevel.Warning,
        Message = "Metadata of {Provider} could not be used: {Code} {Detail}; the old document still serves: {OldDocumentInUse}"
    )]
    public static partial void MetadataFailed(this ILogger log, string provider, string code, string? detail, bool oldDocumentInUse);
}
