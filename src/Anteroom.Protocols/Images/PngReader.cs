using System.IO.Compression;
using Anteroom.Protocols.Primitives;

namespace Anteroom.Protocols.Images;

/// <summary>
/// Reads PNG (W3C PNG third edition): every colour type, depth and Adam7. Of a moving picture only the still one is read; profiles, texts and
/// times are passed over, so that nothing but pixels comes out.
/// </summary>
public static class PngReader
{
    // Start and step of each pass over columns and rows (PNG §8.1).
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
    [
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ];

    private static readonly (int X, int Y, int StepX, int StepY)[] Straight = [(0, 0, 1, 1)];

    /// <param name="longestSide">In pixels; what unpacking may cost follows from it, whatever the file says.</param>
    public static Result<Picture, PngFault> Read(ReadOnlyMemory<byte> file, int longestSide)
    {
        if (!file.Span.StartsWith(PngChunks.Signature))
            return PngFault.NotPng;
        if (PngChunks.Read(file) is not [{ Name: "IHDR" } first, ..] chunks)
            return PngFault.Broken;
        if (!PngHeader.Parse(first.Content.Span, longestSide).TryGet(out var header, out var fault))
            return fault;
        if (PngPalette.Of(header, chunks) is not { } palette || Packed(chunks) is not { } packed)
            return PngFault.Broken;

        var pixels = new byte[header.Width * header.Height * Picture.Channels];
        try
        {
            using var rows = new ZLibStream(packed, CompressionMode.Decompress);
            return Unpack(rows, header, palette, pixels) ? new Picture(header.Width, header.Height, pixels) : PngFault.Broken;
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException)
        {
            return PngFault.Broken; // too few bytes, or none that deflate makes
        }
    }

    /// <summary>The pieces of packed rows as one stream; null where they are missing or not together, or a piece is unknown and critical.</summary>
    private static MemoryStream? Packed(IReadOnlyList<PngChunk> chunks)
    {
        if (chunks.Any(chunk => chunk.IsCritical && chunk.Name is not ("IHDR" or "PLTE" or "IDAT" or "IEND")))
            return null;
        if (chunks.Count(chunk => chunk.Name == "IHDR") != 1)
            return null;
        var begin = chunks.TakeWhile(chunk => chunk.Name != "IDAT").Count();
        var packed = new MemoryStream();
        foreach (var chunk in chunks.Skip(begin).TakeWhile(chunk => chunk.Name == "IDAT"))
            packed.Write(chunk.Content.Span);
        packed.Position = 0;
        return
            packed.Length > 0
            && chunks.Count(chunk => chunk.Name == "IDAT") == chunks.Skip(begin).TakeWhile(chunk => chunk.Name == "IDAT").Count()
            ? packed
            : null;
    }

    private static bool Unpack(Stream rows, PngHeader header, PngPalette palette, byte[] pixels)
    {
        foreach (var (left, top, stepX, stepY) in header.IsInterlaced ? Adam7 : Straight)
        {
            var width = (header.Width - left + stepX - 1) / stepX;
            if (width <= 0 || top >= header.Height)
                continue; // a pass without pixels has no rows (PNG §8.1)
            var length = header.BytesOfRow(width);
            var (above, row) = (new byte[length], new byte[length]);
            for (var y = top; y < header.Height; y += stepY)
            {
                var filter = rows.ReadByte();
                rows.ReadExactly(row);
                if (!PngFilter.TryUndo(filter, row, above, header.BytesOfPixel))
                    return false;
                for (var x = 0; x < width; x++)
                {
                    var at = (y * header.Width + left + x * stepX) * Picture.Channels;
                    if (!palette.TryWrite(row, x, pixels.AsSpan(at, Picture.Channels)))
                        return false;
                }
                (above, row) = (row, above);
            }
        }
        return true;
    }
}
