using Anteroom.Protocols.Images;
using Anteroom.Server.Platform.Web;
using Anteroom.Tests.Protocols.Images;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz.Targets;

/// <summary>Files that somebody calls a picture.</summary>
internal static class ImageTargets
{
    private const int Longest = 64;

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new FuzzTarget(
            "png",
            [PngReader.Read],
            Gen.Elements(
                PngFiles.Of(PngFiles.Header(2, 1, 8, 2), PngFiles.Rows(0, 255, 0, 0, 0, 128, 0), PngFiles.End),
                PngFiles.Of(
                    PngFiles.Header(3, 3, 8, 0, interlace: 1),
                    PngFiles.Rows(0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6),
                    PngFiles.End
                ),
                PngFiles.Of(PngFiles.Header(4, 1, 2, 3), PngFiles.Chunk("PLTE", new byte[12]), PngFiles.Rows(0, 0b0001_1011), PngFiles.End),
                PngFiles.Of(PngFiles.Header(1, 1, 16, 6), PngFiles.Chunk("tEXt", 1), PngFiles.Rows(4, 1, 0, 2, 0, 3, 0, 4, 0), PngFiles.End)
            ),
            ["IHDR", "IDAT", "PLTE", "tRNS", "IEND", "\0\0\0\u0001"],
            bytes =>
            {
                if (!PngReader.Read(bytes, Longest).TryGet(out var picture, out var fault))
                    return fault.Text;
                Assert.InRange(picture.Width, 1, Longest);
                Assert.InRange(picture.Height, 1, Longest);
                Assert.True(PngReader.Read(PngWriter.Write(picture), Longest).TryGet(out var again, out _));
                Assert.Equal(picture.Pixels, again.Pixels);
                return "read";
            }
        ),
        FuzzTarget.OfText(
            "colour",
            [Rgb.TryParse],
            Pieces.Text("0123456789abcdefABCDEF", 6, 6).Select(digits => "#" + digits),
            ["#", ";", "}", "rgb(", "١"],
            text =>
            {
                if (!Rgb.TryParse(text, out var colour))
                    return "refused";
                Assert.Equal(text.ToLowerInvariant(), colour.ToString()); // nothing else than the colour ever reaches a style
                return "read";
            }
        ),
    ];
}
