namespace Anteroom.Server.Administration;

/// <summary>Why a command did not do what it was asked: one sentence for the person at the terminal, and the process's exit code.</summary>
internal sealed record AdminFailure(string Sentence, int ExitCode = AdminFailure.Failed)
{
    /// <summary>It could not be done, or a check found damage.</summary>
    public const int Failed = 1;

    /// <summary>The command is not one that we know.</summary>
    public const int Usage = 2;
}
