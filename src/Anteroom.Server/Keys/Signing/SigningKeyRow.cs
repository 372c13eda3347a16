using System.Text;
using Anteroom.Protocols.Jose;

namespace Anteroom.Server.Keys.Signing;

/// <summary>One row of <c>signing_keys</c>; the private half stays sealed until it is needed.</summary>
internal sealed record SigningKeyRow(
    string Kid,
    string AlgorithmName,
    string PublicKey,
    byte[] PrivateKey,
    DateTimeOffset CreatedAt,
    DateTimeOffset ActiveFrom,
    DateTimeOffset? RetiredAt,
    DateTimeOffset? ExpiresAt
) : IScheduledKey
{
    public const string Columns =
        "kid, algorithm AS algorithm_name, public_key::text AS public_key, private_key, created_at, active_from, retired_at, expires_at";

    public SignatureAlgorithm Algorithm =>
        SignatureAlgorithm.TryParse(AlgorithmName, out var algorithm)
            ? algorithm
            : throw new InvalidOperationException($"The signing key {Kid} has an algorithm that we do not know.");

    public VerificationKey ToVerificationKey()
    {
        if (
            JsonWebKey.Parse(Encoding.UTF8.GetBytes(PublicKey)).TryGet(out var key, out var malformed)
            && key.ToVerificationKey(Algorithm).TryGet(out var verification, out malformed)
        )
            return verification;
        throw new InvalidOperationException($"The public half of the signing key {Kid} is not usable: {malformed.Reason}");
    }
}
