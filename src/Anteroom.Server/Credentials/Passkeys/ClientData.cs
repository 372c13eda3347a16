using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What a browser says about the ceremony (WebAuthn §5.8.1); its hash is signed.</summary>
/// <param name="CrossOrigin">Whether the page that asked stood in a frame of another place.</param>
internal sealed record ClientData(string Type, byte[] Challenge, string Origin, bool CrossOrigin)
{
    private const int MaxBytes = 8 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static ClientData? Read(byte[] json)
    {
        if (json.Length > MaxBytes)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            return
                root.ValueKind == JsonValueKind.Object
                && Text(root, "type") is { } type
                && Text(root, "origin") is { } origin
                && Text(root, "challenge") is { } challenge
                && Base64Url.TryDecode(challenge, out var bytes)
                ? new(type, bytes, origin, IsCrossOrigin(root))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // also half a surrogate pair
        }
    }

    // Anything but a plain "false" counts as a frame: a top origin is told only from inside one.
    private static bool IsCrossOrigin(JsonElement root) =>
        root.TryGetProperty("topOrigin", out _)
        || (root.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind != JsonValueKind.False);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
