using Anteroom.Server.Platform.Jobs;

namespace Anteroom.Server.Keys.Signing;

/// <summary>Turns the signing keys over, hourly; almost always there is nothing to do.</summary>
public sealed class RotateSigningKeys(SigningKeyStore store, TimeProvider clock, ILogger<RotateSigningKeys> log) : IJobHandler
{
    public const string JobKind = "signing_keys.rotate";

    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public string Kind => JobKind;

    public async Task RunAsync(Job job, CancellationToken ct)
    {
        if (await store.TurnAsync(clock.GetUtcNow(), ct))
            log.SigningKeysTurned();
    }
}
