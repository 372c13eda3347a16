using Anteroom.Bench.Measuring;

namespace Anteroom.Tests.Bench;

public sealed class PercentilesTests
{
    [Theory] // nearest rank: the smallest value that at least so many percent do not exceed
    [InlineData(50, 35)]
    [InlineData(30, 20)]
    [InlineData(40, 20)]
    [InlineData(41, 35)]
    [InlineData(5, 15)]
    [InlineData(20, 15)]
    [InlineData(95, 50)]
    [InlineData(100, 50)]
    public void Is_a_value_that_was_measured(double percent, double expected) =>
        Assert.Equal(expected, Percentiles.Of([15, 20, 35, 40, 50], percent));

    [Fact]
    public void Of_a_hundred_values_are_the_numbers_themselves()
    {
        double[] values = [.. Enumerable.Range(1, 100).Select(number => (double)number)];
        foreach (var percent in (int[])[1, 50, 95, 99, 100])
            Assert.Equal(percent, Percentiles.Of(values, percent));
    }

    [Fact]
    public void Of_nothing_or_of_no_percent_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Of([], 50));
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Of([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Of([1], 100.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Percentiles.Median([]));
    }

    [Theory]
    [InlineData(new double[] { 7 }, 7)]
    [InlineData(new double[] { 9, 1, 5 }, 5)]
    [InlineData(new double[] { 4, 1, 3, 100 }, 3.5)]
    public void The_median_is_the_middle_in_any_order(double[] values, double expected) =>
        Assert.Equal(expected, Percentiles.Median(values));

    [Fact]
    public void The_median_of_samples_is_taken_figure_by_figure()
    {
        var median = Sample.Median([new(10, 1, 2, 3, 4, 5, 6, 90), new(30, 3, 2, 1, 6, 5, 4, 80), new(20, 2, 9, 2, 5, 1, 0, 110)]);
        Assert.Equal(new Sample(20, 2, 2, 2, 5, 5, 4, 90), median);
        Assert.Equal(10, median.Cpu);
    }
}
