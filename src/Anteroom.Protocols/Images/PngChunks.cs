using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Protocols.Images;

/// <summary>One piece of a PNG file (PNG §5.3): a name of four letters and what it holds.</summary>
internal readonly record struct PngChunk(string Name, ReadOnlyMemory<byte> Content)
{
    /// <summary>A reader that does not know the piece may not show the picture (PNG §5.4).</summary>
    public bool IsCritical => char.IsAsciiLetterUpper(Name[0]);
}

/// <summary>Takes a PNG file apart and puts one together (W3C PNG third edition §5).</summary>
internal static class PngChunks
{
    private const int Overhead = 12; // length, name, checksum

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <returns>The pieces up to and with IEND; null where a length, a name or a checksum is wrong, or where IEND is missing.</returns>
    public static IReadOnlyList<PngChunk>? Read(ReadOnlyMemory<byte> file)
    {
        List<PngChunk> chunks = [];
        for (var rest = file[Signature.Length..]; rest.Length >= Overhead; )
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
            if (length > rest.Length - Overhead)
                return null;
            var named = rest.Slice(4, 4 + (int)length); // the checksum covers name and content
            if (!IsName(named.Span[..4]) || Checksum(named.Span) != BinaryPrimitives.ReadUInt32BigEndian(rest.Span[(8 + (int)length)..]))
                return null;
            chunks.Add(new(Encoding.ASCII.GetString(named.Span[..4]), named[4..]));
            if (chunks[^1].Name == "IEND")
                return chunks;
            rest = rest[(Overhead + (int)length)..];
        }
        return null;
    }

    public static void Write(Stream target, string name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        var named = new byte[4 + content.Length];
        Encoding.ASCII.GetBytes(name, named);
        content.CopyTo(named.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        target.Write(number);
        target.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(named));
        target.Write(number);
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        foreach (var letter in name)
            if (!char.IsAsciiLetter((char)letter))
                return false;
        return true;
    }

    /// <summary>CRC-32 as ISO 3309 has it (PNG §5.5, annex D).</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
            sum = Table[(byte)(sum ^ one)] ^ (sum >> 8);
        return ~sum;
    }

    private static readonly uint[] Table = MakeTable();

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < table.Length; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) == 0 ? value >> 1 : 0xEDB88320 ^ (value >> 1);
            table[index] = value;
        }
        return table;
    }
}
