using Anteroom.Server.Platform.Mail;
using Anteroom.Server.Platform.Mail.Templates;

namespace Anteroom.Server.Mail;

/// <summary>An event that somebody has to be told of by mail.</summary>
/// <param name="EventKey">Names the event within its organization, such as <c>recovery:</c> and a link's id: at most one mail leaves for it.</param>
/// <param name="To">For a person with an account the stored address, never one from a request (SEC-226).</param>
/// <param name="Content">Template, values and link.</param>
/// <param name="Until">When the mail is of no use any more, at most seven days from now: it is not sent after.</param>
public sealed record MailRequest(string EventKey, EmailAddress To, MailContent Content, DateTimeOffset Until)
{
    /// <summary>Whose account it is about, for the audit trail.</summary>
    public Guid? User { get; init; }
}
