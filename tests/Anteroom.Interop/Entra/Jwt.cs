using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace Anteroom.Interop.Entra;

/// <summary>Looks into a token without checking it, as one does while learning a library.</summary>
internal static class Jwt
{
    public static JsonNode Claims(string token) => JsonNode.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
