using Anteroom.Protocols.Images;
using Anteroom.Tests.Conventions;
using FsCheck.Fluent;

namespace Anteroom.Tests.Protocols.Images;

/// <summary>Pictures are taken in as pixels and nothing else (SEC-017; W3C PNG third edition).</summary>
[Trait("Security", "SEC-017")]
public sealed class PngTests
{
    private const int Longest = 2048;

    [Fact]
    public void What_is_written_is_read_again()
    {
        var pictures =
            from width in Gen.Choose(1, 9)
            from height in Gen.Choose(1, 9)
            from isOpaque in Gen.Elements(true, false)
            from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), width * height * 4)
            select new Picture(width, height, [.. bytes.Select((value, at) => isOpaque && at % 4 == 3 ? (byte)255 : value)]);

        Prop.ForAll(
                pictures.ToArbitrary(),
                picture =>
                    PngReader.Read(PngWriter.Write(picture), Longest).TryGet(out var read, out _)
                    && read.Pixels.SequenceEqual(picture.Pixels)
            )
            .Holds();
    }

    // The same four pixels, two above two: red, half a green, white, nothing or black.
    public static TheoryData<string, byte[], byte[]> Kinds() =>
        new()
        {
            {
                "RGB",
                PngFiles.Of(PngFiles.Header(2, 1, 8, 2), PngFiles.Rows(0, 255, 0, 0, 0, 128, 0), PngFiles.End),
                [255, 0, 0, 255, 0, 128, 0, 255]
            },
            {
                "RGB with a colour that is nothing",
                PngFiles.Of(
                    PngFiles.Header(2, 1, 8, 2),
                    PngFiles.Chunk("tRNS", 0, 0, 0, 128, 0, 0),
                    PngFiles.Rows(0, 255, 0, 0, 0, 128, 0),
                    PngFiles.End
                ),
                [255, 0, 0, 255, 0, 128, 0, 0]
            },
            {
                "RGB of sixteen bits",
                PngFiles.Of(PngFiles.Header(1, 1, 16, 2), PngFiles.Rows(0, 255, 1, 128, 200, 7, 9), PngFiles.End),
                [255, 128, 7, 255]
            },
            { "RGB with opacity", PngFiles.Of(PngFiles.Header(1, 1, 8, 6), PngFiles.Rows(0, 1, 2, 3, 4), PngFiles.End), [1, 2, 3, 4] },
            {
                "RGB with opacity of sixteen bits",
                PngFiles.Of(PngFiles.Header(1, 1, 16, 6), PngFiles.Rows(0, 1, 0, 2, 0, 3, 0, 4, 0), PngFiles.End),
                [1, 2, 3, 4]
            },
            {
                "grey of eight bits",
                PngFiles.Of(PngFiles.Header(2, 1, 8, 0), PngFiles.Rows(0, 7, 200), PngFiles.End),
                [7, 7, 7, 255, 200, 200, 200, 255]
            },
            {
                "grey of one bit",
                PngFiles.Of(PngFiles.Header(3, 1, 1, 0), PngFiles.Rows(0, 0b1010_0000), PngFiles.End),
                [255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 255]
            },
            {
                "grey of two bits with a shade that is nothing",
                PngFiles.Of(PngFiles.Header(2, 1, 2, 0), PngFiles.Chunk("tRNS", 0, 2), PngFiles.Rows(0, 0b0110_0000), PngFiles.End),
                [85, 85, 85, 255, 170, 170, 170, 0]
            },
            {
                "grey of four bits",
                PngFiles.Of(PngFiles.Header(2, 1, 4, 0), PngFiles.Rows(0, 0x3F), PngFiles.End),
                [51, 51, 51, 255, 255, 255, 255, 255]
            },
            {
                "grey of sixteen bits",
                PngFiles.Of(PngFiles.Header(1, 1, 16, 0), PngFiles.Rows(0, 77, 200), PngFiles.End),
                [77, 77, 77, 255]
            },
            { "grey with opacity", PngFiles.Of(PngFiles.Header(1, 1, 8, 4), PngFiles.Rows(0, 77, 12), PngFiles.End), [77, 77, 77, 12] },
            {
                "palette with opacity",
                PngFiles.Of(
                    PngFiles.Header(4, 1, 2, 3),
                    PngFiles.Chunk("PLTE", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
                    PngFiles.Chunk("tRNS", 0, 100),
                    PngFiles.Rows(0, 0b0001_1011),
                    PngFiles.End
                ),
                [1, 2, 3, 0, 4, 5, 6, 100, 7, 8, 9, 255, 10, 11, 12, 255]
            },
            {
                "every filter",
                PngFiles.Of(PngFiles.Header(2, 5, 8, 0), PngFiles.Rows(0, 10, 20, 1, 10, 10, 2, 0, 0, 3, 5, 5, 4, 0, 0), PngFiles.End),
                Grey(10, 20, 10, 20, 10, 20, 10, 20, 10, 20)
            },
            {
                "Adam7",
                PngFiles.Of(
                    PngFiles.Header(3, 3, 8, 0, interlace: 1),
                    PngFiles.Rows(0, 1, 0, 3, 0, 7, 9, 0, 2, 0, 8, 0, 4, 5, 6),
                    PngFiles.End
                ),
                Grey(1, 2, 3, 4, 5, 6, 7, 8, 9)
            },
            {
                "rows in two pieces, and pieces that nobody needs",
                PngFiles.Of(
                    PngFiles.Header(1, 1, 8, 0),
                    PngFiles.Chunk("tEXt", [.. "Comment\0<script>"u8]),
                    PngFiles.Rows(0, 9)[..0],
                    PngFiles.Rows(0, 9),
                    PngFiles.Chunk("IDAT"),
                    PngFiles.Chunk("eXIf", 1, 2, 3),
                    PngFiles.End
                ),
                Grey(9)
            },
        };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reads_every_kind(string kind, byte[] file, byte[] pixels)
    {
        Assert.True(PngReader.Read(file, Longest).TryGet(out var picture, out var fault), $"{kind}: {fault}");
        Assert.Equal(pixels, picture.Pixels);
    }

    public static TheoryData<string, byte[], string> Faults()
    {
        byte[] header = PngFiles.Header(1, 1, 8, 0),
            row = PngFiles.Rows(0, 9);
        var good = PngFiles.Of(header, row, PngFiles.End);
        var (flipped, shortened) = (good.ToArray(), good[..^4]);
        flipped[45] ^= 1;
        return new()
        {
            { "nothing", [], "NotPng" },
            { "a JPEG", [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F'], "NotPng" },
            { "SVG", [.. "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"u8], "NotPng" },
            { "a signature alone", PngFiles.Signature, "Broken" },
            { "a wrong checksum", flipped, "Broken" },
            { "no end", PngFiles.Of(header, row), "Broken" },
            { "cut off", shortened, "Broken" },
            { "no header", PngFiles.Of(row, PngFiles.End), "Broken" },
            { "two headers", PngFiles.Of(header, header, row, PngFiles.End), "Broken" },
            { "no rows", PngFiles.Of(header, PngFiles.End), "Broken" },
            { "too few rows", PngFiles.Of(PngFiles.Header(1, 2, 8, 0), row, PngFiles.End), "Broken" },
            { "rows apart", PngFiles.Of(header, row, PngFiles.Chunk("tEXt"), row, PngFiles.End), "Broken" },
            { "rows that are not packed", PngFiles.Of(header, PngFiles.Chunk("IDAT", 1, 2, 3, 4), PngFiles.End), "Broken" },
            { "an unknown critical piece", PngFiles.Of(header, PngFiles.Chunk("EVIL"), row, PngFiles.End), "Broken" },
            { "a name that is none", PngFiles.Of(header, PngFiles.Chunk("a\u0001bc"), row, PngFiles.End), "Broken" },
            { "an unknown filter", PngFiles.Of(header, PngFiles.Rows(5, 9), PngFiles.End), "Broken" },
            { "an unknown colour type", PngFiles.Of(PngFiles.Header(1, 1, 8, 5), row, PngFiles.End), "Broken" },
            { "a depth that the type has not", PngFiles.Of(PngFiles.Header(1, 1, 4, 2), row, PngFiles.End), "Broken" },
            { "a palette without colours", PngFiles.Of(PngFiles.Header(1, 1, 8, 3), row, PngFiles.End), "Broken" },
            {
                "an entry that the palette has not",
                PngFiles.Of(PngFiles.Header(1, 1, 8, 3), PngFiles.Chunk("PLTE", 1, 2, 3), row, PngFiles.End),
                "Broken"
            },
            {
                "a palette of odd length",
                PngFiles.Of(PngFiles.Header(1, 1, 8, 3), PngFiles.Chunk("PLTE", 1, 2), row, PngFiles.End),
                "Broken"
            },
            { "no width", PngFiles.Of(PngFiles.Header(0, 1, 8, 0), row, PngFiles.End), "Broken" },
            { "a negative height", PngFiles.Of(PngFiles.Header(1, -1, 8, 0), row, PngFiles.End), "TooLarge" },
            { "too wide", PngFiles.Of(PngFiles.Header(Longest + 1, 1, 8, 0), row, PngFiles.End), "TooLarge" },
            { "too tall", PngFiles.Of(PngFiles.Header(1, Longest + 1, 8, 0), row, PngFiles.End), "TooLarge" },
        };
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Refuses(string what, byte[] file, string fault)
    {
        Assert.False(PngReader.Read(file, Longest).TryGet(out _, out var found), what);
        Assert.Same(
            fault switch
            {
                "NotPng" => PngFault.NotPng,
                "TooLarge" => PngFault.TooLarge,
                _ => PngFault.Broken,
            },
            found
        );
    }

    [Fact]
    public void A_bomb_unpacks_no_more_than_the_header_says()
    {
        var bomb = PngFiles.Of(PngFiles.Header(1, 1, 8, 0), PngFiles.Rows(new byte[64 * 1024 * 1024]), PngFiles.End);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(PngReader.Read(bomb, Longest).TryGet(out _, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void Nothing_but_pixels_comes_out()
    {
        var file = PngFiles.Of(
            PngFiles.Header(1, 1, 8, 0),
            PngFiles.Chunk("tEXt", [.. "Comment\0canary-in-the-text"u8]),
            PngFiles.Rows(0, 9),
            PngFiles.End
        );
        byte[] disguised = [.. file, .. "<script>canary-behind-the-end</script>"u8];

        Assert.True(PngReader.Read(disguised, Longest).TryGet(out var picture, out _));
        var written = System.Text.Encoding.Latin1.GetString(PngWriter.Write(picture));

        Assert.DoesNotContain("canary", written, StringComparison.Ordinal);
        Assert.DoesNotContain("tEXt", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_another_program_is_read()
    {
        // Chromium's, from the guides.
        var file = File.ReadAllBytes(Path.Combine(SourceTree.Root, "docs/images/sign-in.png"));

        Assert.True(PngReader.Read(file, Longest).TryGet(out var picture, out var fault), fault?.Text);
        Assert.True(picture.Width > 300 && picture.Height > 200);
        Assert.True(picture.Pixels.Chunk(4).Select(pixel => pixel[0] << 16 | pixel[1] << 8 | pixel[2]).Distinct().Count() > 10);
    }

    [Theory]
    [InlineData(100, 50, 100, 50)] // fits: stays
    [InlineData(960, 320, 480, 160)]
    [InlineData(2048, 2, 480, 1)]
    [InlineData(3, 1600, 1, 160)]
    public void Is_made_to_fit_in_its_proportions(int width, int height, int newWidth, int newHeight)
    {
        var small = new Picture(
            width,
            height,
            [.. Enumerable.Repeat<byte[]>([40, 80, 120, 255], width * height).SelectMany(pixel => pixel)]
        ).FitInto(480, 160);

        Assert.Equal((newWidth, newHeight), (small.Width, small.Height));
        Assert.All(small.Pixels.Chunk(4), pixel => Assert.Equal([40, 80, 120, 255], pixel));
    }

    [Fact]
    public void Edges_keep_their_colour_when_made_small()
    {
        var half = new Picture(2, 1, [200, 10, 10, 255, 0, 0, 0, 0]).FitInto(1, 1);

        Assert.Equal([200, 10, 10, 128], half.Pixels); // half as opaque, not darker
    }

    private static byte[] Grey(params byte[] shades) => [.. shades.SelectMany(shade => (byte[])[shade, shade, shade, 255])];
}
