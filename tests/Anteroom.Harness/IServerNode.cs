namespace Anteroom.Harness;

/// <summary>One running server.</summary>
public interface IServerNode : IAsyncDisposable
{
    /// <summary>Where it really listens.</summary>
    Uri Address { get; }
}
