using System.Security.Cryptography;

namespace Anteroom.Harness;

/// <summary>RSA keys, made once in a test run and lent to every emulator: making one takes longer than most tests.</summary>
public static class SpareKeys
{
    /// <summary>More than one emulator ever asks for.</summary>
    private const int Count = 12;

    private static readonly Lazy<RSAParameters>[] Made = [.. Enumerable.Range(0, Count).Select(_ => new Lazy<RSAParameters>(Make))];

    /// <summary>What one emulator makes its keys with: of 2048 bits, each another, to be disposed by the caller.</summary>
    public static Func<RSA> ForOneEmulator()
    {
        var next = -1;
        return () => RSA.Create(Made[Interlocked.Increment(ref next)].Value);
    }

    private static RSAParameters Make()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    }
}
