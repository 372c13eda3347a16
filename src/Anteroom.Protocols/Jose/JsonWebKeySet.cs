using System.Buffers;
using System.Text.Json;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Jose;

/// <summary>The public keys of one signer (RFC 7517 §5).</summary>
public sealed class JsonWebKeySet
{
    public const int MaxKeys = 100;

    private const int DefaultMaxBytes = 1024 * 1024;

    public JsonWebKeySet(IEnumerable<JsonWebKey> keys)
        : this([.. keys], skipped: 0) { }

    private JsonWebKeySet(IReadOnlyList<JsonWebKey> keys, int skipped) => (Keys, Skipped) = (keys, skipped);

    public IReadOnlyList<JsonWebKey> Keys { get; }

    /// <summary>How many keys of the document we cannot use: other types, other curves, too small, malformed (RFC 7517 §5 asks to ignore them).</summary>
    public int Skipped { get; }

    /// <summary>Refuses what is not a key set, and more than <see cref="MaxKeys"/> keys; a single bad key is skipped and counted.</summary>
    public static Result<JsonWebKeySet, JoseError> Parse(ReadOnlySpan<byte> utf8, int maxBytes = DefaultMaxBytes)
    {
        if (!StrictJson.ParseObject(utf8, maxBytes).TryGet(out var document, out var malformed))
            return JoseError.Malformed(malformed.Reason);
        if (!document.Element.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array)
            return JoseError.Malformed("The document has no array of keys.");
        if (array.GetArrayLength() > MaxKeys)
            return JoseError.Malformed($"The document has more than {MaxKeys} keys.");

        var keys = new List<JsonWebKey>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object && JsonWebKey.Parse(new JsonMembers(item)).TryGet(out var key, out _))
                keys.Add(key);
        }
        return new JsonWebKeySet(keys, array.GetArrayLength() - keys.Count);
    }

    /// <summary>The first key of that name that can verify the algorithm; names need not be unique across key types (RFC 7517 §4.5).</summary>
    public JsonWebKey? Find(string kid, SignatureAlgorithm algorithm) =>
        Keys.FirstOrDefault(key => key.Kid == kid && key.KeyType == algorithm.KeyType && (key.Alg is null || key.Alg == algorithm.Name));

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        foreach (var key in Keys)
            key.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The document as UTF-8 JSON (<c>application/jwk-set+json</c>).</summary>
    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
