using Anteroom.DevHost;
using Anteroom.Harness;

namespace Anteroom.Tests.DevHost;

/// <summary>One demo that runs as long as the tests of this collection do, and a folder of a second one, whose tests stop and break it.</summary>
public sealed class SharedDemo : IAsyncLifetime
{
    public const string Collection = "demo";

    private DemoProcess? _process;
    private DemoEndpoints? _endpoints;

    internal int Port { get; } = FreePort.OfDemo();

    internal int SecondPort { get; } = FreePort.OfDemo();

    internal string Parent { get; } = Directory.CreateTempSubdirectory("anteroom-demos-").FullName;

    internal string Folder => Path.Combine(Parent, "first");

    internal string SecondFolder => Path.Combine(Parent, "second");

    internal DemoEndpoints Endpoints => _endpoints!;

    public async ValueTask InitializeAsync()
    {
        _process = DemoProcess.Start(Port, Folder);
        _endpoints = await _process.ReadyAsync();
    }

    internal DemoProcess StartSecond(params string[] more)
    {
        // A killed demo cannot take it away, and the next one does so only once it has the folder.
        if (Directory.Exists(SecondFolder))
            File.Delete(Path.Combine(SecondFolder, "endpoints.json"));
        return DemoProcess.Start(SecondPort, SecondFolder, more);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        // Run by root, a database may lie outside its folder.
        foreach (var folder in (string[])[Folder, SecondFolder])
        {
            var taken = await DemoFolder.TakeAsync(folder, fresh: true, TimeProvider.System, CancellationToken.None);
            if (taken.TryGet(out var held, out _))
                held.Dispose();
        }
        Directory.Delete(Parent, recursive: true);
    }
}

[CollectionDefinition(SharedDemo.Collection)]
public sealed class SharedDemoCollection : ICollectionFixture<SharedDemo>;
