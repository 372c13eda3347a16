using System.IO.Compression;
using System.Text.Json;

namespace Anteroom.Entra.Outbound;

/// <summary>Reads a body within its limits: bytes counted after decompression, at most 20 times the bytes received (SEC-302).</summary>
internal static class OutboundBody
{
    private const int MaxRatio = 20;
    private const int MaxJsonDepth = 32;

    /// <summary>Very small bodies may compress well without being a bomb; the ratio counts from here on.</summary>
    private const int RatioCountsFromBytes = 4096;

    /// <summary>The body, or null when it is too large. A body that ends early throws <see cref="IOException"/>.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int maxBytes, CancellationToken ct)
    {
        if (content.Headers.ContentLength > maxBytes)
            return null;
        await using var received = new CountingStream(await content.ReadAsStreamAsync(ct));
        await using var plain =
            content.Headers.ContentEncoding.Count == 0 ? received : (Stream)new GZipStream(received, CompressionMode.Decompress);

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await plain.ReadAsync(buffer, ct)) > 0)
        {
            if (body.Length + count > maxBytes)
                return null;
            body.Write(buffer, 0, count);
            if (body.Length > RatioCountsFromBytes && body.Length > received.Count * MaxRatio)
                return null;
        }
        return body.ToArray();
    }

    public static bool HasReadableEncoding(HttpContent content) =>
        content.Headers.ContentEncoding.Count == 0
        || (
            content.Headers.ContentEncoding.Count == 1
            && content.Headers.ContentEncoding.Single().Equals("gzip", StringComparison.OrdinalIgnoreCase)
        );

    public static bool IsJson(HttpContent content) =>
        content.Headers.ContentType?.MediaType is { } type
        && (
            type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (
                type.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && type.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            )
        );

    /// <summary>One whole JSON document, at most 32 deep, nothing behind it.</summary>
    public static bool IsOneJsonDocument(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxJsonDepth });
        try
        {
            while (reader.Read()) { }
            return reader.TokenType != JsonTokenType.None;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await inner.ReadAsync(buffer, cancellationToken);
            Count += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
