namespace Anteroom.Harness;

/// <summary>Lets many begin at the same moment: each prepares, all wait, all go.</summary>
public static class StartBarrier
{
    /// <summary>Runs <paramref name="count"/> runners that pass the barrier together, and gives what each returned.</summary>
    /// <param name="prepare">What each does before; its result is handed to <paramref name="run"/>.</param>
    public static async Task<IReadOnlyList<T>> RunAsync<TReady, T>(int count, Func<int, Task<TReady>> prepare, Func<TReady, Task<T>> run)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ready = await Task.WhenAll(Enumerable.Range(0, count).Select(prepare));
        var running = ready.Select(one => RunOneAsync(one)).ToList();
        go.SetResult();
        return await Task.WhenAll(running);

        async Task<T> RunOneAsync(TReady one)
        {
            await go.Task;
            return await run(one);
        }
    }

    public static Task<IReadOnlyList<T>> RunAsync<T>(int count, Func<int, Task<T>> run) => RunAsync(count, Task.FromResult, run);
}
