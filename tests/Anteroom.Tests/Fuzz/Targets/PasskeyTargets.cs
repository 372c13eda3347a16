using System.Text;
using Anteroom.Harness;
using Anteroom.Server.Credentials.Passkeys;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>What authenticators and browsers say, and whoever plays them.</summary>
internal static class PasskeyTargets
{
    private const string Create =
        """{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rp":{"id":"localhost"},"user":{"id":"QUFB"}}""";

    private const string Get = """{"challenge":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","rpId":"localhost"}""";

    private static readonly SoftwareAuthenticator Authenticator = new("http://localhost");

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FuzzTarget.OfText(
            "passkey-answer",
            [AuthenticatorAnswer.ReadCreated, AuthenticatorAnswer.ReadSigned, ClientData.Read],
            Gen.Elements(false, true).Select(created => created ? Authenticator.Create(Create) : Authenticator.Get(Get)),
            ["\"response\":", "\"attestationObject\":", "\"authenticatorData\":", "\"id\":", "AA", "_w", "}", "null"],
            text =>
            {
                var created = AuthenticatorAnswer.ReadCreated(text);
                var signed = AuthenticatorAnswer.ReadSigned(text);
                Assert.True(created is null or { Data.Attested: not null, Format: not null });
                Assert.True(signed is null or { Data.Attested: null });
                return created is not null ? "created"
                    : signed is not null ? "signed"
                    : "refused";
            }
        ),
        new FuzzTarget(
            "cbor",
            [Cbor.Measure, AuthenticatorData.Read],
            Gen.Elements<byte[]>([0xa1, 0x61, 0x61, 0x01], [0x82, 0x01, 0x41, 0x00], [0x81, 0x81, 0xf6], [0x5f, 0x41, 0x00, 0xff]),
            ["\u0001", "a"],
            bytes =>
            {
                if (AuthenticatorData.Read(bytes) is { } data)
                    Assert.Equal(32, data.RpIdHash.Length);
                if (Cbor.Measure(bytes) is not { } length)
                    return "refused";
                Assert.InRange(length, 1, bytes.Length);
                Assert.True(Cbor.IsWhole(bytes.AsMemory(0, length)));
                return length == bytes.Length ? "whole" : "more";
            }
        ),
        FuzzTarget.OfText(
            "user-handle",
            [UserHandle.Parse, UserHandle.FromWire],
            Pieces.Base64UrlOf(UserHandle.Bytes),
            ["A", "_", "="],
            text =>
            {
                var read = UserHandle.Parse(text);
                Assert.True(read is null || UserHandle.Format(read) == text);
                Assert.Equal(read, UserHandle.FromWire(Encoding.UTF8.GetBytes(text)));
                return read is null ? "refused" : "read";
            }
        ),
    ];
}
