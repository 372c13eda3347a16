using Anteroom.Bench.Stage;

namespace Anteroom.Bench.Scenarios;

/// <summary>One thing that is measured.</summary>
/// <param name="Name">On the command line and in the report.</param>
/// <param name="What">For a reader of the report.</param>
/// <param name="TargetOf">Who is measured.</param>
/// <param name="PrepareAsync">Makes the operation of one client, by its number from 0; not measured.</param>
internal sealed record Scenario(
    string Name,
    string What,
    Func<BenchStage, Target> TargetOf,
    Func<BenchStage, int, Task<Func<Task>>> PrepareAsync
)
{
    /// <summary>One client, for the time that a person waits where nobody queues.</summary>
    public bool Alone { get; init; }

    /// <summary>What its cost is divided by.</summary>
    public string? ComparedWith { get; init; }
}
