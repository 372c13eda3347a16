using Anteroom.Harness;

namespace Anteroom.Tests.Federation;

/// <summary>One database for the tests of a class; each test brings an organization of its own.</summary>
public sealed class FederationFixture : IAsyncLifetime
{
    internal TestDatabase Test { get; private set; } = null!;

    internal string KeyFolder { get; } = Directory.CreateTempSubdirectory("anteroom-federation-").FullName;

    public async ValueTask InitializeAsync() => Test = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        Directory.Delete(KeyFolder, recursive: true);
    }
}
