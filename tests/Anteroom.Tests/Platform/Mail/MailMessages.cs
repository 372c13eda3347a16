using Anteroom.Server.Platform.Mail;

namespace Anteroom.Tests.Platform.Mail;

/// <summary>Mails of tests.</summary>
internal static class MailMessages
{
    public static EmailAddress Ada { get; } = Address("ada@example.com");

    public static MailSender Sender { get; } = new(Address("sign-in@example.org"), "Größe & Co");

    public static EmailAddress Address(string text) =>
        EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text, nameof(text));

    public static MailMessage Message(string subject = "Grüße aus dem Vorzimmer") =>
        new(Guid.Parse("0192f0c1-0000-7000-8000-00000000cafe"), Ada, subject, ".dot\nHällo\n", "<!doctype html><p>Hällo</p>");
}
