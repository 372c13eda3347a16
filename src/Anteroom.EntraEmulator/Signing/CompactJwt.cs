using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Anteroom.EntraEmulator.Signing;

/// <summary>A JWT that somebody sent: read, but believed only after <see cref="IsSignedBy"/>.</summary>
/// <remarks>Not through Anteroom.Protocols: the server signs with that library, and a mistake in it must not cancel itself out here.</remarks>
internal sealed class CompactJwt
{
    private const int LongestChars = 32 * 1024;

    private readonly string _signed;
    private readonly byte[] _signature;

    private CompactJwt(string signed, JsonElement header, JsonElement payload, byte[] signature) =>
        (_signed, Header, Payload, _signature) = (signed, header, payload, signature);

    public JsonElement Header { get; }
    public JsonElement Payload { get; }

    public string Algorithm => Text(Header, "alg") ?? "";
    public string? Issuer => Text(Payload, "iss");
    public string? Subject => Text(Payload, "sub");

    /// <summary>One audience or several.</summary>
    public IReadOnlyList<string> Audiences =>
        Payload.TryGetProperty("aud", out var audience)
            ? audience.ValueKind switch
            {
                JsonValueKind.String => [audience.GetString()!],
                JsonValueKind.Array =>
                [
                    .. audience.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!),
                ],
                _ => [],
            }
            : [];

    public DateTimeOffset? ExpiresAt => Time("exp");
    public DateTimeOffset? NotBefore => Time("nbf");

    /// <summary>Null for anything but three parts of base64url with two JSON objects.</summary>
    public static CompactJwt? Read(string text)
    {
        var parts = text.Length > LongestChars ? [] : text.Split('.');
        if (parts.Length != 3 || !parts.All(part => Base64Url.IsValid(part)))
            return null;
        try
        {
            var header = Object(parts[0]);
            var payload = Object(parts[1]);
            return header is null || payload is null
                ? null
                : new CompactJwt($"{parts[0]}.{parts[1]}", header.Value, payload.Value, Base64Url.DecodeFromChars(parts[2]));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string? HeaderText(string name) => Text(Header, name);

    public string? ClaimText(string name) => Text(Payload, name);

    /// <summary>RS256 or PS256 with this very key (RFC 7518 §3.3, §3.5).</summary>
    public bool IsSignedBy(RSA key)
    {
        var padding = Algorithm switch
        {
            "RS256" => RSASignaturePadding.Pkcs1,
            "PS256" => RSASignaturePadding.Pss,
            _ => null,
        };
        return padding is not null && key.VerifyData(Encoding.ASCII.GetBytes(_signed), _signature, HashAlgorithmName.SHA256, padding);
    }

    /// <summary>A number, or a number as text: MSAL for .NET sends the times of its assertions so.</summary>
    private DateTimeOffset? Time(string name) =>
        Payload.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number or JsonValueKind.String
        && double.TryParse(value.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
        && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Object(string part)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
    }
}
