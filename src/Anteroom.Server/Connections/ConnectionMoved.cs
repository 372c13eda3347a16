namespace Anteroom.Server.Connections;

/// <summary>The job of telling people that a connection moved on: an operator has to look, or its administrators may go on.</summary>
/// <param name="Version">The connection's after the step: each step is told once.</param>
public sealed record ConnectionMoved(Guid Connection, ConnectionStep Step, long Version)
{
    public const string JobKind = "connections.moved";

    /// <summary>Whether somebody waits for the step; who activates by themselves needs no mail of it.</summary>
    public static bool IsAwaited(ConnectionStep step, bool selfService) =>
        step is ConnectionStep.Submit or ConnectionStep.Approve || (step == ConnectionStep.Activate && !selfService);
}
