using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What ties a ceremony to the browser that began it (SEC-219): the hash of something that only this browser can send again.</summary>
public sealed class CeremonyBinding
{
    private CeremonyBinding(byte[] sha256) => Sha256 = sha256;

    internal byte[] Sha256 { get; }

    /// <param name="kind">A word for what it is, so that no value of one kind fits another.</param>
    /// <param name="values">From a cookie that we opened, never from a form alone.</param>
    public static CeremonyBinding To(string kind, params string[] values) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', values.Prepend(kind)))));
}
