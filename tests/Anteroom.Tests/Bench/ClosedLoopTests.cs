using Anteroom.Bench;
using Anteroom.Bench.Measuring;

namespace Anteroom.Tests.Bench;

public sealed class ClosedLoopTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Counts_only_the_measured_time_and_divides_what_was_used_by_the_operations()
    {
        List<Usage> readings = [new(1000, 500, 7, 90), new(1100, 540, 107, 95)];
        var turn = 0;
        var sample = await ClosedLoop.RunAsync(
            [Operation, Operation],
            Short,
            Short,
            () => Task.FromResult(readings[turn++]),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(2, turn);
        Assert.True(sample.P50 >= 9, $"{sample.P50} ms"); // each takes ten
        Assert.True(sample.P50 <= sample.P95 && sample.P95 <= sample.P99);
        Assert.InRange(sample.PerSecond, 1, 2 / 0.009);
        var operations = 100 / sample.ServerCpu;
        Assert.Equal(40 / operations, sample.DatabaseCpu, 6);
        Assert.Equal(100 / operations, sample.WritingTransactions, 6);
        Assert.Equal(95, sample.Megabytes); // as it was at the end
        Assert.InRange(operations, 1, 260); // two clients for a second; the warm-up's are not in it

        static Task Operation() => Task.Delay(10);
    }

    [Fact]
    public async Task A_failed_operation_ends_the_run()
    {
        var left = 3;
        var failed = await Assert.ThrowsAsync<BenchException>(() =>
            ClosedLoop.RunAsync(
                [() => --left > 0 ? Task.Delay(1) : throw new BenchException("broken")],
                Short,
                Short,
                () => Task.FromResult(default(Usage)),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal("broken", failed.Message);
    }
}
