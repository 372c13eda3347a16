namespace Anteroom.DevHost.Mailbox;

/// <summary>A mail of the folder: its file's name without the ending names it.</summary>
internal sealed record FolderMail(string Name, DateTimeOffset At, ReceivedMail Mail);

/// <summary>The folder into which the demo's server lays its mails.</summary>
internal sealed class MailFolder(string path)
{
    private const int Most = 200;
    private const string Ending = ".eml";

    /// <summary>Newest first; the names of the files begin with their time.</summary>
    public IReadOnlyList<FolderMail> List() =>
        !Directory.Exists(path)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(path, "*" + Ending)
                    .Order(StringComparer.Ordinal)
                    .Reverse()
                    .Take(Most)
                    .Select(Read)
                    .OfType<FolderMail>(),
            ];

    /// <summary>Null for what is not there; a name is never a path.</summary>
    public FolderMail? Find(string name) =>
        name.Length is > 0 and <= 100
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.')
        && !name.Contains("..", StringComparison.Ordinal)
            ? Read(Path.Combine(path, name + Ending))
            : null;

    private static FolderMail? Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var buffer = new byte[Math.Min(stream.Length, EmlReader.MaxBytes)];
            stream.ReadExactly(buffer);
            var mail = EmlReader.Read(buffer);
            return new(Path.GetFileNameWithoutExtension(file), mail.Date ?? File.GetLastWriteTimeUtc(file), mail);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // gone meanwhile
        }
    }
}
