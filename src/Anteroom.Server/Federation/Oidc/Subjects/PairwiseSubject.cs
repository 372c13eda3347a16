using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;
using Anteroom.Server.Organizations;

namespace Anteroom.Server.Federation.Oidc.Subjects;

/// <summary>A person's <c>sub</c> in one sector (OIDC Core §8.1): the account's id as one block of AES-256 under a key of the sector.</summary>
/// <remarks>
/// A permutation under a secret key: stable without a row, no two persons alike, and without the secret neither the account nor the <c>sub</c> of another sector
/// follows from it. Who knows sector and secret reads it back, so that a hint finds its person.
/// </remarks>
internal static class PairwiseSubject
{
    private const int IdBytes = 16; // one block, so that the mode has nothing to chain

    public static string Of(UserId user, string sector, byte[] secret)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        user.Value.TryWriteBytes(id, bigEndian: true, out _);
        using var aes = KeyOf(sector, secret);
        return Base64Url.Encode(aes.EncryptEcb(id, PaddingMode.None));
    }

    /// <summary>Null where the text is no pairwise subject; whether the account exists is for the database to say.</summary>
    public static UserId? Read(string subject, string sector, byte[] secret)
    {
        if (!Base64Url.TryDecode(subject, out var block) || block.Length != IdBytes)
            return null;
        using var aes = KeyOf(sector, secret);
        return new(new Guid(aes.DecryptEcb(block, PaddingMode.None), bigEndian: true));
    }

    private static Aes KeyOf(string sector, byte[] secret)
    {
        var aes = Aes.Create();
        aes.Key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes("anteroom pairwise " + sector));
        return aes;
    }
}
