using System.Buffers.Binary;

namespace Anteroom.Protocols.Images;

/// <summary>Turns samples into pixels: by the palette, or as they are, with the colour that counts as nothing (PNG §11.2.2, §11.3.1).</summary>
/// <param name="Colours">Three bytes each; empty without a palette.</param>
/// <param name="Transparency">What tRNS holds; empty without it.</param>
internal sealed record PngPalette(PngHeader Header, ReadOnlyMemory<byte> Colours, ReadOnlyMemory<byte> Transparency)
{
    /// <returns>Null where palette or transparency do not fit the header.</returns>
    public static PngPalette? Of(PngHeader header, IReadOnlyList<PngChunk> chunks)
    {
        var palettes = chunks.Where(chunk => chunk.Name == "PLTE").ToList();
        var clear = chunks.Where(chunk => chunk.Name == "tRNS").ToList();
        if (palettes.Count > 1 || clear.Count > 1)
            return null;
        var colours = palettes.Count == 1 ? palettes[0].Content : default;
        if (palettes.Count == 1 && (colours.Length is 0 or > 768 || colours.Length % 3 != 0))
            return null;
        if (header.Colour == PngColour.Palette && colours.Length == 0)
            return null;
        if (clear.Count == 0)
            return new(header, colours, default);
        var fits = header.Colour switch
        {
            PngColour.Palette => clear[0].Content.Length <= colours.Length / 3,
            PngColour.Grey => clear[0].Content.Length == 2,
            PngColour.Rgb => clear[0].Content.Length == 6,
            _ => false,
        };
        return fits ? new(header, colours, clear[0].Content) : null;
    }

    /// <returns>False where the palette has no such entry.</returns>
    public bool TryWrite(ReadOnlySpan<byte> row, int x, Span<byte> pixel)
    {
        switch (Header.Colour)
        {
            case PngColour.Palette:
                var entry = Sample(row, x);
                if (entry >= Colours.Length / 3)
                    return false;
                Colours.Span.Slice(entry * 3, 3).CopyTo(pixel);
                pixel[3] = entry < Transparency.Length ? Transparency.Span[entry] : byte.MaxValue;
                return true;
            case PngColour.Grey or PngColour.GreyWithOpacity:
                pixel[..3].Fill(Eight(Sample(row, x * Header.Samples)));
                pixel[3] = Header.Samples == 2 ? Eight(Sample(row, x * 2 + 1)) : Opacity(row, x);
                return true;
            default:
                for (var channel = 0; channel < 3; channel++)
                    pixel[channel] = Eight(Sample(row, x * Header.Samples + channel));
                pixel[3] = Header.Samples == 4 ? Eight(Sample(row, x * 4 + 3)) : Opacity(row, x);
                return true;
        }
    }

    /// <summary>Nothing where the pixel has the one colour that counts as nothing, compared before its depth is reduced.</summary>
    private byte Opacity(ReadOnlySpan<byte> row, int x)
    {
        if (Transparency.Length == 0)
            return byte.MaxValue;
        for (var channel = 0; channel < Header.Samples; channel++)
            if (Sample(row, x * Header.Samples + channel) != BinaryPrimitives.ReadUInt16BigEndian(Transparency.Span[(channel * 2)..]))
                return byte.MaxValue;
        return 0;
    }

    private int Sample(ReadOnlySpan<byte> row, int index)
    {
        if (Header.Depth == 16)
            return BinaryPrimitives.ReadUInt16BigEndian(row[(index * 2)..]);
        if (Header.Depth == 8)
            return row[index];
        var bit = index * Header.Depth;
        return (row[bit / 8] >> (8 - Header.Depth - bit % 8)) & ((1 << Header.Depth) - 1);
    }

    private byte Eight(int sample) => Header.Depth == 16 ? (byte)(sample >> 8) : (byte)(sample * 255 / ((1 << Header.Depth) - 1));
}
