namespace Anteroom.Protocols.Images;

/// <summary>A picture in memory: rows from above, each pixel red, green, blue and opacity with eight bits each.</summary>
public sealed class Picture
{
    public const int Channels = 4;

    /// <exception cref="ArgumentException">The bytes are not as many as the sides ask for.</exception>
    public Picture(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != (long)width * height * Channels)
            throw new ArgumentException("A picture has width × height × 4 bytes.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] Pixels { get; }

    public ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Width * Channels, Width * Channels);

    /// <summary>The picture made small enough to fit, in its proportions; itself where it fits already.</summary>
    /// <remarks>Each new pixel is the mean of the area that it covers, weighted by opacity, so that edges keep their colour.</remarks>
    public Picture FitInto(int mostWidth, int mostHeight)
    {
        var scale = Math.Min((double)mostWidth / Width, (double)mostHeight / Height);
        if (scale >= 1)
            return this;
        var (width, height) = (Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        var pixels = new byte[width * height * Channels];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
            WriteMean(
                pixels.AsSpan((y * width + x) * Channels, Channels),
                x * (double)Width / width,
                (x + 1) * (double)Width / width,
                y * (double)Height / height,
                (y + 1) * (double)Height / height
            );
        return new(width, height, pixels);
    }

    private void WriteMean(Span<byte> target, double left, double right, double top, double bottom)
    {
        double red = 0,
            green = 0,
            blue = 0,
            opacity = 0,
            area = 0;
        for (var y = (int)top; y < Height && y < bottom; y++)
        {
            var row = Row(y);
            var tall = Math.Min(y + 1, bottom) - Math.Max(y, top);
            for (var x = (int)left; x < Width && x < right; x++)
            {
                var share = tall * (Math.Min(x + 1, right) - Math.Max(x, left));
                var pixel = row.Slice(x * Channels, Channels);
                var weight = share * pixel[3];
                red += weight * pixel[0];
                green += weight * pixel[1];
                blue += weight * pixel[2];
                opacity += weight;
                area += share;
            }
        }
        if (opacity <= 0)
            return; // nothing to be seen: all zero already
        target[0] = Rounded(red / opacity);
        target[1] = Rounded(green / opacity);
        target[2] = Rounded(blue / opacity);
        target[3] = Rounded(opacity / area);
    }

    private static byte Rounded(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
