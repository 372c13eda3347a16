namespace Anteroom.BrowserTests.Rig;

/// <summary>A browser costs more than all that it looks at: everyday runs see each kind of page and one guide of a kind, full runs everything.</summary>
internal static class Scale
{
    /// <summary>Whether this is <c>./anteroom test --all</c>.</summary>
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SCALE") == "full";

    public static void OnlyInFullRuns() => Assert.SkipUnless(IsFull, "Followed in full runs alone (./anteroom test --all).");
}
