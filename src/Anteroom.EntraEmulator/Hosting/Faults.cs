namespace Anteroom.EntraEmulator.Hosting;

/// <summary>The faults that are set, in the order in which they were set.</summary>
internal sealed class Faults
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private int _last;

    public IReadOnlyList<Fault> All
    {
        get
        {
            lock (_lock)
                return [.. _faults];
        }
    }

    public Fault Add(Fault fault)
    {
        lock (_lock)
        {
            var added = fault with { Id = ++_last };
            _faults.Add(added);
            return added;
        }
    }

    public bool Remove(int id)
    {
        lock (_lock)
            return _faults.RemoveAll(fault => fault.Id == id) > 0;
    }

    public void Clear()
    {
        lock (_lock)
            _faults.Clear();
    }

    /// <summary>The faults that this request meets; each one's count goes down.</summary>
    public IReadOnlyList<Fault> Take(HttpRequest request)
    {
        lock (_lock)
        {
            var met = _faults.Where(fault => fault.Meets(request)).ToList();
            foreach (var fault in met.Where(fault => fault.Times is not null))
            {
                var index = _faults.IndexOf(fault);
                if (fault.Times <= 1)
                    _faults.RemoveAt(index);
                else
                    _faults[index] = fault with { Times = fault.Times - 1 };
            }
            return met;
        }
    }
}
