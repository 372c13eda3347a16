using System.Buffers.Text;
using System.Security.Cryptography;

namespace Anteroom.EntraEmulator.Objects;

/// <summary>Ids of relations: 43 characters of base64url, not GUIDs.</summary>
internal static class ObjectKeys
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
