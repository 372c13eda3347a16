using System.Buffers.Binary;
using System.IO.Compression;

namespace Anteroom.Protocols.Images;

/// <summary>Writes PNG: eight bits, with opacity where a pixel needs it, and nothing but pixels.</summary>
public static class PngWriter
{
    public static byte[] Write(Picture picture)
    {
        var channels = IsOpaque(picture) ? 3 : 4;
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        PngChunks.Write(file, "IHDR", Header(picture, channels == 4 ? PngColour.RgbWithOpacity : PngColour.Rgb));
        PngChunks.Write(file, "IDAT", Pack(picture, channels));
        PngChunks.Write(file, "IEND", []);
        return file.ToArray();
    }

    private static bool IsOpaque(Picture picture)
    {
        for (var at = 3; at < picture.Pixels.Length; at += Picture.Channels)
            if (picture.Pixels[at] != byte.MaxValue)
                return false;
        return true;
    }

    private static byte[] Header(Picture picture, PngColour colour)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        (header[8], header[9]) = (8, (byte)colour);
        return header;
    }

    private static byte[] Pack(Picture picture, int channels)
    {
        using var packed = new MemoryStream();
        using (var rows = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            var length = picture.Width * channels;
            var (above, row, tried, best) = (new byte[length], new byte[length], new byte[length], new byte[length]);
            for (var y = 0; y < picture.Height; y++)
            {
                for (var x = 0; x < picture.Width; x++)
                    picture.Row(y).Slice(x * Picture.Channels, channels).CopyTo(row.AsSpan(x * channels));
                var (filter, least) = (0, long.MaxValue);
                for (var kind = 0; kind < PngFilter.Kinds; kind++)
                {
                    PngFilter.Do(kind, row, above, channels, tried);
                    var sum = Distance(tried);
                    if (sum >= least)
                        continue;
                    (filter, least) = (kind, sum);
                    (tried, best) = (best, tried);
                }
                rows.WriteByte((byte)filter);
                rows.Write(best);
                (above, row) = (row, above);
            }
        }
        return packed.ToArray();
    }

    /// <summary>The usual guess at what packs best: the row whose bytes lie nearest to zero (PNG §12.7).</summary>
    private static long Distance(ReadOnlySpan<byte> filtered)
    {
        long sum = 0;
        foreach (var value in filtered)
            sum += Math.Abs((int)(sbyte)value);
        return sum;
    }
}
