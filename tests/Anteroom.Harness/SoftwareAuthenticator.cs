using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Harness;

/// <summary>One thing after the other that an authenticator, or whoever plays one, can do otherwise than it should (WebAuthn §6).</summary>
public sealed record AuthenticatorManners
{
    public const byte UserPresent = 0x01;
    public const byte UserVerified = 0x04;
    public const byte BackupEligible = 0x08;
    public const byte BackedUp = 0x10;

    /// <summary>Present and verified by default.</summary>
    public byte Flags { get; init; } = UserPresent | UserVerified;

    /// <summary>In place of the next number of the counter.</summary>
    public uint? Count { get; init; }

    public string? Type { get; init; }

    public string? Challenge { get; init; }

    public string? Origin { get; init; }

    public string? RpId { get; init; }

    public bool? CrossOrigin { get; init; }

    public string? TopOrigin { get; init; }

    /// <summary>What the authenticator calls the person.</summary>
    public string? UserHandle { get; init; }

    /// <summary>Leaves the person out, as for a passkey that is not discoverable.</summary>
    public bool WithoutUserHandle { get; init; }

    /// <summary>COSE's number of the algorithm that the key claims.</summary>
    public int Algorithm { get; init; } = -7;

    /// <summary>The whole COSE key, in place of the right one.</summary>
    public byte[]? CoseKey { get; init; }

    /// <summary>Changes the data that the authenticator signs, before it does.</summary>
    public Func<byte[], byte[]>? Data { get; init; }

    /// <summary>Changes the attestation object.</summary>
    public Func<byte[], byte[]>? Attestation { get; init; }

    public Func<byte[], byte[]>? Signature { get; init; }
}

/// <summary>An authenticator with one passkey, written from the standard alone, in software: ES256, attestation "none".</summary>
public sealed class SoftwareAuthenticator : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _origin;
    private uint _count;

    /// <param name="origin">Where the page that asks lives.</param>
    /// <param name="credentialId">32 random bytes by default.</param>
    public SoftwareAuthenticator(string origin, byte[]? credentialId = null) =>
        (_origin, CredentialId) = (origin, credentialId ?? RandomNumberGenerator.GetBytes(32));

    public byte[] CredentialId { get; }

    /// <summary>What the person is called, since the passkey was made.</summary>
    public string UserHandle { get; private set; } = "";

    public bool Counts { get; init; } = true;

    /// <summary>Answers <c>navigator.credentials.create</c>, as JSON.</summary>
    public string Create(string optionsJson, AuthenticatorManners? manners = null)
    {
        manners ??= new();
        var options = JsonNode.Parse(optionsJson)!;
        UserHandle = (string)options["user"]!["id"]!;
        var data = DataOf(manners, (string)options["rp"]!["id"]!, 0x40, Attested(manners));
        var attestation = Cbor.Map(
            (Cbor.Text("fmt"), Cbor.Text("none")),
            (Cbor.Text("attStmt"), Cbor.Map()),
            (Cbor.Text("authData"), Cbor.Bytes(data))
        );
        return Credential(
            new()
            {
                ["clientDataJSON"] = Encode(ClientData(manners, "webauthn.create", (string)options["challenge"]!)),
                ["attestationObject"] = Encode(manners.Attestation?.Invoke(attestation) ?? attestation),
                ["transports"] = new JsonArray("internal"),
            }
        );
    }

    /// <summary>Answers <c>navigator.credentials.get</c>, as JSON.</summary>
    public string Get(string optionsJson, AuthenticatorManners? manners = null)
    {
        manners ??= new();
        var options = JsonNode.Parse(optionsJson)!;
        var data = DataOf(manners, (string)options["rpId"]!, 0, []);
        var client = ClientData(manners, "webauthn.get", (string)options["challenge"]!);
        var signature = _key.SignData(
            [.. data, .. SHA256.HashData(client)],
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
        var response = new JsonObject
        {
            ["clientDataJSON"] = Encode(client),
            ["authenticatorData"] = Encode(data),
            ["signature"] = Encode(manners.Signature?.Invoke(signature) ?? signature),
        };
        if (!manners.WithoutUserHandle)
            response["userHandle"] = manners.UserHandle ?? UserHandle;
        return Credential(response);
    }

    public void Dispose() => _key.Dispose();

    private string Credential(JsonObject response) =>
        new JsonObject
        {
            ["id"] = Encode(CredentialId),
            ["rawId"] = Encode(CredentialId),
            ["type"] = "public-key",
            ["authenticatorAttachment"] = "platform",
            ["clientExtensionResults"] = new JsonObject(),
            ["response"] = response,
        }.ToJsonString();

    private byte[] ClientData(AuthenticatorManners manners, string type, string challenge)
    {
        var client = new JsonObject
        {
            ["type"] = manners.Type ?? type,
            ["challenge"] = manners.Challenge ?? challenge,
            ["origin"] = manners.Origin ?? _origin,
            ["crossOrigin"] = manners.CrossOrigin ?? false,
        };
        if (manners.TopOrigin is { } top)
            client["topOrigin"] = top;
        return Encoding.UTF8.GetBytes(client.ToJsonString());
    }

    private byte[] DataOf(AuthenticatorManners manners, string rpId, byte moreFlags, byte[] rest)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, manners.Count ?? (Counts ? ++_count : 0));
        byte[] data =
        [
            .. SHA256.HashData(Encoding.UTF8.GetBytes(manners.RpId ?? rpId)),
            (byte)(manners.Flags | moreFlags),
            .. count,
            .. rest,
        ];
        return manners.Data?.Invoke(data) ?? data;
    }

    private byte[] Attested(AuthenticatorManners manners)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)CredentialId.Length);
        return [.. new byte[16], .. length, .. CredentialId, .. manners.CoseKey ?? CoseOf(manners.Algorithm)];
    }

    private byte[] CoseOf(int algorithm)
    {
        var point = _key.ExportParameters(false).Q;
        return Cbor.Map(
            (Cbor.Number(1), Cbor.Number(2)),
            (Cbor.Number(3), Cbor.Number(algorithm)),
            (Cbor.Number(-1), Cbor.Number(1)),
            (Cbor.Number(-2), Cbor.Bytes(point.X!)),
            (Cbor.Number(-3), Cbor.Bytes(point.Y!))
        );
    }

    private static string Encode(byte[] bytes) => Base64Url.Encode(bytes);

    /// <summary>As much of RFC 8949 as an authenticator writes; by hand, so that tests can write it wrongly.</summary>
    public static class Cbor
    {
        public static byte[] Number(int value) => value >= 0 ? Head(0, (uint)value) : Head(1, (uint)(-1 - value));

        public static byte[] Bytes(byte[] value) => [.. Head(2, (uint)value.Length), .. value];

        public static byte[] Text(string value) => [.. Head(3, (uint)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

        public static byte[] Map(params (byte[] Key, byte[] Value)[] members) =>
            [.. Head(5, (uint)members.Length), .. members.SelectMany(member => member.Key.Concat(member.Value))];

        private static byte[] Head(int major, uint value) =>
            value switch
            {
                < 24 => [(byte)((major << 5) | (int)value)],
                <= 0xff => [(byte)((major << 5) | 24), (byte)value],
                <= 0xffff => [(byte)((major << 5) | 25), (byte)(value >> 8), (byte)value],
                _ => [(byte)((major << 5) | 26), (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value],
            };
    }
}
