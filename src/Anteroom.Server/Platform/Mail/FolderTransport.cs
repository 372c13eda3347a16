using System.Globalization;
using System.Net.Mail;
using Anteroom.Server.Platform.Reasons;

namespace Anteroom.Server.Platform.Mail;

/// <summary>Lays each mail into a folder as an <c>.eml</c> file, for the demo and for tests: only the operator's configuration at start chooses it, never the API.</summary>
/// <remarks>A reader sees whole files only: each is written beside and then renamed. Names sort by time.</remarks>
public sealed class FolderTransport(string folder, TimeProvider clock) : IMailTransport
{
    public const string Extension = ".eml";

    private const string Delivery = "delivery";

    public IReadOnlyList<string> Steps { get; } = [Delivery];

    public async Task<MailOutcome> SendAsync(MailSender sender, MailMessage message, CancellationToken ct)
    {
        var writing = Path.Combine(folder, ".writing", message.Id.ToString("N"));
        try
        {
            Make(folder);
            if (Directory.Exists(writing)) // of an attempt that died
                Directory.Delete(writing, recursive: true);
            Make(writing);
            using var mime = new MimeMessage(sender, message);
            using var client = new SmtpClient
            {
                DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory,
                PickupDirectoryLocation = Path.GetFullPath(writing),
            };
            await client.SendMailAsync(mime.Message, ct);
            var at = clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss.fff", CultureInfo.InvariantCulture);
            File.Move(Directory.EnumerateFiles(writing).Single(), Path.Combine(folder, $"{at}-{message.Id:N}{Extension}"), overwrite: true);
            Directory.Delete(writing, recursive: true);
            return new(MailVerdict.Taken, null, Delivery);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SmtpException)
        {
            return new(MailVerdict.Later, ReasonCodes.MailServerUnreachable, Delivery)
            {
                Detail = "The folder for mails cannot be written.",
            };
        }
    }

    // Mails hold links that open accounts.
    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
