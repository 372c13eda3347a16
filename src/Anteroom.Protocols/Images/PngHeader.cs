using System.Buffers.Binary;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Images;

/// <summary>How the samples of a pixel are stored (PNG §6.1).</summary>
internal enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyWithOpacity = 4,
    RgbWithOpacity = 6,
}

/// <summary>What IHDR says (PNG §11.2.1).</summary>
/// <param name="Depth">Bits of each sample: 1, 2, 4, 8 or 16.</param>
/// <param name="IsInterlaced">Whether the rows come in the seven passes of Adam7.</param>
internal sealed record PngHeader(int Width, int Height, int Depth, PngColour Colour, bool IsInterlaced)
{
    public int Samples =>
        Colour switch
        {
            PngColour.Grey or PngColour.Palette => 1,
            PngColour.GreyWithOpacity => 2,
            PngColour.Rgb => 3,
            _ => 4,
        };

    public int BytesOfRow(int width) => (int)(((long)width * Samples * Depth + 7) / 8);

    /// <summary>How far back the pixel to the left lies, at least one byte (PNG §9.2).</summary>
    public int BytesOfPixel => Math.Max(1, Samples * Depth / 8);

    /// <param name="longestSide">In pixels.</param>
    public static Result<PngHeader, PngFault> Parse(ReadOnlySpan<byte> content, int longestSide)
    {
        if (content.Length != 13)
            return PngFault.Broken;
        var width = BinaryPrimitives.ReadUInt32BigEndian(content);
        var height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        var (depth, colour) = ((int)content[8], (PngColour)content[9]);
        if (width == 0 || height == 0 || !IsKnown(colour, depth) || content[10] != 0 || content[11] != 0 || content[12] > 1)
            return PngFault.Broken;
        if (width > longestSide || height > longestSide)
            return PngFault.TooLarge;
        return new PngHeader((int)width, (int)height, depth, colour, content[12] == 1);
    }

    private static bool IsKnown(PngColour colour, int depth) =>
        colour switch
        {
            PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColour.Palette => depth is 1 or 2 or 4 or 8,
            PngColour.Rgb or PngColour.GreyWithOpacity or PngColour.RgbWithOpacity => depth is 8 or 16,
            _ => false,
        };
}
