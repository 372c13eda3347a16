using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;
using Anteroom.Server.SignIn;

namespace Anteroom.Server.Federation.Oidc.Subjects;

/// <summary>What a sector calls a person (<c>sub</c>, OIDC Core §8.1) or a session (<c>sid</c>): its id as one block of AES-256 under a key of sector and kind.</summary>
/// <remarks>
/// A permutation under a secret key: stable without a row, no two alike, and without the secret neither the id nor its name in another sector
/// follows from it. Who knows sector and secret reads it back, so that a hint finds its person.
/// </remarks>
internal static class PairwiseSubject
{
    private const int IdBytes = 16; // one block, so that the mode has nothing to chain

    // The label before the sector; no sector has a space, so that none of one kind is one of the other.
    private const string Person = "anteroom pairwise ";
    private const string SignedIn = "anteroom pairwise session ";

    public static string Of(UserId user, string sector, byte[] secret) => Encrypt(user.Value, Person + sector, secret);

    public static string Of(SessionId session, string sector, byte[] secret) => Encrypt(session.Value, SignedIn + sector, secret);

    /// <summary>Null where the text is no pairwise subject; whether the account exists is for the database to say.</summary>
    public static UserId? Read(string subject, string sector, byte[] secret) =>
        Decrypt(subject, Person + sector, secret) is { } id ? new(id) : null;

    /// <summary>Null where the text names no session; whether it exists is for the database to say.</summary>
    public static SessionId? ReadSession(string sid, string sector, byte[] secret) =>
        Decrypt(sid, SignedIn + sector, secret) is { } id ? new(id) : null;

    private static string Encrypt(Guid value, string label, byte[] secret)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        value.TryWriteBytes(id, bigEndian: true, out _);
        using var aes = KeyOf(label, secret);
        return Base64Url.Encode(aes.EncryptEcb(id, PaddingMode.None));
    }

    private static Guid? Decrypt(string text, string label, byte[] secret)
    {
        if (!Base64Url.TryDecode(text, out var block) || block.Length != IdBytes)
            return null;
        using var aes = KeyOf(label, secret);
        return new Guid(aes.DecryptEcb(block, PaddingMode.None), bigEndian: true);
    }

    private static Aes KeyOf(string label, byte[] secret)
    {
        var aes = Aes.Create();
        aes.Key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(label));
        return aes;
    }
}
