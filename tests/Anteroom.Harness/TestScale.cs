namespace Anteroom.Harness;

/// <summary>Everyday counts by default; <c>ANTEROOM_TEST_SCALE=full</c> (<c>./anteroom test --all</c>) takes those that an issue is closed with.</summary>
public static class TestScale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SCALE") == "full";

    public static int Pick(int everyday, int full) => IsFull ? full : everyday;
}
