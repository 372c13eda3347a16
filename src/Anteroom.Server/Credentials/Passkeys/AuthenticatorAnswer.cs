using System.Formats.Cbor;
using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Server.Credentials.Passkeys;

/// <summary>What a browser sends at the end of a ceremony (WebAuthn §5.1, <c>toJSON</c>), read strictly; hostile until proven otherwise.</summary>
/// <param name="Json">As it came, for the framework's handler.</param>
/// <param name="Format">The attestation statement's format, in a registration.</param>
/// <param name="UserHandle">The person by the authenticator's word, in an assertion.</param>
internal sealed record AuthenticatorAnswer(
    string Json,
    byte[] CredentialId,
    ClientData Client,
    AuthenticatorData Data,
    string? Format,
    byte[]? UserHandle
)
{
    private const int MaxCharacters = 2 * Cbor.MaxBytes;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    public static AuthenticatorAnswer? ReadCreated(string json) => Read(json, isCreation: true);

    public static AuthenticatorAnswer? ReadSigned(string json) => Read(json, isCreation: false);

    private static AuthenticatorAnswer? Read(string json, bool isCreation)
    {
        if (json.Length is 0 or > MaxCharacters)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            if (
                root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("response", out var response)
                || response.ValueKind != JsonValueKind.Object
                || Bytes(root, "id") is not { } id
                || Bytes(response, "clientDataJSON") is not { } clientData
                || ClientData.Read(clientData) is not { } client
            )
                return null;

            if (!isCreation)
                return Bytes(response, "authenticatorData") is { } signed && AuthenticatorData.Read(signed) is { Attested: null } data
                    ? new(json, id, client, data, null, Bytes(response, "userHandle"))
                    : null;
            return
                Bytes(response, "attestationObject") is { } attestation
                && ReadAttestation(attestation) is var (format, bytes)
                && AuthenticatorData.Read(bytes) is { Attested: not null } made
                ? new(json, id, client, made, format, null)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // the last for half a surrogate pair
        }
    }

    /// <summary>A map of exactly three members (WebAuthn §6.5.4); the statement itself is not believed, so its inside does not matter.</summary>
    private static (string Format, byte[] AuthenticatorData)? ReadAttestation(byte[] attestation)
    {
        if (!Cbor.IsWhole(attestation))
            return null;
        try
        {
            var reader = Cbor.Reader(attestation);
            if (reader.ReadStartMap() != 3)
                return null;
            string? format = null;
            byte[]? data = null;
            var hasStatement = false;
            while (reader.PeekState() != CborReaderState.EndMap)
                switch (reader.ReadTextString())
                {
                    case "fmt":
                        format = reader.ReadTextString();
                        break;
                    case "authData":
                        data = reader.ReadByteString();
                        break;
                    case "attStmt":
                        hasStatement = reader.PeekState() == CborReaderState.StartMap;
                        reader.SkipValue();
                        break;
                    default:
                        return null;
                }
            return hasStatement && format is { Length: > 0 and <= 32 } && data is not null ? (format, data) : null;
        }
        catch (Exception e) when (e is CborContentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[]? Bytes(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && Base64Url.TryDecode(value.GetString()!, out var bytes)
            ? bytes
            : null;
}
