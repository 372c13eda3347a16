using System.Security.Cryptography;
using System.Text;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What an authenticator knows a person by (<c>user.id</c>, WebAuthn §5.4.3): 32 random bytes, no personal data, told to nobody else (SEC-224).</summary>
/// <remarks>The framework's handler takes text, so the wire carries the base64url spelling of the bytes: 43 of the 64 that are allowed.</remarks>
internal static class UserHandle
{
    public const int Bytes = 32;

    public static byte[] New() => RandomNumberGenerator.GetBytes(Bytes);

    public static string Format(byte[] handle) => Base64Url.Encode(handle);

    public static byte[]? Parse(string text) => Base64Url.TryDecode(text, out var handle) && handle.Length == Bytes ? handle : null;

    /// <summary>As it comes from the authenticator.</summary>
    public static byte[]? FromWire(byte[] sent) => Parse(Encoding.UTF8.GetString(sent));
}
