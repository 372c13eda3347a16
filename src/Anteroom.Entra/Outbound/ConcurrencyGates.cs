namespace Anteroom.Entra.Outbound;

/// <summary>At most so many requests at once per key; a gate exists only while somebody is at it.</summary>
internal sealed class ConcurrencyGates<TKey>(int slots)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Gate> _gates = [];

    /// <summary>Null when the gate's queue is full: whoever floods waits in a short line, not in a long one (SEC-303).</summary>
    public async Task<IDisposable?> EnterAsync(TKey key, CancellationToken ct)
    {
        Gate? gate;
        lock (_lock)
        {
            if (!_gates.TryGetValue(key, out gate))
                _gates[key] = gate = new Gate(slots);
            if (gate.Visitors >= slots * 16)
                return null;
            gate.Visitors++;
        }

        try
        {
            await gate.Slots.WaitAsync(ct);
        }
        catch
        {
            Leave(key, gate);
            throw;
        }
        return new Pass(this, key, gate);
    }

    internal int Count
    {
        get
        {
            lock (_lock)
                return _gates.Count;
        }
    }

    private void Leave(TKey key, Gate gate)
    {
        lock (_lock)
        {
            if (--gate.Visitors > 0)
                return;
            _gates.Remove(key);
            gate.Slots.Dispose();
        }
    }

    private sealed class Gate(int slots)
    {
        public SemaphoreSlim Slots { get; } = new(slots, slots);
        public int Visitors { get; set; }
    }

    private sealed class Pass(ConcurrencyGates<TKey> gates, TKey key, Gate gate) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 1)
                return;
            gate.Slots.Release();
            gates.Leave(key, gate);
        }
    }
}
