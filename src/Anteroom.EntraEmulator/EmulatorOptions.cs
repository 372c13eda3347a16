using System.Security.Cryptography;

namespace Anteroom.EntraEmulator;

/// <summary>How an emulator is started. It always listens on loopback only.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Port of the http listener: 0 for any free port, null for none.</summary>
    public int? HttpPort { get; init; } = 0;

    /// <summary>Port of the https listener: 0 for any free port, null for none.</summary>
    public int? HttpsPort { get; init; } = 0;

    /// <summary>Where journal, certificate authority and <c>emulator.json</c> live; null keeps everything in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>Further Host names to answer to, for clients that resolve them to loopback themselves.</summary>
    public IReadOnlyList<string> PublicHosts { get; init; } = [];

    /// <summary>A PKCS#12 file, or a PEM certificate together with <see cref="CertificateKeyFile"/>. Without it an own authority is made.</summary>
    public string? CertificateFile { get; init; }
    public string? CertificateKeyFile { get; init; }
    public string? CertificatePassword { get; init; }

    /// <summary>False to be silent; errors still appear.</summary>
    public bool Verbose { get; init; }

    /// <summary>Makes the RSA keys of tokens; tests that start many emulators lend them keys that they made once.</summary>
    internal Func<RSA> NewKey { get; init; } = static () => RSA.Create(2048);
}
