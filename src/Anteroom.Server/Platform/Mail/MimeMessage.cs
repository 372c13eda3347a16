using System.Net.Mime;
using System.Text;
using NetMail = System.Net.Mail;

namespace Anteroom.Server.Platform.Mail;

/// <summary>The MIME form of a mail, made by the framework: it encodes every header (SEC-306).</summary>
/// <remarks>
/// <see cref="HasBegun"/> tells whether anybody has read the body yet. SMTP reads it only after the server answered DATA with 354, so that a
/// mail whose body was not read has certainly not been taken, whatever broke.
/// </remarks>
internal sealed class MimeMessage : IDisposable
{
    private readonly Watched _text;

    public MimeMessage(MailSender sender, MailMessage message)
    {
        _text = new(message.Text);
        Message = new(Address(sender.Address, sender.Name), Address(message.To, name: null))
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        Message.Headers["Message-ID"] = $"<{message.Id:N}@{sender.Address.Domain}>";
        Message.Headers["Auto-Submitted"] = "auto-generated"; // RFC 3834 §5: no holiday notice answers it
        Message.AlternateViews.Add(View(_text, "text/plain"));
        Message.AlternateViews.Add(View(new MemoryStream(Encoding.UTF8.GetBytes(message.Html)), "text/html"));
    }

    public NetMail.MailMessage Message { get; }

    public bool HasBegun => _text.WasRead;

    public void Dispose() => Message.Dispose();

    private static NetMail.MailAddress Address(EmailAddress address, string? name) => new(address.Value, name, Encoding.UTF8);

    // Base64: no line of the mail is longer than 76 characters, and the framework's quoted-printable encodes line breaks, which RFC 2045 §6.7 forbids.
    private static NetMail.AlternateView View(Stream content, string type) =>
        new(content, new ContentType(type) { CharSet = "utf-8" }) { TransferEncoding = TransferEncoding.Base64 };

    private sealed class Watched(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public bool WasRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Begin(() => base.Read(buffer, offset, count));

        public override int Read(Span<byte> buffer)
        {
            WasRead = true;
            return base.Read(buffer);
        }

        public override int ReadByte() => Begin(base.ReadByte);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            Begin(() => base.ReadAsync(buffer, offset, count, cancellationToken));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Begin(() => base.ReadAsync(buffer, cancellationToken));

        public override void CopyTo(Stream destination, int bufferSize)
        {
            WasRead = true;
            base.CopyTo(destination, bufferSize);
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Begin(() => base.CopyToAsync(destination, bufferSize, cancellationToken));

        private T Begin<T>(Func<T> read)
        {
            WasRead = true;
            return read();
        }
    }
}
