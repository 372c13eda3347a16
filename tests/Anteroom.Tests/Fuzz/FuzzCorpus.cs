using Anteroom.Tests.Conventions;

namespace Anteroom.Tests.Fuzz;

/// <summary>Inputs that made a reader end in a way of its own, stored beside the tests: one file for each target, one input a line.</summary>
internal sealed class FuzzCorpus
{
    private const int LongestStored = 4_096;
    private const int MostStored = 200;

    private readonly string _path;
    private readonly List<byte[]> _inputs;
    private readonly HashSet<string> _outcomes = new(StringComparer.Ordinal);

    public FuzzCorpus(FuzzTarget target, string? folder = null)
    {
        _path = Path.Combine(folder ?? Path.Combine(SourceTree.Root, "tests", "Anteroom.Tests", "Fuzz", "Corpus"), $"{target.Name}.txt");
        _inputs = File.Exists(_path) ? [.. File.ReadLines(_path).Select(FuzzText.FromLine)] : [];
    }

    public IReadOnlyList<byte[]> Inputs => _inputs;

    public int Outcomes => _outcomes.Count;

    /// <summary>One of them, or null while there is none.</summary>
    public byte[]? Pick(int number) => _inputs.Count == 0 ? null : _inputs[number % _inputs.Count];

    /// <summary>Keeps an input that ended in a way that none before did.</summary>
    public void Learn(byte[] input, string outcome)
    {
        if (_outcomes.Add(outcome) && input.Length <= LongestStored && _inputs.Count < MostStored && !_inputs.Exists(input.SequenceEqual))
            _inputs.Add([.. input]);
    }

    /// <summary>What broke something stays, whatever became of it afterwards.</summary>
    public void Keep(byte[] input)
    {
        if (!_inputs.Exists(input.SequenceEqual))
            _inputs.Add([.. input]);
    }

    public void Save() => File.WriteAllText(_path, string.Concat(_inputs.Select(input => FuzzText.ToLine(input) + "\n")));
}
