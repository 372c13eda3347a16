namespace Anteroom.Server.Platform.Jobs;

/// <summary>Lets a worker sleep until there is news, or until a while has passed: a notification may be lost, the clock is not.</summary>
internal sealed class WakeSignal(TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _news = new(0, 1);

    public void Set()
    {
        lock (_news)
            if (_news.CurrentCount == 0)
                _news.Release();
    }

    /// <summary>Returns also when <paramref name="ct"/> is cancelled; the caller's loop looks at it.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(atMost, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            await _news.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // Time passed, or the worker stops.
        }
    }

    public void Dispose() => _news.Dispose();
}
