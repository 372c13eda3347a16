using Anteroom.Protocols.Primitives;
using Anteroom.Server.Platform;

namespace Anteroom.Server.Keys.Vault;

/// <summary>Why the vault cannot be opened; one sentence for the operator, naming the setting.</summary>
public sealed record KeyFailure(string Sentence);

/// <summary>The file of the key-encryption key: 32 random bytes in base64, readable by its owner alone.</summary>
internal sealed class KeyFile(AnteroomOptions options)
{
    private const UnixFileMode OnlyOwnerReads = UnixFileMode.UserRead;
    private const UnixFileMode TooOpen =
        UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Path { get; } = System.IO.Path.GetFullPath(options.KeyFile ?? System.IO.Path.Combine(options.DataFolder, "kek"));

    public bool Exists => File.Exists(Path);

    public Result<KeyEncryptionKey, KeyFailure> Read()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & TooOpen) != 0)
                return new KeyFailure(
                    $"The key file '{Path}' (Anteroom:KeyFile) can be read by others than its owner; run `chmod 0400` on it."
                );
            return KeyEncryptionKey.FromFileText(File.ReadAllText(Path)) is { } key
                ? key
                : new KeyFailure($"The key file '{Path}' (Anteroom:KeyFile) does not hold a key of 32 bytes in base64.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyFailure($"The key file '{Path}' (Anteroom:KeyFile) cannot be read by this account.");
        }
    }

    /// <summary>Makes the file; never over one that is there.</summary>
    public Result<KeyEncryptionKey, KeyFailure> Create()
    {
        var key = KeyEncryptionKey.New();
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                how.UnixCreateMode = OnlyOwnerReads;
            using var file = new FileStream(Path, how);
            using var writer = new StreamWriter(file);
            writer.Write(key.ToFileText());
            writer.Flush();
            file.Flush(flushToDisk: true); // a data key wrapped by a key that a power cut took would be lost
            return key;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new KeyFailure($"The key file '{Path}' (Anteroom:KeyFile) cannot be made by this account.");
        }
    }
}
