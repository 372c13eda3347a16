using System.Runtime.InteropServices;

namespace Anteroom.DevHost;

/// <summary>What <c>./anteroom demo</c> runs. Exit code 0 after a wished end, 1 after a failure told in one sentence.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (!DemoOptions.Parse(args, Repository.Root).TryGet(out var options, out var failure))
            return Fail(failure);

        using var stop = new CancellationTokenSource();
        // SIGHUP is a dead terminal. A second signal is not handled and ends us at once; our children then end by themselves.
        PosixSignal[] endings = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];
        var registrations = endings.Select(signal => PosixSignalRegistration.Create(signal, EndOnce)).ToList();
        try
        {
            return await Demo.RunAsync(options, TimeProvider.System, stop.Token) is { } failed ? Fail(failed) : 0;
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }

        void EndOnce(PosixSignalContext signal)
        {
            if (stop.IsCancellationRequested)
                return;
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static int Fail(DemoFailure failure)
    {
        Console.Error.WriteLine(failure.Sentence);
        return 1;
    }
}
