using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What must hold of an answer whoever gave it (WebAuthn §7.1 and §7.2; SEC-220, SEC-221). Pure.</summary>
/// <remarks>The framework looks at most of it too; what it leaves to others, or changes its mind about, is decided here.</remarks>
internal static class CeremonyChecks
{
    private const int ShortestCredentialId = 16;
    private const int LongestCredentialId = 1023;
    private const int FewestModulusBits = 2048;
    private const int Es256 = -7;
    private const int Rs256 = -257;

    /// <summary>The algorithms that we offer and take.</summary>
    public static bool IsAllowed(int algorithm) => algorithm is Es256 or Rs256;

    public static PasskeyRefusal? OfCreation(AuthenticatorAnswer answer, PasskeyRelyingParty party) =>
        OfBoth(answer, party, "webauthn.create")
        ?? (
            answer.Data.Attested is not { } made ? PasskeyRefusal.Invalid("attested_credential")
            : !made.Id.AsSpan().SequenceEqual(answer.CredentialId) ? PasskeyRefusal.Invalid("credential_id")
            : made.Key.Algorithm is not (Es256 or Rs256) ? PasskeyRefusal.Invalid("algorithm")
            : made.Key is { Algorithm: Rs256, ModulusBits: null or < FewestModulusBits } ? PasskeyRefusal.Invalid("algorithm")
            : null
        );

    /// <param name="backupEligible">As it was when the passkey was made; that never changes (WebAuthn §6.1.3).</param>
    public static PasskeyRefusal? OfAssertion(AuthenticatorAnswer answer, PasskeyRelyingParty party, bool backupEligible) =>
        OfBoth(answer, party, "webauthn.get")
        ?? (answer.Data.Has(AuthenticatorFlags.BackupEligible) == backupEligible ? null : PasskeyRefusal.Invalid("backup"));

    private static PasskeyRefusal? OfBoth(AuthenticatorAnswer answer, PasskeyRelyingParty party, string type)
    {
        var (client, data) = (answer.Client, answer.Data);
        var failed =
            client.Type != type ? "type"
            : client.Origin != party.Origin ? "origin"
            : client.CrossOrigin ? "cross_origin"
            : !SHA256.HashData(Encoding.UTF8.GetBytes(party.Id)).AsSpan().SequenceEqual(data.RpIdHash) ? "rp_id"
            : !data.Has(AuthenticatorFlags.UserPresent) ? "user_presence"
            : !data.Has(AuthenticatorFlags.UserVerified) ? "user_verification"
            : data.Has(AuthenticatorFlags.BackedUp) && !data.Has(AuthenticatorFlags.BackupEligible) ? "backup"
            : answer.CredentialId.Length is < ShortestCredentialId or > LongestCredentialId ? "credential_id"
            : null;
        return failed is null ? null : PasskeyRefusal.Invalid(failed);
    }
}
