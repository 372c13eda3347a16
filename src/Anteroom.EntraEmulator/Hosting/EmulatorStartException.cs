namespace Anteroom.EntraEmulator.Hosting;

/// <summary>Start-up cannot go on; the message is one sentence for the person at the shell.</summary>
public sealed class EmulatorStartException : Exception
{
    public EmulatorStartException() { }

    public EmulatorStartException(string message)
        : base(message) { }

    public EmulatorStartException(string message, Exception inner)
        : base(message, inner) { }
}
