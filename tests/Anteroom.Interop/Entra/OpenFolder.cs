namespace Anteroom.Interop.Entra;

/// <summary>Folders that programs of other users read, or write to.</summary>
internal static class OpenFolder
{
    private const UnixFileMode Read = (UnixFileMode)0b111_101_101;
    private const UnixFileMode Write = (UnixFileMode)0b111_111_111;

    public static string CreateTemporary(string prefix) => Open(Directory.CreateTempSubdirectory(prefix).FullName, Read);

    public static string CreateWritable(string path) => Open(Directory.CreateDirectory(path).FullName, Write);

    private static string Open(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }
}
