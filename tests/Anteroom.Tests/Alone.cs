namespace Anteroom.Tests;

/// <summary>For tests that measure the whole process or take all of the machine: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
