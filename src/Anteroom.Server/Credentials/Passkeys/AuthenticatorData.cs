using System.Buffers.Binary;
using System.Formats.Cbor;

namespace Anteroom.Server.Credentials.Passkeys;

[Flags]
internal enum AuthenticatorFlags : byte
{
    UserPresent = 0x01,
    UserVerified = 0x04,
    BackupEligible = 0x08,
    BackedUp = 0x10,
    AttestedCredential = 0x40,
    Extensions = 0x80,
}

/// <summary>What an authenticator signs about itself (WebAuthn §6.1). Read to the last byte.</summary>
/// <param name="RpIdHash">SHA-256 of the RP ID that it answered to.</param>
/// <param name="Attested">The new credential, in a registration.</param>
internal sealed record AuthenticatorData(byte[] RpIdHash, AuthenticatorFlags Flags, uint SignCount, AttestedCredential? Attested)
{
    private const int FixedBytes = 37;
    private const int MapType = 5; // RFC 8949 §3.1

    public bool Has(AuthenticatorFlags flag) => (Flags & flag) == flag;

    public static AuthenticatorData? Read(ReadOnlyMemory<byte> data)
    {
        if (data.Length is < FixedBytes or > Cbor.MaxBytes)
            return null;
        var flags = (AuthenticatorFlags)data.Span[32];
        var rest = data[FixedBytes..];
        AttestedCredential? attested = null;
        if (flags.HasFlag(AuthenticatorFlags.AttestedCredential))
        {
            if (AttestedCredential.Read(ref rest) is not { } credential)
                return null;
            attested = credential;
        }
        if (flags.HasFlag(AuthenticatorFlags.Extensions))
        {
            if (Cbor.Measure(rest) is not { } length || rest.Span[0] >> 5 != MapType)
                return null;
            rest = rest[length..];
        }
        return rest.IsEmpty ? new(data.Span[..32].ToArray(), flags, BinaryPrimitives.ReadUInt32BigEndian(data.Span[33..]), attested) : null;
    }
}

/// <summary>A credential just made (WebAuthn §6.5.1).</summary>
internal sealed record AttestedCredential(Guid Aaguid, byte[] Id, CredentialKey Key)
{
    private const int FixedBytes = 18;

    /// <summary>Reads it and leaves what follows.</summary>
    public static AttestedCredential? Read(ref ReadOnlyMemory<byte> data)
    {
        if (data.Length < FixedBytes)
            return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(data.Span[16..]);
        if (data.Length < FixedBytes + length)
            return null;
        var aaguid = new Guid(data.Span[..16], bigEndian: true);
        var id = data.Slice(FixedBytes, length).ToArray();
        data = data[(FixedBytes + length)..];
        if (Cbor.Measure(data) is not { } key || CredentialKey.Read(data[..key]) is not { } read)
            return null;
        data = data[key..];
        return new(aaguid, id, read);
    }
}

/// <summary>A credential's public key (COSE_Key, RFC 9052 §7), as far as we decide by it; the framework proves the point and the signatures.</summary>
/// <param name="Algorithm">COSE's number.</param>
/// <param name="ModulusBits">Of an RSA key; null for all others.</param>
internal sealed record CredentialKey(long Algorithm, int? ModulusBits)
{
    private const int AlgorithmLabel = 3;
    private const int ModulusLabel = -1;
    private const int KeyTypeLabel = 1;
    private const int Rsa = 3;

    public static CredentialKey? Read(ReadOnlyMemory<byte> cose)
    {
        var reader = Cbor.Reader(cose);
        try
        {
            if (reader.PeekState() != CborReaderState.StartMap)
                return null;
            reader.ReadStartMap();
            long? algorithm = null;
            long? type = null;
            byte[]? modulus = null;
            while (reader.PeekState() != CborReaderState.EndMap)
            {
                var label = reader.ReadInt64();
                if (label == AlgorithmLabel)
                    algorithm = reader.ReadInt64();
                else if (label == KeyTypeLabel)
                    type = reader.ReadInt64();
                else if (label == ModulusLabel && reader.PeekState() == CborReaderState.ByteString)
                    modulus = reader.ReadByteString();
                else
                    reader.SkipValue();
            }
            return algorithm is { } known ? new(known, type == Rsa && modulus is not null ? BitsOf(modulus) : null) : null;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    private static int BitsOf(ReadOnlySpan<byte> modulus)
    {
        var bytes = modulus.TrimStart((byte)0);
        return bytes.IsEmpty ? 0 : bytes.Length * 8 - (int)uint.LeadingZeroCount(bytes[0]) + 24;
    }
}
