namespace Anteroom.Protocols.Images;

/// <summary>What is done to a row so that it packs better (PNG §9).</summary>
internal static class PngFilter
{
    public const int Kinds = 5;

    /// <param name="row">Becomes the row as it was.</param>
    /// <param name="above">The row above, undone already; zeros above the first.</param>
    /// <param name="left">Distance to the pixel on the left, in bytes.</param>
    /// <returns>False where there is no such filter.</returns>
    public static bool TryUndo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int left)
    {
        if (filter is < 0 or >= Kinds)
            return false;
        for (var at = 0; at < row.Length; at++)
            row[at] += Guess(filter, row, above, left, at);
        return true;
    }

    /// <param name="target">As long as the row.</param>
    public static void Do(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int left, Span<byte> target)
    {
        for (var at = 0; at < row.Length; at++)
            target[at] = (byte)(row[at] - Guess(filter, row, above, left, at));
    }

    private static byte Guess(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int left, int at)
    {
        var a = at >= left ? row[at - left] : 0;
        var b = above[at];
        var c = at >= left ? above[at - left] : 0;
        return filter switch
        {
            0 => 0,
            1 => (byte)a,
            2 => b,
            3 => (byte)((a + b) / 2),
            _ => Paeth(a, b, c),
        };
    }

    private static byte Paeth(int a, int b, int c)
    {
        var guess = a + b - c;
        var (toA, toB, toC) = (Math.Abs(guess - a), Math.Abs(guess - b), Math.Abs(guess - c));
        return (byte)(
            toA <= toB && toA <= toC ? a
            : toB <= toC ? b
            : c
        );
    }
}
