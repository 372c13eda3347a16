namespace Anteroom.Server.Mail;

internal static partial class MailLog
{
    [LoggerMessage(
        EventId = 1301,
        Level = LogLevel.Warning,
        Message = "Mail {Template} {MailId} not sent at attempt {Attempt}: {Verdict}, {Reason}. {Detail}"
    )]
    public static partial void MailNotSent(
        this ILogger log,
        string template,
        Guid mailId,
        int attempt,
        string verdict,
        string reason,
        string? detail
    );
}
