namespace Anteroom.Server.Federation.Oidc;

/// <summary>Event ids 3100–3199. Reasons are ours; nothing that a client sent is logged besides a registered client_id.</summary>
internal static partial class OidcLog
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "Authorization code from {Client} refused: {Reason}")]
    public static partial void CodeRefused(this ILogger log, string client, string reason);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "Refresh token from {Client} refused: {Reason}")]
    public static partial void RefreshRefused(this ILogger log, string client, string reason);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Grant {Grant} of {Client} revoked: {Cause}")]
    public static partial void GrantRevoked(this ILogger log, string grant, string client, string cause);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Warning, Message = "Client authentication of {Client} refused: {Reason}")]
    public static partial void ClientRefused(this ILogger log, string client, string reason);

    [LoggerMessage(EventId = 3105, Level = LogLevel.Information, Message = "Authorization request refused on a page: {Reason}")]
    public static partial void AuthorizationRefusedOnPage(this ILogger log, string reason);

    [LoggerMessage(
        EventId = 3106,
        Level = LogLevel.Information,
        Message = "Authorization request of {Client} refused: {Error}, {Description}"
    )]
    public static partial void AuthorizationRefused(this ILogger log, string client, string error, string description);

    [LoggerMessage(EventId = 3107, Level = LogLevel.Information, Message = "Access token refused at userinfo: {Reason}")]
    public static partial void AccessTokenRefused(this ILogger log, string reason);

    [LoggerMessage(
        EventId = 3108,
        Level = LogLevel.Warning,
        Message = "Application {Client} changed between request and answer: no code issued"
    )]
    public static partial void ApplicationGone(this ILogger log, string client);

    [LoggerMessage(EventId = 3109, Level = LogLevel.Information, Message = "Expired grants removed: {Count}")]
    public static partial void GrantsPurged(this ILogger log, int count);

    [LoggerMessage(EventId = 3110, Level = LogLevel.Warning, Message = "{Client} tried to revoke a token of another client")]
    public static partial void RevocationRefused(this ILogger log, string client);

    [LoggerMessage(
        EventId = 3111,
        Level = LogLevel.Warning,
        Message = "Logout notice to {Client} not delivered at attempt {Attempt}: {Error}"
    )]
    public static partial void LogoutNotDelivered(this ILogger log, string client, int attempt, string error);

    [LoggerMessage(EventId = 3112, Level = LogLevel.Warning, Message = "Keys of {Client} could not be fetched from its jwks_uri: {Error}")]
    public static partial void ClientKeysNotFetched(this ILogger log, string client, string error);

    [LoggerMessage(EventId = 3120, Level = LogLevel.Warning, Message = "Device code from {Client} refused: {Reason}")]
    public static partial void DeviceCodeRefused(this ILogger log, string client, string reason);
}
