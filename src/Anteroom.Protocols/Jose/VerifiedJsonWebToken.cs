using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Jose;

/// <summary>A token whose signature holds. Who issued it, for whom, and when it ends is still the caller's to check.</summary>
public sealed class VerifiedJsonWebToken
{
    internal VerifiedJsonWebToken(JoseHeader header, JsonMembers claims, VerificationKey key)
    {
        Header = header;
        Claims = claims;
        Key = key;
    }

    public JoseHeader Header { get; }

    public JsonMembers Claims { get; }

    /// <summary>The key that verified it.</summary>
    public VerificationKey Key { get; }
}
