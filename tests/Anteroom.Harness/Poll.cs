using System.Diagnostics;

namespace Anteroom.Harness;

/// <summary>Waits for something to become true, with a deadline: the only waiting that tests do.</summary>
public static class Poll
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>How long it took.</returns>
    /// <exception cref="TimeoutException">The deadline passed; <paramref name="what"/> says what was awaited.</exception>
    public static async Task<TimeSpan> UntilAsync(string what, TimeSpan deadline, Func<Task<bool>> isTrue)
    {
        var watch = Stopwatch.StartNew();
        while (!await isTrue())
        {
            if (watch.Elapsed > deadline)
                throw new TimeoutException($"{what} within {deadline.TotalSeconds} s");
            await Task.Delay(Pause);
        }
        return watch.Elapsed;
    }
}
