using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Fuzz;

/// <summary>Gives a reader one input after another and holds it to three promises: it does not throw, it ends within a second, it takes no more than 256 MB.</summary>
/// <remarks>
/// The reader has a thread of its own with a small stack. Memory is what that thread allocated for one input, which is never less than what it held at once.
/// Time is the clock's or the processor's, whichever is less, and what took longer than a second is tried again, so that a busy machine is not taken for a slow
/// reader; one that does not end at all is given up on.
/// </remarks>
internal sealed class Fuzzer(FuzzTarget target, FuzzCorpus corpus)
{
    public const long MostBytes = 256 * 1024 * 1024;
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    private const int StackBytes = 1024 * 1024;
    private const int Round = 250;
    private const int Repetitions = 4;

    /// <summary>How long an input that broke something is made smaller. One that takes seconds would otherwise take hours.</summary>
    private static readonly TimeSpan Shrinking = TimeSpan.FromSeconds(15);

    private volatile FuzzInput? _current;
    private long _since;
    private long _broke;
    private FuzzFailure? _failure;

    /// <summary>How long an input may last before it counts as one that never ends.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    public long Tried { get; private set; }

    public TimeSpan Slowest { get; private set; }

    public long MostAllocated { get; private set; }

    /// <summary>The stored inputs, then so many made ones.</summary>
    public FuzzFailure? Run(int count) =>
        Watch(() =>
        {
            Replay();
            Check(count);
        });

    /// <summary>The stored inputs, then made ones until the time is over.</summary>
    public FuzzFailure? Run(TimeSpan duration) =>
        Watch(() =>
        {
            var begun = Stopwatch.GetTimestamp();
            Replay();
            while (Stopwatch.GetElapsedTime(begun) < duration)
                Check(Round);
        });

    private void Replay()
    {
        foreach (var input in corpus.Inputs.ToList())
            Try(new(input));
    }

    private void Check(int count) =>
        Prop.ForAll(
                Arb.From(
                    Mutations.Of(target, corpus.Pick),
                    input => input.Smaller().TakeWhile(_ => Stopwatch.GetElapsedTime(_broke) < Shrinking)
                ),
                Try
            )
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(count));

    private FuzzFailure? Watch(Action run)
    {
        Exception? unexpected = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    run();
                }
                catch (Exception e)
                {
                    unexpected = e;
                }
            },
            StackBytes
        )
        {
            IsBackground = true, // a reader that never ends must not keep the program alive
        };
        thread.Start();
        while (!thread.Join(100))
        {
            if (_current is { } current && Stopwatch.GetElapsedTime(Interlocked.Read(ref _since)) > Patience)
                return new(target, current, $"has not ended after {Patience.TotalSeconds} s");
        }
        // FsCheck made the input smaller: the last one that failed is the smallest.
        return _failure
            ?? (unexpected is null ? null : throw new InvalidOperationException($"{target.Name} could not be tried.", unexpected));
    }

    private void Try(FuzzInput input)
    {
        try
        {
            var (outcome, time, allocated) = Measure(input);
            for (var again = 1; again < Repetitions && time > MostTime; again++)
                (outcome, time, allocated) = Measure(input);
            if (time > MostTime)
                throw new FuzzFailure(target, input, $"took {time.TotalSeconds:F1} s");
            if (allocated > MostBytes)
                throw new FuzzFailure(target, input, $"took {allocated / 1024 / 1024} MB");
            Slowest = time > Slowest ? time : Slowest;
            MostAllocated = Math.Max(MostAllocated, allocated);
            Tried++;
            corpus.Learn(input.Bytes, outcome);
        }
        catch (Exception e)
        {
            _broke = _broke == 0 ? Stopwatch.GetTimestamp() : _broke;
            _failure = e as FuzzFailure ?? new(target, input, $"{e.GetType().Name}: {e.Message}", e);
            throw;
        }
    }

    private (string Outcome, TimeSpan Time, long Allocated) Measure(FuzzInput input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var worked = Environment.CpuUsage.TotalTime;
        Interlocked.Exchange(ref _since, Stopwatch.GetTimestamp());
        _current = input;
        try
        {
            var outcome = target.Read(input.Bytes);
            var (elapsed, work) = (Stopwatch.GetElapsedTime(_since), Environment.CpuUsage.TotalTime - worked);
            return (outcome, elapsed < work ? elapsed : work, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        finally
        {
            _current = null;
        }
    }
}
