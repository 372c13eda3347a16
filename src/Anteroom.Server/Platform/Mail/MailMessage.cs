namespace Anteroom.Server.Platform.Mail;

/// <summary>A mail to one recipient, ready to be sent (SEC-306). Each part is whole by itself.</summary>
public sealed record MailMessage
{
    private const int LongestSubject = 200;

    /// <param name="id">Becomes the Message-ID: the same mail has the same one at each attempt.</param>
    /// <param name="to">The only recipient.</param>
    /// <param name="subject">One line, at most 200 characters; the library encodes it.</param>
    /// <param name="text">For readers without HTML.</param>
    /// <param name="html">A whole document, nothing remote in it.</param>
    /// <exception cref="ArgumentException">The subject is no single line: a mistake of ours, since <see cref="Templates.MailValue"/> lets no line break through.</exception>
    public MailMessage(Guid id, EmailAddress to, string subject, string text, string html)
    {
        if (subject.Length is 0 or > LongestSubject || subject.Any(char.IsControl))
            throw new ArgumentException("A subject is one line of 1 to 200 characters.", nameof(subject));
        (Id, To, Subject, Text, Html) = (id, to, subject, text, html);
    }

    public Guid Id { get; }

    public EmailAddress To { get; }

    public string Subject { get; }

    public string Text { get; }

    public string Html { get; }

    /// <summary>A mail may carry a link that opens an account: nothing of it is printed.</summary>
    public override string ToString() => $"[mail {Id}]";
}

/// <summary>Who the mails of this installation come from.</summary>
public sealed record MailSender(EmailAddress Address, string? Name);
