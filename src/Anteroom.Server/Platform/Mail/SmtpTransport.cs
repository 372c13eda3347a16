using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Mail;

/// <summary>Hands a mail to a submission server (RFC 6409), encrypted by STARTTLS before anything is said (RFC 3207).</summary>
/// <remarks>
/// The framework's client: it does no implicit TLS, and asks the machine's own authorities about the certificate. It tells little of where a
/// conversation broke; what counts for sending again is told by <see cref="MimeMessage.HasBegun"/>.
/// </remarks>
public sealed class SmtpTransport(SmtpSettings settings, TimeProvider clock) : IMailTransport
{
    public const string Connection = "connection";
    public const string Encryption = "encryption";
    public const string Credential = "credential";
    public const string Delivery = "delivery";

    private const SmtpStatusCode AuthenticationFailed = (SmtpStatusCode)535; // RFC 4954 §6
    private const SmtpStatusCode AuthenticationTooWeak = (SmtpStatusCode)534;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan StandardTime = TimeSpan.FromSeconds(15);

    /// <summary>For the whole conversation.</summary>
    public TimeSpan Time { get; init; } = StandardTime;

    public IReadOnlyList<string> Steps { get; } = [Connection, Encryption, Credential, Delivery];

    public async Task<MailOutcome> SendAsync(MailSender sender, MailMessage message, CancellationToken ct)
    {
        using var mime = new MimeMessage(sender, message);
        using var client = new SmtpClient(settings.Host, settings.Port)
        {
            EnableSsl = settings.StartTls,
            UseDefaultCredentials = false,
            Credentials = settings.UserName is { } user ? new NetworkCredential(user, settings.Password?.Reveal()) : null,
            Timeout = (int)(Time + Slack).TotalMilliseconds, // the client's own clock only where ours is not heard
        };
        using var patience = new CancellationTokenSource(Time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        var began = clock.GetTimestamp();
        try
        {
            await client.SendMailAsync(mime.Message, either.Token);
            return new(MailVerdict.Taken, null, Delivery);
        }
        catch (SmtpException e)
        {
            return Judge(e, mime.HasBegun, timedOut: clock.GetElapsedTime(began) >= Time);
        }
        catch (OperationCanceledException)
        {
            return Silence(mime.HasBegun);
        }
        catch (IOException)
        {
            return Silence(mime.HasBegun);
        }
    }

    private MailOutcome Judge(SmtpException e, bool begun, bool timedOut)
    {
        if (e.StatusCode == SmtpStatusCode.GeneralFailure)
            return e.InnerException switch
            {
                AuthenticationException => new(MailVerdict.Later, ReasonCodes.MailEncryptionMissing, Encryption)
                {
                    Detail = "The server's certificate is not trusted, or not for this name.",
                },
                SocketException when !begun => new(MailVerdict.Later, ReasonCodes.MailServerUnreachable, Connection),
                null when !begun && !timedOut && settings.StartTls => new(MailVerdict.Later, ReasonCodes.MailEncryptionMissing, Encryption)
                {
                    Detail = "The server does not offer STARTTLS.",
                },
                _ => Silence(begun),
            };

        // An answer, so nothing is unknown: also after the whole message it says that the message was not taken (RFC 5321 §4.2.5).
        var code = (int)e.StatusCode;
        var verdict = code is >= 400 and < 500 ? MailVerdict.Later : MailVerdict.Refused;
        var detail = $"The server answered {code}.";
        if (e.StatusCode is SmtpStatusCode.MustIssueStartTlsFirst or AuthenticationFailed or AuthenticationTooWeak)
            return new(MailVerdict.Later, ReasonCodes.MailCredentialRefused, Credential) { Detail = detail };
        if (e is SmtpFailedRecipientException)
            return new(verdict, verdict == MailVerdict.Later ? ReasonCodes.MailPostponed : ReasonCodes.MailRecipientRefused, Delivery)
            {
                Detail = detail,
            };
        return new(verdict, verdict == MailVerdict.Later ? ReasonCodes.MailPostponed : ReasonCodes.MailRefused, Delivery)
        {
            Detail = detail,
            EarlierStepsPassed = begun,
        };
    }

    private static MailOutcome Silence(bool begun) =>
        begun
            ? new(MailVerdict.Unknown, ReasonCodes.MailOutcomeUnknown, Delivery)
            : new(MailVerdict.Later, ReasonCodes.MailServerUnreachable, Connection)
            {
                Detail = "The server ended the conversation or stayed silent.",
            };
}
