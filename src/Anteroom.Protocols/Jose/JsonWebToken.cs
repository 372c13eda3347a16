using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Anteroom.Protocols.Primitives;
using Coding = System.Buffers.Text.Base64Url;

namespace Anteroom.Protocols.Jose;

/// <summary>Signed JSON Web Tokens in compact form (RFC 7519, RFC 7515 §7.1), under the rules of RFC 8725.</summary>
public static class JsonWebToken
{
    public const int DefaultMaxBytes = 16 * 1024;

    /// <summary>A <c>kid</c> is a key into a dictionary and nothing else: no path, no query, and not long.</summary>
    public const int MaxKidLength = 128;

    // The text travels as base64url, so escaping for HTML would only make it longer.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Signs the claims that <paramref name="payload"/> writes into an object that is already open.</summary>
    /// <remarks>
    /// <paramref name="typ"/> is the media type without <c>application/</c>, such as <c>at+jwt</c>, so that no kind of token passes for another (RFC 8725 §3.11).
    /// <paramref name="header"/> writes header members beside <c>typ</c>, <c>alg</c> and <c>kid</c>.
    /// </remarks>
    public static string Sign(SigningKey key, string typ, Action<Utf8JsonWriter> payload, Action<Utf8JsonWriter>? header = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Compact);
        WriteHeader(writer, key, typ, header);
        var headerLength = buffer.WrittenCount;

        writer.Reset();
        writer.WriteStartObject();
        payload(writer);
        writer.WriteEndObject();
        writer.Flush();
        return Sign(key, buffer.WrittenSpan[..headerLength], buffer.WrittenSpan[headerLength..]);
    }

    /// <summary>Signs a payload that is UTF-8 JSON already.</summary>
    public static string Sign(SigningKey key, string typ, ReadOnlySpan<byte> payload, Action<Utf8JsonWriter>? header = null)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer, Compact);
        WriteHeader(writer, key, typ, header);
        return Sign(key, buffer.WrittenSpan, payload);
    }

    private static void WriteHeader(Utf8JsonWriter writer, SigningKey key, string typ, Action<Utf8JsonWriter>? header)
    {
        writer.WriteStartObject();
        writer.WriteString("typ", typ);
        writer.WriteString("alg", key.Algorithm.Name);
        writer.WriteString("kid", key.Kid);
        header?.Invoke(writer);
        writer.WriteEndObject();
        writer.Flush();
    }

    private static string Sign(SigningKey key, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var signedLength = Coding.GetEncodedLength(header.Length) + 1 + Coding.GetEncodedLength(payload.Length);
        var rented = ArrayPool<byte>.Shared.Rent(signedLength + 1 + Coding.GetEncodedLength(key.SignatureBytes));
        try
        {
            var token = rented.AsSpan();
            var length = Coding.EncodeToUtf8(header, token);
            token[length++] = (byte)'.';
            length += Coding.EncodeToUtf8(payload, token[length..]);

            Span<byte> signature = stackalloc byte[64];
            if (key.SignatureBytes != signature.Length)
                signature = new byte[key.SignatureBytes];
            key.Sign(token[..length], signature);

            token[length++] = (byte)'.';
            length += Coding.EncodeToUtf8(signature, token[length..]);
            return Encoding.ASCII.GetString(token[..length]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Takes a token apart without believing any of it (RFC 7515 §5.2 steps 1 to 7, RFC 7519 §7.2).</summary>
    /// <remarks><c>jku</c>, <c>x5u</c>, <c>jwk</c> and <c>x5c</c> are never looked at: keys come from configuration.</remarks>
    public static Result<UnverifiedJsonWebToken, JoseError> Parse(string token, int maxBytes = DefaultMaxBytes)
    {
        if (token.Length > maxBytes)
            return JoseError.TooLarge(maxBytes);

        var text = token.AsSpan();
        var payloadAt = text.IndexOf('.') + 1;
        var signatureAt = text.LastIndexOf('.') + 1;
        if (payloadAt == 0 || signatureAt == payloadAt || text[payloadAt..(signatureAt - 1)].Contains('.'))
            return JoseError.Malformed("The token has not exactly three parts.");
        if (
            !Base64Url.TryDecode(text[..(payloadAt - 1)], out var headerJson)
            || !Base64Url.TryDecode(text[payloadAt..(signatureAt - 1)], out var payloadJson)
            || !Base64Url.TryDecode(text[signatureAt..], out var signature)
        )
            return JoseError.Malformed("A part of the token is not base64url.");
        if (!StrictJson.ParseObject(headerJson, maxBytes).TryGet(out var header, out var malformed))
            return JoseError.Malformed($"Header: {malformed.Reason}");
        if (!StrictJson.ParseObject(payloadJson, maxBytes).TryGet(out var claims, out malformed))
            return JoseError.Malformed($"Payload: {malformed.Reason}");
        if (!JoseHeader.Read(header).TryGet(out var read, out var refused))
            return refused;

        var signed = Encoding.ASCII.GetBytes(token, 0, signatureAt - 1);
        return new UnverifiedJsonWebToken(read, claims, signed, signature);
    }
}
