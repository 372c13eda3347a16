using Anteroom.DevHost.Mailbox;
using Anteroom.Server.Platform.Mail;

namespace Anteroom.Tests.Platform.Mail;

public sealed class FolderTransportTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("anteroom-mails-").FullName, "mails");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task A_mail_lies_in_the_folder_whole_and_for_its_owner_alone()
    {
        var outcome = await new FolderTransport(_folder, TimeProvider.System).SendAsync(
            MailMessages.Sender,
            MailMessages.Message(),
            default
        );
        Assert.Equal(MailVerdict.Taken, outcome.Verdict);
        var file = Assert.Single(Directory.EnumerateFiles(_folder, "*.eml"));
        var mail = EmlReader.Read(await File.ReadAllBytesAsync(file));
        Assert.Equal(("ada@example.com", "Grüße aus dem Vorzimmer"), (mail.To, mail.Subject));
        Assert.Equal("<!doctype html><p>Hällo</p>", mail.Html);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, ".writing")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public async Task What_an_attempt_left_behind_that_died_does_not_disturb()
    {
        var left = Directory.CreateDirectory(Path.Combine(_folder, ".writing", MailMessages.Message().Id.ToString("N"))).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "half.eml"), "From: x");
        await new FolderTransport(_folder, TimeProvider.System).SendAsync(MailMessages.Sender, MailMessages.Message(), default);
        Assert.Equal(
            "Grüße aus dem Vorzimmer",
            EmlReader.Read(await File.ReadAllBytesAsync(Assert.Single(Directory.EnumerateFiles(_folder, "*.eml")))).Subject
        );
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_again()
    {
        await File.WriteAllTextAsync(_folder, "a file stands there");
        var outcome = await new FolderTransport(_folder, TimeProvider.System).SendAsync(
            MailMessages.Sender,
            MailMessages.Message(),
            default
        );
        Assert.Equal(MailVerdict.Later, outcome.Verdict);
    }
}
