using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Protocols.Primitives;

/// <summary>A value that must not be seen: prints <c>[secret]</c>, refuses to be written to JSON, is hidden from the debugger.</summary>
/// <remarks>It is read only with <see cref="Reveal"/>, so that one search finds every use.</remarks>
[DebuggerDisplay("[secret]")]
[JsonConverter(typeof(RefusingConverter))]
public sealed class Secret(string value)
{
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value = value;

    public string Reveal() => _value;

    public override string ToString() => "[secret]";

    /// <summary>Fixed-time comparison over SHA-256, so that neither content nor length shows in the time (SEC-288).</summary>
    public bool Matches(Secret other) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(_value)),
            SHA256.HashData(Encoding.UTF8.GetBytes(other._value))
        );

    private sealed class RefusingConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("A secret is a string."));

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) =>
            throw new NotSupportedException("A Secret is never written to JSON.");
    }
}
