using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Anteroom.Tests.Protocols.Images;

/// <summary>PNG files made piece by piece, so that each piece can be wrong.</summary>
internal static class PngFiles
{
    public static byte[] Signature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Of(params byte[][] chunks) => [.. Signature, .. chunks.SelectMany(chunk => chunk)];

    public static byte[] Header(int width, int height, int depth, int colour, int interlace = 0)
    {
        var content = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(content, width);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), height);
        (content[8], content[9], content[12]) = ((byte)depth, (byte)colour, (byte)interlace);
        return Chunk("IHDR", content);
    }

    public static byte[] End => Chunk("IEND");

    /// <param name="rows">Each with its filter first.</param>
    public static byte[] Rows(params byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Fastest))
            stream.Write(rows);
        return Chunk("IDAT", packed.ToArray());
    }

    public static byte[] Chunk(string name, params byte[] content)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(name), .. content];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc(named));
        return [.. length, .. named, .. checksum];
    }

    /// <summary>Bit by bit, as the standard defines it (PNG annex D).</summary>
    private static uint Crc(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
        }
        return ~sum;
    }
}
