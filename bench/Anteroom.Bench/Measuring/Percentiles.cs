namespace Anteroom.Bench.Measuring;

/// <summary>Percentiles by nearest rank: each is a value that was measured, none is made up between two.</summary>
internal static class Percentiles
{
    /// <param name="ascending">Sorted; not empty.</param>
    /// <param name="percent">Above 0, up to 100.</param>
    public static double Of(ReadOnlySpan<double> ascending, double percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ascending.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return ascending[(int)Math.Ceiling(percent / 100 * ascending.Length) - 1];
    }

    /// <summary>The middle one, or the mean of the middle two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length);
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
