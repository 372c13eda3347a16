namespace Anteroom.Tests.EntraEmulator;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class EmulatorClockDouble : TimeProvider
{
    private DateTimeOffset _now = new(2026, 5, 4, 10, 11, 12, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan time) => _now += time;
}
