namespace Anteroom.EntraEmulator.Storage;

/// <summary>State belongs to whoever runs the emulator: folders are 0700, files 0600.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        // A folder that was there before may be open to others; the journal holds keys.
        File.SetUnixFileMode(folder, Owner | UnixFileMode.UserExecute);
    }

    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }
}
