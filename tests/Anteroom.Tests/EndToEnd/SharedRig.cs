using Anteroom.Harness;
using Anteroom.Tests.EndToEnd;

[assembly: AssemblyFixture(typeof(SharedRig))]

namespace Anteroom.Tests.EndToEnd;

/// <summary>One installation for all tests that leave its clock, keys and processes alone; started by the first that asks. Each test makes its own organization.</summary>
public sealed class SharedRig : IAsyncDisposable
{
    /// <summary>On a busy machine an answer may take longer than a second question waits for it, and tests count the questions.</summary>
    internal static Dictionary<string, string> Patient { get; } = new() { ["Anteroom:Dns:TimeoutMilliseconds"] = "10000" };

    private readonly Lazy<Task<(AnteroomRig, RelyingParty)>> _started = new(StartAsync);

    public async Task<(AnteroomRig Rig, RelyingParty Application)> GetAsync() => await _started.Value;

    public async ValueTask DisposeAsync()
    {
        if (_started is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await _started.Value).Item1.DisposeAsync();
    }

    private static async Task<(AnteroomRig, RelyingParty)> StartAsync()
    {
        var rig = await AnteroomRig.StartAsync(new() { Settings = Patient });
        return (rig, await RelyingParty.RegisterAsync(rig));
    }
}
