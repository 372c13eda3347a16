namespace Anteroom.Server.Connections;

/// <summary>Why a connection was not saved or did not change its state: a reason code and, where it helps, one sentence.</summary>
public sealed record ConnectionRefusal(string Code, string? Detail = null)
{
    /// <summary>What the test found, where that is why.</summary>
    public ConnectionTestStep? Found { get; init; }
}
